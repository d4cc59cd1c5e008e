/**
 * Tenants as those who run the platform manage them: their making, their tier and quotas, and their
 * end. Works as the system's role; knows nothing of what a tenant's streams hold.
 */
@NullMarked
package io.streamgauge.control.tenantadmin;

import org.jspecify.annotations.NullMarked;
