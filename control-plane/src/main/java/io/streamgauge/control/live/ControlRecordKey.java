package io.streamgauge.control.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.contracts.TenantId;
import java.util.Optional;

/** The keys of the control topic, as far as they have one form: a kind, a tenant, and what else. */
final class ControlRecordKey {

    private ControlRecordKey() {}

    /** The tenant of {@code kind/tenant} or {@code kind/tenant/rest}; empty for other forms. */
    static Optional<TenantId> tenant(byte[] key) {
        String text = new String(key, UTF_8);
        int start = text.indexOf('/') + 1;
        if (start == 0) {
            return Optional.empty();
        }
        int slash = text.indexOf('/', start);
        String tenant = text.substring(start, slash < 0 ? text.length() : slash);
        return TenantId.isValid(tenant) ? Optional.of(new TenantId(tenant)) : Optional.empty();
    }
}
