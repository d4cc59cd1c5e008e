package io.streamgauge.control.live.result;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the anomaly job says of a window of a series, on its way to subscribers: its JSON as it
 * came, and the few things that decide who gets it.
 *
 * @param band whether it says what was expected; otherwise it is an anomaly
 * @param dimensions values by name
 * @param score of an anomaly; 0 of a band
 */
public record LiveScore(boolean band, Map<String, String> dimensions, double score, String json)
        implements LiveResult {

    private static final Set<String> MEMBERS = Set.of("score");

    /**
     * Reads a record.
     *
     * @param stream what its headers say; the value has to say the same
     * @throws IllegalArgumentException where the value is of another stream, or no such JSON
     */
    static LiveScore of(ConsumerRecord<byte[], byte[]> record, StreamKey stream, boolean band) {
        LiveRecord.Value value = LiveRecord.read(record, "dimensions", MEMBERS).of(stream);
        return new LiveScore(band, value.dimensions(), value.number("score"), value.json());
    }

    @Override
    public LiveKind kind() {
        return band ? LiveKind.BANDS : LiveKind.ANOMALIES;
    }
}
