package io.streamgauge.control.live.result;

import io.streamgauge.contracts.TenantId;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One transition of an alert's instance on its way to subscribers: its JSON as it came, and the few
 * things that decide who gets it.
 *
 * @param key values of the alert's dimensions by name
 * @param shadow whether nobody is to be told
 */
public record LiveAlert(
        Map<String, String> key, String severity, String state, boolean shadow, String json)
        implements LiveResult {

    private static final Set<String> MEMBERS = Set.of("severity", "state", "shadow");

    /**
     * Reads a record.
     *
     * @param tenant what its header says; the value has to say the same
     * @throws IllegalArgumentException where the value is no transition of this tenant's
     */
    static LiveAlert of(ConsumerRecord<byte[], byte[]> record, TenantId tenant) {
        LiveRecord.Value value = LiveRecord.read(record, "key", MEMBERS).of(tenant);
        return new LiveAlert(
                value.dimensions(),
                value.text("severity"),
                value.text("state"),
                value.isTrue("shadow"),
                value.json());
    }

    @Override
    public LiveKind kind() {
        return LiveKind.ALERTS;
    }

    @Override
    public Map<String, String> dimensions() {
        return key;
    }
}
