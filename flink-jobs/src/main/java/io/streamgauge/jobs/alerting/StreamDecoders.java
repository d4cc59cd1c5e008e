package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.RuleBook;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads events that the router has read before, by the stream's definition as this task knows it. A
 * schema only ever changes in ways that let older events be read. For one task's thread.
 */
final class StreamDecoders {

    private final RuleBook book;
    private final Map<StreamId, Entry> byStream = new HashMap<>();

    private record Entry(StreamDefinition definition, EventDecoder decoder) {}

    StreamDecoders(RuleBook book) {
        this.book = book;
    }

    /** An event; null where its stream is gone meanwhile, or no longer takes it. */
    @Nullable EventRow decode(TenantId tenant, StreamId stream, byte[] json) {
        StreamDefinition definition = book.stream(tenant, stream).orElse(null);
        if (definition == null) {
            byStream.remove(stream);
            return null;
        }
        Entry entry = byStream.get(stream);
        if (entry == null || entry.definition().version() != definition.version()) {
            entry = new Entry(definition, new EventDecoder(definition.spec()));
            byStream.put(stream, entry);
        }
        try {
            return entry.decoder().decodeRow(json);
        } catch (InvalidInputException e) {
            return null;
        }
    }
}
