package io.streamgauge.control.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.stream.StreamDefinition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Whose events these are: the headers that all events of one batch share, encoded once. */
final class EventAddress {

    private static final Header JSON =
            new RecordHeader(RecordHeaders.CONTENT_TYPE, "application/json".getBytes(UTF_8));

    private final Header tenant;
    private final Header stream;
    private final Header version;

    EventAddress(StreamDefinition definition) {
        tenant = header(RecordHeaders.TENANT, definition.tenant().value());
        stream = header(RecordHeaders.STREAM, definition.id().toString());
        version = header(RecordHeaders.DEFINITION_VERSION, Long.toString(definition.version()));
    }

    /** The headers of an event that arrived then. */
    Header[] headers(long arrival) {
        return new Header[] {tenant, stream, arrival(arrival), version, JSON};
    }

    /** The header that says when something arrived, in milliseconds since the epoch. */
    static Header arrival(long millis) {
        return header(RecordHeaders.ARRIVAL, Long.toString(millis));
    }

    static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }
}
