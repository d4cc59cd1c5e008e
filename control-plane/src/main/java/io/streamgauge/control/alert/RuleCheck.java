package io.streamgauge.control.alert;

import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.util.Map;
import java.util.Optional;

/** Says whether the jobs could judge events by a specification. */
@FunctionalInterface
interface RuleCheck {

    /**
     * What speaks against it, where anything does.
     *
     * @param stream whose events are judged; empty for a composite
     * @param members of a composite, by what the specification calls them
     */
    Optional<String> problem(
            AlertSpec spec, Optional<StreamDefinition> stream, Map<String, AlertId> members);
}
