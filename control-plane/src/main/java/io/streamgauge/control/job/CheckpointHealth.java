package io.streamgauge.control.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What came of a job's checkpoints since it was submitted.
 *
 * @param completed how many are complete
 * @param failed how many failed
 * @param inProgress how many are being taken
 * @param last the latest complete one
 * @param lastFailure the latest that failed
 */
record CheckpointHealth(
        OptionalLong completed,
        OptionalLong failed,
        OptionalLong inProgress,
        Optional<Completed> last,
        Optional<Failure> lastFailure) {

    /**
     * A complete checkpoint.
     *
     * @param stateBytes the whole state that it has
     * @param writtenBytes what of that it had to write, the rest being in earlier ones
     */
    record Completed(
            long id,
            Instant completedAt,
            Duration duration,
            OptionalLong stateBytes,
            OptionalLong writtenBytes) {}

    /**
     * A checkpoint that failed.
     *
     * @param reason in one line, in Flink's words
     */
    record Failure(Instant at, Optional<String> reason) {}
}
