package io.streamgauge.control.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How one job is. What Flink cannot tell, as of a job that has only just begun, is empty.
 *
 * @param state as Flink names it, in small letters: {@code running}, {@code restarting}
 * @param since when it came into that state
 * @param startedAt when it was submitted
 * @param restarts since then
 * @param operators chains of operators, in the order of the flow
 */
record JobHealth(
        String id,
        String name,
        String state,
        Optional<Instant> since,
        Optional<Instant> startedAt,
        OptionalLong restarts,
        Optional<CheckpointHealth> checkpoints,
        List<OperatorHealth> operators) {

    JobHealth {
        operators = List.copyOf(operators);
    }

    /** How many records its sources have still to read; empty where none of them tells. */
    OptionalLong lag() {
        return operators.stream()
                .map(OperatorHealth::pendingRecords)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .reduce(Long::sum);
    }
}
