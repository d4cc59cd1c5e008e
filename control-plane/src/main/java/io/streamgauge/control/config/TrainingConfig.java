package io.streamgauge.control.config;

import io.streamgauge.contracts.Durations;
import java.time.Duration;

/**
 * How models are trained without anyone asking for it.
 *
 * @param every how often each stream is; zero for never
 */
public record TrainingConfig(Duration every) {

    private static final String NEVER = "off";
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofDays(90);

    /** As {@code application.yaml} has it. Stands below the bounds that its making needs. */
    public static final TrainingConfig DEFAULT = new TrainingConfig(Duration.ofDays(1));

    /**
     * @throws InvalidConfigException where it is out of its range
     */
    public TrainingConfig {
        if (!every.isZero()) {
            new ConfigChecks("training").within("every", every, LEAST, MOST).done();
        }
    }

    /** Reads {@code off} or a duration. */
    static Duration everyOf(String text) {
        return text.equals(NEVER)
                ? Duration.ZERO
                : Durations.parse(text).orElseThrow(IllegalArgumentException::new);
    }

    /** Whether streams are trained without anyone asking for it. */
    public boolean isScheduled() {
        return !every.isZero();
    }
}
