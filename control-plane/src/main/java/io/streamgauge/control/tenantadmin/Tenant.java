package io.streamgauge.control.tenantadmin;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.rest.VersionTag;
import io.streamgauge.control.tenant.Quota;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A tenant as it is kept.
 *
 * @param settings what can be changed
 * @param version rises with each change
 * @param deletingSince empty while it is not being deleted
 */
record Tenant(
        TenantId id,
        Settings settings,
        long version,
        Instant createdAt,
        Instant updatedAt,
        Optional<Instant> deletingSince) {

    /**
     * What an operator decides on.
     *
     * @param name for people
     * @param tier by its name
     * @param active whether it may be worked with
     * @param quotas limits of its own; the tier's hold for the rest
     */
    record Settings(String name, String tier, boolean active, Map<Quota, Long> quotas) {

        Settings {
            quotas = Map.copyOf(quotas);
        }
    }

    VersionTag tag() {
        return new VersionTag(id.value(), version);
    }

    /** Whether it may be worked with now. */
    boolean isServed() {
        return settings.active() && deletingSince.isEmpty();
    }
}
