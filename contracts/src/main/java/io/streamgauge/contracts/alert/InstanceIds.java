package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Ids of instances, derived from what they are of: whoever computes the same instance again, after
 * a failure or in another process, gives it the same id.
 */
public final class InstanceIds {

    private InstanceIds() {}

    /** Where an event is in the log. */
    public record Position(int partition, long offset) {}

    /** Of all instances of an alert for a key; 32 hexadecimal digits. */
    public static String fingerprint(TenantId tenant, AlertId alert, String key) {
        return uuid(tenant + "/" + alert + "/" + key).toString().replace("-", "");
    }

    /**
     * Of the instance that started at a time.
     *
     * @param startedAt milliseconds since the epoch
     */
    public static UUID instance(
            TenantId tenant, AlertId alert, long version, String key, long startedAt) {
        return uuid(name(tenant, alert, version, key, startedAt));
    }

    /**
     * Of a match of a sequence, or of one that did not finish in time. Several may start with one
     * event, so its events are part of it.
     *
     * @param events of the match, in its order
     */
    public static UUID match(
            TenantId tenant,
            AlertId alert,
            long version,
            String key,
            long startedAt,
            boolean timedOut,
            List<Position> events) {
        StringBuilder text =
                new StringBuilder(name(tenant, alert, version, key, startedAt))
                        .append(timedOut ? "/timeout" : "/match");
        for (Position event : events) {
            text.append('/').append(event.partition()).append(':').append(event.offset());
        }
        return uuid(text.toString());
    }

    private static String name(
            TenantId tenant, AlertId alert, long version, String key, long startedAt) {
        return tenant + "/" + alert + "/" + version + "/" + key + "/" + startedAt;
    }

    private static UUID uuid(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
