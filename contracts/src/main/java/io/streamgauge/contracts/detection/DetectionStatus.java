package io.streamgauge.contracts.detection;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What one subtask of the anomaly job says of a stream: whether it judges by the model that it was
 * given, or why not, how far the series are known, and what went wrong. Repeated when something
 * changes, at most once a second.
 *
 * @param model that it was last given; none where none is active
 * @param version of that model
 * @param reason why the model is refused, or why settings were; none where all is well
 * @param threshold from which score on anomalies are told of, where no exception holds
 * @param exceptions of series, how many
 * @param exclusions how many
 * @param failures how many detectors had to begin anew since the subtask started
 * @param seriesBeyondLimit how many windows were not scored since the subtask started, because the
 *     stream had too many series
 * @param observed what the series are like
 * @param at when it was said, in milliseconds since the epoch
 */
public record DetectionStatus(
        TenantId tenant,
        StreamId stream,
        int subtask,
        int parallelism,
        State state,
        Optional<UUID> model,
        OptionalLong version,
        Optional<String> reason,
        double threshold,
        int exceptions,
        int exclusions,
        long failures,
        long seriesBeyondLimit,
        Observed observed,
        long at) {

    /**
     * What the subtask has seen of the stream's series since it started. Measures count by the last
     * window that had one, each in one of the first three.
     *
     * @param learning measures of series with too few windows to judge by
     * @param active measures of series that are judged
     * @param constant measures of series that have never varied
     * @param invalidValues how many values were no finite numbers, and neither judged nor learned
     * @param outOfOrder how many windows came again, or after a later one of their series, and were
     *     passed over
     */
    public record Observed(
            long learning, long active, long constant, long invalidValues, long outOfOrder) {

        /** Nothing yet. */
        public static final Observed NOTHING = new Observed(0, 0, 0, 0, 0);
    }

    /** Whether a model is in effect. */
    public enum State {
        /** None is active: each measure is judged by its own past alone. */
        NO_MODEL,
        /** It is. */
        ACTIVE,
        /** The one that is active cannot be used here; {@code reason} says why. */
        REFUSED;

        /** Name on the wire. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
