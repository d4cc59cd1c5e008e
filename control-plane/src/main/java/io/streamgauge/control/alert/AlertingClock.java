package io.streamgauge.control.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * How far the alerting job is, by what its subtasks have told: everything that arrived up to {@code
 * clock} is judged by all of them. The same for every tenant.
 *
 * @param clock of the subtask that is furthest behind, on the platform's clock
 * @param toldAt when that one said so
 */
record AlertingClock(Instant clock, Instant toldAt) {

    /** What is told is this old when the next comes, or a little older; no sign of being behind. */
    private static final Duration TELLING = Duration.ofSeconds(4);

    private record Told(int subtask, int parallelism, Instant clock, Instant at) {}

    /** Reads it; empty where the job has told nothing yet. */
    static Optional<AlertingClock> of(Handle handle) {
        List<Told> all =
                handle.createQuery("SELECT subtask, parallelism, clock, at FROM alerting_clocks")
                        .map(
                                (row, context) ->
                                        new Told(
                                                row.getInt("subtask"),
                                                row.getInt("parallelism"),
                                                row.getObject("clock", OffsetDateTime.class)
                                                        .toInstant(),
                                                row.getObject("at", OffsetDateTime.class)
                                                        .toInstant()))
                        .list();
        // A job with another parallelism has left clocks of subtasks that are no more.
        int subtasks =
                all.stream().max(Comparator.comparing(Told::at)).map(Told::parallelism).orElse(0);
        return all.stream()
                .filter(told -> told.subtask() < subtasks)
                .min(Comparator.comparing(Told::clock))
                .map(told -> new AlertingClock(told.clock(), told.at()));
    }

    /** How far it is behind the present. */
    Duration behind(Instant now) {
        Duration sinceTold = Duration.between(toldAt, now);
        Duration telling = sinceTold.compareTo(TELLING) < 0 ? sinceTold : TELLING;
        Duration behind =
                Duration.between(clock, now).minus(telling.isNegative() ? Duration.ZERO : telling);
        return behind.isNegative() ? Duration.ZERO : behind;
    }

    void write(ObjectNode json, Instant now) {
        json.put("clock", clock.toString());
        json.put("behindMillis", behind(now).toMillis());
    }
}
