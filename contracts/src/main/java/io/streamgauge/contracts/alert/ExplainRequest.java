package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.TenantId;
import java.util.UUID;

/**
 * Asks the alerting job for the present state of an alert for one key.
 *
 * @param id names the request in its answer
 * @param key as in {@link AlertTransition#key()}
 */
public record ExplainRequest(UUID id, TenantId tenant, AlertId alert, String key) {}
