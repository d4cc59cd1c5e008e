package io.streamgauge.detection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a detector says of one point. All numbers are finite.
 *
 * <p>The score tells how rare the point is for its own series, so that one threshold serves every
 * series: each tenth is a factor of ten. 0.3 is about one in a thousand points, 0.6 about one in a
 * million; 1 is one in ten thousand million or less.
 *
 * @param score from 0 to 1
 * @param peak whether the score is above all of the points before it for a while: an anomaly begins
 *     here. Points that follow it have scores as high and no peak
 * @param kind of anomaly that it is if the score is high enough; null where the score is 0
 * @param expected value at this time; before anything is known the value itself
 * @param lower end of the interval in which values are usual
 * @param upper end of that interval
 * @param contributions that made the score, the greatest first; none where it is 0
 * @param phase of the detector at this point
 */
public record Verdict(
        double score,
        boolean peak,
        @Nullable AnomalyKind kind,
        double expected,
        double lower,
        double upper,
        List<Contribution> contributions,
        Phase phase) {

    public Verdict {
        contributions = List.copyOf(contributions);
    }

    /** Whether an anomaly begins here, by this sensitivity. */
    public boolean begins(Sensitivity sensitivity) {
        return peak && score >= sensitivity.threshold();
    }

    /** Whether the point is unusual, by this sensitivity, be it the first or not. */
    public boolean unusual(Sensitivity sensitivity) {
        return score >= sensitivity.threshold();
    }
}
