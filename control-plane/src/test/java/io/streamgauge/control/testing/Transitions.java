package io.streamgauge.control.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.alert.Evidence;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.alert.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Transitions of one instance, as the job would write them: each state ten seconds after the one
 * before.
 *
 * @param key JSON
 */
public record Transitions(
        TenantId tenant,
        AlertId alert,
        Optional<StreamId> stream,
        String key,
        Instant startedAt,
        boolean shadow,
        Severity severity) {

    /** One of the alert's key that began at a time. */
    public static Transitions of(TenantId tenant, AlertId alert, String key, Instant startedAt) {
        return new Transitions(
                tenant, alert, Optional.empty(), key, startedAt, false, Severity.WARNING);
    }

    public Transitions in(StreamId id) {
        return new Transitions(tenant, alert, Optional.of(id), key, startedAt, shadow, severity);
    }

    public Transitions ofShadow() {
        return new Transitions(tenant, alert, stream, key, startedAt, true, severity);
    }

    public Transitions severity(Severity other) {
        return new Transitions(tenant, alert, stream, key, startedAt, shadow, other);
    }

    /** The instance's id. */
    public UUID instance() {
        return UUID.nameUUIDFromBytes((alert + key + startedAt + shadow).getBytes(UTF_8));
    }

    /** It has come to a state, with a value that tells which. */
    public AlertTransition to(InstanceState state) {
        boolean fired = state == InstanceState.FIRING || state == InstanceState.RESOLVED;
        boolean ended = state == InstanceState.RESOLVED || state == InstanceState.DISMISSED;
        return transition(
                state,
                fired ? Optional.of(time(InstanceState.FIRING)) : Optional.empty(),
                ended ? Optional.of(EndReason.RECOVERED) : Optional.empty(),
                Map.of());
    }

    /** It fires on events. */
    public AlertTransition firingOn(String step, String... events) {
        return transition(
                InstanceState.FIRING,
                Optional.of(time(InstanceState.FIRING)),
                Optional.empty(),
                Map.of(step, List.of(events)));
    }

    private AlertTransition transition(
            InstanceState state,
            Optional<Long> firedAt,
            Optional<EndReason> reason,
            Map<String, List<String>> steps) {
        return new AlertTransition(
                tenant,
                alert,
                "an-alert",
                1,
                shadow,
                stream,
                instance(),
                "0123456789abcdef",
                key,
                state,
                reason,
                startedAt.toEpochMilli(),
                time(state),
                firedAt,
                severity,
                new TreeMap<>(Map.of("team", "infra")),
                new TreeMap<>(Map.of("summary", "it is " + state.wireName())),
                new Evidence(
                        OptionalDouble.of(number(state)),
                        OptionalDouble.empty(),
                        steps,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        List.of(),
                        time(state) + 50,
                        3));
    }

    private long time(InstanceState state) {
        return startedAt.plusSeconds(10L * number(state)).toEpochMilli();
    }

    private static int number(InstanceState state) {
        return switch (state) {
            case PENDING -> 0;
            case FIRING -> 1;
            case RESOLVED -> 2;
            case DISMISSED -> 3;
        };
    }
}
