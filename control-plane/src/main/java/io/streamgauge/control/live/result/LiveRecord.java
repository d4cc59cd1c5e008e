package io.streamgauge.control.live.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Reads what the records of all kinds of results have in common: whose they are, and their JSON.
 */
public final class LiveRecord {

    private static final String TENANT = "tenant";
    private static final String STREAM = "stream";

    private LiveRecord() {}

    /**
     * What was read of a record's value: its JSON as it came, and the few members that decide who
     * gets it. The JSON is never taken apart and written again; it is read once, for these members
     * and because what is spliced into a frame must be JSON.
     *
     * @param json the whole
     * @param dimensions values by name
     * @param members the others that were asked for and are there, as text
     */
    record Value(String json, Map<String, String> dimensions, Map<String, String> members) {

        /** A member's text; empty where it is not there. */
        String text(String name) {
            return members.getOrDefault(name, "");
        }

        /** A member's number; 0 where it is not there. */
        double number(String name) {
            return members.containsKey(name) ? Double.parseDouble(text(name)) : 0;
        }

        /** Whether a member is there, and true. */
        boolean isTrue(String name) {
            return Boolean.parseBoolean(text(name));
        }

        /**
         * Insists that it is a tenant's.
         *
         * @throws IllegalArgumentException where it is another's
         */
        Value of(TenantId tenant) {
            if (!tenant.value().equals(text(TENANT))) {
                throw new IllegalArgumentException("value: of another tenant than its header says");
            }
            return this;
        }

        /**
         * Insists that it is of a stream.
         *
         * @throws IllegalArgumentException where it is of another, or another tenant's
         */
        Value of(StreamKey stream) {
            if (!stream.stream().toString().equals(text(STREAM))) {
                throw new IllegalArgumentException("value: of another stream than its header says");
            }
            return of(stream.tenant());
        }
    }

    /** Whose a record is, as its header says; empty where it does not. */
    static Optional<TenantId> tenantOf(ConsumerRecord<byte[], byte[]> record) {
        String tenant = header(record, RecordHeaders.TENANT);
        return TenantId.isValid(tenant) ? Optional.of(new TenantId(tenant)) : Optional.empty();
    }

    /** Whose stream a record is about, as its headers say; empty where they do not. */
    public static Optional<StreamKey> streamOf(ConsumerRecord<byte[], byte[]> record) {
        return tenantOf(record)
                .flatMap(
                        tenant ->
                                StreamId.parse(header(record, RecordHeaders.STREAM))
                                        .map(stream -> new StreamKey(tenant, stream)));
    }

    /** The text of a header; empty where it is not there. */
    public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }

    /**
     * Reads a record's value.
     *
     * @param dimensions the name of the member that has them
     * @param wanted members besides tenant and stream; those that are no scalars are not there
     * @throws IllegalArgumentException where the value is no JSON object, or more than that
     */
    static Value read(
            ConsumerRecord<byte[], byte[]> record, String dimensions, Set<String> wanted) {
        if (record.value() == null) {
            throw new IllegalArgumentException("value: none (expected: an object)");
        }
        String json = new String(record.value(), UTF_8);
        Map<String, String> values = new HashMap<>();
        Map<String, String> members = new HashMap<>();
        try (JsonParser parser = Json.factory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("value: not an object");
            }
            for (String name = parser.nextFieldName();
                    name != null;
                    name = parser.nextFieldName()) {
                JsonToken token = parser.nextToken();
                if (name.equals(dimensions) && token == JsonToken.START_OBJECT) {
                    readTexts(parser, values);
                } else if (token.isScalarValue()
                        && token != JsonToken.VALUE_NULL
                        && (name.equals(TENANT) || name.equals(STREAM) || wanted.contains(name))) {
                    members.put(name, parser.getText());
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
        return new Value(json, values, members);
    }

    /** Reads an object of texts, whose begin has been read. */
    private static void readTexts(JsonParser parser, Map<String, String> target)
            throws IOException {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            target.put(name, parser.getText());
            parser.skipChildren();
        }
    }
}
