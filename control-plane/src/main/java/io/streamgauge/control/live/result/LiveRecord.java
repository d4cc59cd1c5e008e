package io.streamgauge.control.live.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;

import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Reads what the records of all kinds of results have in common. */
public final class LiveRecord {

    private LiveRecord() {}

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

    /** Reads an object of texts, whose begin has been read. */
    static void readTexts(JsonParser parser, Map<String, String> target) throws IOException {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            target.put(name, parser.getText());
            parser.skipChildren();
        }
    }
}
