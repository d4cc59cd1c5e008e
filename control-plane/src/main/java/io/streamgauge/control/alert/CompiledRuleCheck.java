package io.streamgauge.control.alert;

import io.streamgauge.alerting.CompiledRule;
import io.streamgauge.alerting.InvalidRuleException;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Asks the compiler that the jobs use, so that nothing reaches them that it refuses. */
final class CompiledRuleCheck implements RuleCheck {

    private static final TenantId NOBODY = new TenantId("nobody");
    private static final AlertId NONE = new AlertId(new UUID(0, 0));

    @Override
    public Optional<String> problem(
            AlertSpec spec, Optional<StreamDefinition> stream, Map<String, AlertId> members) {
        AlertVersion version = new AlertVersion(1, AlertVersion.Mode.ACTIVE, spec);
        AlertDefinition definition =
                new AlertDefinition(
                        stream.map(StreamDefinition::tenant).orElse(NOBODY),
                        NONE,
                        stream.map(StreamDefinition::id),
                        members,
                        1,
                        false,
                        List.of(version),
                        Instant.EPOCH);
        try {
            CompiledRule unused = CompiledRule.compile(definition, version, stream);
            return Optional.empty();
        } catch (InvalidRuleException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
