package io.streamgauge.control.tenantadmin;

import io.streamgauge.contracts.TenantId;
import java.time.Instant;
import java.util.Optional;

/**
 * The end of a tenant, which takes a while, and stays on record: the id is not given out again.
 *
 * @param requestedBy subject of the operator's token
 * @param deletedRows so far
 * @param finishedAt when nothing of it was left and the jobs had been told
 */
record Deletion(
        TenantId tenant,
        Instant requestedAt,
        String requestedBy,
        long deletedRows,
        Optional<Instant> finishedAt) {}
