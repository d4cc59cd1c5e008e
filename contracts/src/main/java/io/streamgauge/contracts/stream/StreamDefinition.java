package io.streamgauge.contracts.stream;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.time.Instant;

/**
 * A stream as it is in force: what the tenant said, and what the platform adds.
 *
 * @param version 1 when created, one more with each change
 */
public record StreamDefinition(
        TenantId tenant,
        StreamId id,
        StreamSpec spec,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    /** Shorthand for the spec's name. */
    public String name() {
        return spec.name();
    }
}
