package io.streamgauge.control;

import io.streamgauge.control.database.Database;
import io.streamgauge.control.event.EventLog;
import io.streamgauge.control.health.ReadinessCheck;
import io.streamgauge.control.outbox.OutboxRelay;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What this process needs to serve. The projection is not among it: where it is behind, history is
 * late and everything else goes on.
 */
final class ReadinessChecks {

    /** Kafka is away after this: heartbeats are acknowledged many times a second. */
    private static final Duration KAFKA_SILENCE = Duration.ofSeconds(5);

    /** A restart of Kafka or PostgreSQL is over by then. */
    private static final Duration RELAY_STUCK = Duration.ofSeconds(30);

    private ReadinessChecks() {}

    static List<ReadinessCheck> of(Database database, EventLog events, OutboxRelay relay) {
        return List.of(
                new ReadinessCheck(
                        "database",
                        () -> {
                            database.inSystem(handle -> handle.execute("SELECT 1"));
                            return Optional.empty();
                        }),
                new ReadinessCheck("kafka", () -> kafkaProblem(events)),
                new ReadinessCheck("outbox-relay", () -> relayProblem(relay)));
    }

    private static Optional<String> kafkaProblem(EventLog events) {
        Duration silence = events.silence();
        return silence.compareTo(KAFKA_SILENCE) > 0
                ? Optional.of("no acknowledgement for %d s".formatted(silence.toSeconds()))
                : Optional.empty();
    }

    private static Optional<String> relayProblem(OutboxRelay relay) {
        return relay.failingFor()
                .filter(it -> it.compareTo(RELAY_STUCK) > 0)
                .map(it -> "failing for %d s".formatted(it.toSeconds()));
    }
}
