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
 */
public record TenantPolicy(TenantId tenant, long version, boolean active, long seriesPerStream) {

    /** Name of the quota in messages to the tenant. */
    public static final String SERIES_PER_STREAM = "series-per-stream";

    /**
     * The limit of a tenant without a policy: more than anyone looks at, less than a job of this
     * kind minds. Chosen, not measured.
     */
    public static final long DEFAULT_SERIES_PER_STREAM = 100_000;

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
    }
}
