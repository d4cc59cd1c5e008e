package io.streamgauge.control.live.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.streamgauge.contracts.Json;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What the anomaly job says of a window of a series, on its way to subscribers: its JSON as it
 * came, and the few things that decide who gets it; as {@link LiveAggregate}.
 *
 * @param band whether it says what was expected; otherwise it is an anomaly
 * @param dimensions values by name
 * @param score of an anomaly; 0 of a band
 */
public record LiveScore(boolean band, Map<String, String> dimensions, double score, String json)
        implements LiveResult {

    /**
     * Reads a record.
     *
     * @param stream what its headers say; the value has to say the same
     * @throws IllegalArgumentException where the value is of another stream, or no such JSON
     */
    static LiveScore of(ConsumerRecord<byte[], byte[]> record, StreamKey stream, boolean band) {
        byte[] value = record.value();
        if (value == null) {
            throw new IllegalArgumentException("value: none (expected: an anomaly or a band)");
        }
        String json = new String(value, UTF_8);
        Map<String, String> dimensions = new HashMap<>();
        Map<String, String> texts = new HashMap<>();
        double score = 0;
        try (JsonParser parser = Json.factory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("value: not an object");
            }
            for (String name = parser.nextFieldName();
                    name != null;
                    name = parser.nextFieldName()) {
                JsonToken token = parser.nextToken();
                if (name.equals("dimensions") && token == JsonToken.START_OBJECT) {
                    LiveRecord.readTexts(parser, dimensions);
                } else if (name.equals("score") && token.isNumeric()) {
                    score = parser.getDoubleValue();
                } else if (token == JsonToken.VALUE_STRING) {
                    texts.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("value: text after the object");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("value: " + e.getMessage(), e);
        }
        if (!stream.tenant().value().equals(texts.get("tenant"))
                || !stream.stream().toString().equals(texts.get("stream"))) {
            throw new IllegalArgumentException("value: of another stream than its headers say");
        }
        return new LiveScore(band, dimensions, score, json);
    }

    @Override
    public LiveKind kind() {
        return band ? LiveKind.BANDS : LiveKind.ANOMALIES;
    }
}
