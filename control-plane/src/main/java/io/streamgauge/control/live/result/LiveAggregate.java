package io.streamgauge.control.live.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.RecordHeaders;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * One aggregate on its way to subscribers: its JSON as it came, and the few things that decide who
 * gets it. The JSON is never taken apart and written again; it is read once, for these things and
 * because what is spliced into a frame must be JSON.
 *
 * @param dimensions values by name
 * @param window size, as text
 * @param start of the window, as text
 * @param timing as its header says
 * @param json the whole
 */
public record LiveAggregate(
        Map<String, String> dimensions, String window, String start, String timing, String json)
        implements LiveResult {

    /**
     * Reads a record.
     *
     * @param stream what its headers say; the value has to say the same
     * @throws IllegalArgumentException where the value is no aggregate of this stream
     */
    static LiveAggregate of(ConsumerRecord<byte[], byte[]> record, StreamKey stream) {
        byte[] value = record.value();
        if (value == null) {
            throw new IllegalArgumentException("value: none (expected: an aggregate)");
        }
        String json = new String(value, UTF_8);
        Map<String, String> dimensions = new HashMap<>();
        Map<String, String> texts = new HashMap<>();
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
                } else if (token == JsonToken.VALUE_STRING) {
                    texts.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("value: text after the aggregate");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("value: " + e.getMessage(), e);
        }
        if (!stream.tenant().value().equals(texts.get("tenant"))
                || !stream.stream().toString().equals(texts.get("stream"))) {
            throw new IllegalArgumentException("value: of another stream than its headers say");
        }
        return new LiveAggregate(
                dimensions,
                texts.getOrDefault("window", ""),
                texts.getOrDefault("start", ""),
                LiveRecord.header(record, RecordHeaders.TIMING),
                json);
    }

    @Override
    public LiveKind kind() {
        return LiveKind.AGGREGATES;
    }
}
