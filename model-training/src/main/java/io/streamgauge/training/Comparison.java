package io.streamgauge.training;

import java.util.Locale;
import java.util.Optional;

/**
 * A new model beside the one that is active, on the same data, which neither was trained on as far
 * as the active one is older than these.
 *
 * @param trained of the new one
 * @param active of the other; empty where there is none, or none that could judge these data
 */
public record Comparison(Evaluation trained, Optional<Evaluation> active) {

    /** What is no better than this tells hardly more than chance. */
    private static final double LEAST_SEPARATION = 0.55;

    /** Many times what the calibration promises: it would tell of what is not unusual. */
    private static final double MOST_ALARMS = 0.02;

    /** Why the new one should not be used instead; empty where it may. */
    public Optional<String> objection() {
        if (active.isPresent() && trained.worseThan(active.get())) {
            return Optional.of(
                    text(
                            "separation: %.3f (expected: about as much as the active model's,"
                                    + " %.3f)",
                            trained.separation(), active.get().separation()));
        }
        if (trained.separation() < LEAST_SEPARATION) {
            return Optional.of(
                    text(
                            "separation: %.3f (expected: at least %.2f, where 0.5 is chance)",
                            trained.separation(), LEAST_SEPARATION));
        }
        if (trained.alarms() > MOST_ALARMS
                && active.map(it -> trained.alarms() > it.alarms()).orElse(true)) {
            return Optional.of(
                    text(
                            "alarms: %.3f of the points held back (expected: at most %.2f, or as"
                                    + " few as the active model's)",
                            trained.alarms(), MOST_ALARMS));
        }
        return Optional.empty();
    }

    private static String text(String format, double first, double second) {
        return String.format(Locale.ROOT, format, first, second);
    }
}
