package io.streamgauge.control.config;

import java.time.Duration;

/**
 * How long results are kept in the database at most; what a tenant's quota of days ends earlier,
 * goes earlier. Whole days go, so that what is older may stay up to a day longer.
 *
 * @param aggregates by the start of their window
 * @param rejectedEvents by their arrival
 */
public record RetentionConfig(Duration aggregates, Duration rejectedEvents) {

    private static final Duration LEAST = Duration.ofDays(1);
    private static final Duration MOST = Duration.ofDays(3_650);

    /**
     * As long as the highest tier may keep results, so that the tiers' days count. Stands below the
     * bounds that its making needs.
     */
    public static final RetentionConfig DEFAULT =
            new RetentionConfig(Duration.ofDays(365), Duration.ofDays(7));

    /**
     * @throws InvalidConfigException with every problem
     */
    public RetentionConfig {
        new ConfigChecks("retention")
                .within("aggregates", aggregates, LEAST, MOST)
                .within("rejected-events", rejectedEvents, LEAST, MOST)
                .done();
    }
}
