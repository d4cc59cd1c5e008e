package io.streamgauge.control.live.result;

import io.streamgauge.contracts.RecordHeaders;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One aggregate on its way to subscribers: its JSON as it came, and the few things that decide who
 * gets it.
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

    private static final Set<String> MEMBERS = Set.of("window", "start");

    /**
     * Reads a record.
     *
     * @param stream what its headers say; the value has to say the same
     * @throws IllegalArgumentException where the value is no aggregate of this stream
     */
    static LiveAggregate of(ConsumerRecord<byte[], byte[]> record, StreamKey stream) {
        LiveRecord.Value value = LiveRecord.read(record, "dimensions", MEMBERS).of(stream);
        return new LiveAggregate(
                value.dimensions(),
                value.text("window"),
                value.text("start"),
                LiveRecord.header(record, RecordHeaders.TIMING),
                value.json());
    }

    @Override
    public LiveKind kind() {
        return LiveKind.AGGREGATES;
    }
}
