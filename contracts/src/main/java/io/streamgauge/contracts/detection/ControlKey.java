package io.streamgauge.contracts.detection;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.util.Optional;

/** The form that keys of the control topic about a stream have: {@code kind/tenant/stream}. */
final class ControlKey {

    private ControlKey() {}

    /** A key's parts that follow its kind. */
    interface Maker<K> {
        K make(TenantId tenant, StreamId stream);
    }

    static String text(String kind, TenantId tenant, StreamId stream) {
        return kind + "/" + tenant + "/" + stream;
    }

    /** Empty where the key is of another kind, or of none. */
    static <K> Optional<K> parse(String kind, String key, Maker<K> maker) {
        String[] parts = key.split("/", -1);
        if (parts.length != 3 || !parts[0].equals(kind) || !TenantId.isValid(parts[1])) {
            return Optional.empty();
        }
        return StreamId.parse(parts[2]).map(it -> maker.make(new TenantId(parts[1]), it));
    }
}
