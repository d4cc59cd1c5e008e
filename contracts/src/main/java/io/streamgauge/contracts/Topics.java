package io.streamgauge.contracts;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Names of the Kafka topics under one prefix, {@code sg} unless configured otherwise.
 *
 * @param prefix comes before the first dot of every topic
 */
public record Topics(String prefix) {

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    /** The topics of an installation that configures no prefix. */
    public static final Topics DEFAULT = new Topics("sg");

    /**
     * @throws IllegalArgumentException where Kafka would refuse the prefix in a topic name
     */
    public Topics {
        Objects.requireNonNull(prefix, "prefix");
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "topic prefix: %s (expected: 1 to 100 letters, digits, '.', '_' or '-')"
                            .formatted(prefix));
        }
    }

    /**
     * Events as tenants sent them, and the clock's heartbeats. Keyed by series; the broker stamps
     * append time.
     */
    public String events() {
        return prefix + ".events";
    }

    /**
     * Definitions, compacted: the last value of each key is what is in force, a tombstone ends it.
     */
    public String control() {
        return prefix + ".control";
    }

    /** Results of the aggregation job, keyed by series. */
    public String aggregates() {
        return prefix + ".aggregates";
    }

    /** Transitions of alerts' instances, keyed by tenant, alert and key. */
    public String alerts() {
        return prefix + ".alerts";
    }

    /** What the alerting job says of the alerts that it runs, compacted. */
    public String alertStatus() {
        return prefix + ".alert-status";
    }

    /** Questions to the alerting job. */
    public String queries() {
        return prefix + ".queries";
    }

    /** The alerting job's answers. */
    public String answers() {
        return prefix + ".answers";
    }

    /** Scored points that are unusual, from the anomaly job. */
    public String anomalies() {
        return prefix + ".anomalies";
    }

    /**
     * For each scored window of a series what was expected, from the anomaly job: for whoever looks
     * on, and soon forgotten.
     */
    public String bands() {
        return prefix + ".bands";
    }

    /** What the anomaly job says of each stream's model and settings, compacted. */
    public String detectionStatus() {
        return prefix + ".detection-status";
    }

    /** Events that were not counted, with the reason. */
    public String late() {
        return prefix + ".late";
    }
}
