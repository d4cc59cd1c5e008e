package io.streamgauge.contracts.anomaly;

import io.streamgauge.contracts.event.SeriesKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A window of a series in which a measure was unusual, with what there is to say about it. All
 * numbers are finite.
 *
 * @param start of the window, inclusive; of {@code missing} the first window without a value
 * @param window size
 * @param score from 0 to 1: each tenth is a factor of ten in how rare it is for this series
 * @param kind of anomaly, such as {@code spike}
 * @param begins whether it begins here; false where it only goes on
 * @param value that the measure had: its mean over the window; none where it is missing
 * @param expected value
 * @param lower end of the interval in which values are usual
 * @param upper end of that interval
 * @param contributions what made the score, the greatest first
 * @param model version of the model that said it; none where the measure's own past did
 */
public record Anomaly(
        SeriesKey series,
        String measure,
        Instant start,
        Duration window,
        double score,
        String kind,
        boolean begins,
        OptionalDouble value,
        double expected,
        double lower,
        double upper,
        List<Contribution> contributions,
        OptionalLong model) {

    /** Name of the kind that has no value. */
    public static final String MISSING = "missing";

    /** Name of the kind that a model tells of: each measure may be usual, but not together. */
    public static final String COMBINATION = "combination";

    /**
     * A part of the score.
     *
     * @param feature that was looked at
     * @param rarity of its value: of ten to the power of this many one was as extreme
     * @param share of the whole, from 0 to 1
     */
    public record Contribution(String feature, double rarity, double share) {}

    public Anomaly {
        contributions = List.copyOf(contributions);
    }

    /** One that no model has said. */
    public Anomaly(
            SeriesKey series,
            String measure,
            Instant start,
            Duration window,
            double score,
            String kind,
            boolean begins,
            OptionalDouble value,
            double expected,
            double lower,
            double upper,
            List<Contribution> contributions) {
        this(
                series,
                measure,
                start,
                window,
                score,
                kind,
                begins,
                value,
                expected,
                lower,
                upper,
                contributions,
                OptionalLong.empty());
    }

    /** Exclusive end of the window. */
    public Instant end() {
        return start.plus(window);
    }

    /**
     * Says what it is about: two anomalies with the same id are the same. Built from series,
     * measure and window; that no value was there is something else than what one was like that
     * came after all, and what a measure is like beside others than what it is like alone. Which
     * version of a model said it makes no difference.
     */
    public UUID id() {
        String text =
                series
                        + "\n"
                        + measure
                        + "\n"
                        + end().toEpochMilli()
                        + (kind.equals(MISSING) || kind.equals(COMBINATION) ? "\n" + kind : "");
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
