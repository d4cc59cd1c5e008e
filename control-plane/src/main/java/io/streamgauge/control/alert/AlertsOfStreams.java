package io.streamgauge.control.alert;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.alert.AlertChecker;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.control.stream.StreamUsers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What alerts make of streams: a stream cannot go before them, nor change so that they break. */
public final class AlertsOfStreams implements StreamUsers {

    private final AlertRepository alerts = new AlertRepository();
    private final RuleCheck rules = new CompiledRuleCheck();

    @Override
    public List<Violation> brokenBy(Handle handle, StreamDefinition current, StreamSpec next) {
        List<Violation> broken = new ArrayList<>();
        StreamDefinition changed =
                new StreamDefinition(
                        current.tenant(),
                        current.id(),
                        next,
                        current.version() + 1,
                        current.createdAt(),
                        current.updatedAt());
        for (Alert alert : alerts.ofStream(handle, current.tenant(), current.id())) {
            for (AlertVersion version : alert.versions()) {
                problem(version, changed)
                        .ifPresent(
                                problem ->
                                        broken.add(
                                                new Violation(
                                                        "#/fields",
                                                        "alert",
                                                        "alert %s would break in its version %d, %s"
                                                                .formatted(
                                                                        alert.name(),
                                                                        version.number(),
                                                                        problem))));
            }
        }
        return broken;
    }

    @Override
    public List<String> of(Handle handle, TenantId tenant, StreamId stream) {
        return alerts.ofStream(handle, tenant, stream).stream()
                .map(alert -> "alert " + alert.name())
                .toList();
    }

    private Optional<String> problem(AlertVersion version, StreamDefinition changed) {
        List<Violation> violations = AlertChecker.check(version.spec(), changed.spec());
        return violations.isEmpty()
                ? rules.problem(version.spec(), Optional.of(changed), Map.of())
                : Optional.of(violations.getFirst().toString());
    }
}
