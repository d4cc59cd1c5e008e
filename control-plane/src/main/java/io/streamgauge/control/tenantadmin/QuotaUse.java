package io.streamgauge.control.tenantadmin;

import io.streamgauge.control.tenant.Quota;
import java.util.Optional;

/**
 * How far a tenant has got with a quota.
 *
 * @param own whether the limit is the tenant's own; else it is the tier's
 * @param used empty where that is not known
 */
record QuotaUse(Quota quota, long limit, boolean own, Optional<Long> used) {}
