package io.streamgauge.control.live.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * One transition of an alert's instance on its way to subscribers: its JSON as it came, and the few
 * things that decide who gets it; as {@link LiveAggregate}.
 *
 * @param key values of the alert's dimensions by name
 * @param shadow whether nobody is to be told
 */
public record LiveAlert(
        Map<String, String> key, String severity, String state, boolean shadow, String json)
        implements LiveResult {

    /**
     * Reads a record.
     *
     * @param tenant what its header says; the value has to say the same
     * @throws IllegalArgumentException where the value is no transition of this tenant's
     */
    static LiveAlert of(ConsumerRecord<byte[], byte[]> record, TenantId tenant) {
        byte[] value = record.value();
        if (value == null) {
            throw new IllegalArgumentException("value: none (expected: a transition)");
        }
        String json = new String(value, UTF_8);
        Map<String, String> key = new HashMap<>();
        Map<String, String> texts = new HashMap<>();
        boolean shadow = false;
        try (JsonParser parser = Json.factory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("value: not an object");
            }
            for (String name = parser.nextFieldName();
                    name != null;
                    name = parser.nextFieldName()) {
                JsonToken token = parser.nextToken();
                if (name.equals("key") && token == JsonToken.START_OBJECT) {
                    LiveRecord.readTexts(parser, key);
                } else if (name.equals("shadow")) {
                    shadow = token == JsonToken.VALUE_TRUE;
                    parser.skipChildren();
                } else if (token == JsonToken.VALUE_STRING) {
                    texts.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("value: text after the transition");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("value: " + e.getMessage(), e);
        }
        if (!tenant.value().equals(texts.get("tenant"))) {
            throw new IllegalArgumentException("value: of another tenant than its header says");
        }
        return new LiveAlert(
                key,
                texts.getOrDefault("severity", ""),
                texts.getOrDefault("state", ""),
                shadow,
                json);
    }

    @Override
    public LiveKind kind() {
        return LiveKind.ALERTS;
    }
}
