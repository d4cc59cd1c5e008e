package io.streamgauge.contracts.tenant;

import io.streamgauge.contracts.TenantId;
import java.util.Objects;

/**
 * What is in force for a tenant where its events are counted. A tenant that nothing was said of is
 * served within {@link #DEFAULT_SERIES_PER_STREAM}.
 *
 * @param version 1 at first, one more with each change: of two policies the newer one is in force
 * @param active whether its events are counted at all
 * @param seriesPerStream how many series each of its streams may have open at once; 0 or more
 * @param partialMatchesPerKey how many unfinished matches of a sequence a key may have per alert; 1
 *     or more
 * @param openInstancesPerAlert how many instances of an alert may be open at once in one subtask; 1
 *     or more
 * @param evaluationCostPerSecond how many units of work its alerts may make in one subtask and
 *     second of the platform's clock; 1 or more
 */
public record TenantPolicy(
        TenantId tenant,
        long version,
        boolean active,
        long seriesPerStream,
        int partialMatchesPerKey,
        int openInstancesPerAlert,
        int evaluationCostPerSecond) {

    /** Name of the quota in messages to the tenant. */
    public static final String SERIES_PER_STREAM = "series-per-stream";

    /**
     * The limit of a tenant without a policy: more than anyone looks at, less than a job of this
     * kind minds. Chosen, not measured.
     */
    public static final long DEFAULT_SERIES_PER_STREAM = 100_000;

    /** Where nothing is said of it. Each is a state that every further event is compared with. */
    public static final int DEFAULT_PARTIAL_MATCHES_PER_KEY = 100;

    /** Where nothing is said of it. Nobody can look at more. */
    public static final int DEFAULT_OPEN_INSTANCES_PER_ALERT = 1_000;

    /** Where nothing is said of it. A unit is about a microsecond: half of what a subtask has. */
    public static final int DEFAULT_EVALUATION_COST_PER_SECOND = 500_000;

    /**
     * @throws IllegalArgumentException where a number is out of its range
     */
    public TenantPolicy {
        Objects.requireNonNull(tenant, "tenant");
        if (version < 1) {
            throw new IllegalArgumentException("version: " + version + " (expected: >= 1)");
        }
        if (seriesPerStream < 0) {
            throw new IllegalArgumentException(
                    "seriesPerStream: " + seriesPerStream + " (expected: >= 0)");
        }
        requirePositive("partialMatchesPerKey", partialMatchesPerKey);
        requirePositive("openInstancesPerAlert", openInstancesPerAlert);
        requirePositive("evaluationCostPerSecond", evaluationCostPerSecond);
    }

    /** A policy that says nothing of what alerts cost. */
    public TenantPolicy(
            TenantId tenant,
            long version,
            boolean active,
            long seriesPerStream,
            int partialMatchesPerKey,
            int openInstancesPerAlert) {
        this(
                tenant,
                version,
                active,
                seriesPerStream,
                partialMatchesPerKey,
                openInstancesPerAlert,
                DEFAULT_EVALUATION_COST_PER_SECOND);
    }

    /** A policy that says nothing of alerts. */
    public TenantPolicy(TenantId tenant, long version, boolean active, long seriesPerStream) {
        this(
                tenant,
                version,
                active,
                seriesPerStream,
                DEFAULT_PARTIAL_MATCHES_PER_KEY,
                DEFAULT_OPEN_INSTANCES_PER_ALERT);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
