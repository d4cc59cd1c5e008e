package io.streamgauge.jobs.anomaly;

import io.streamgauge.detection.SeriesDetector;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * A measure's detector as it lies in state: a version, when it last had something to tell, and what
 * the detector writes, which has a version of its own.
 */
final class StoredDetector {

    private static final int VERSION = 1;

    private static final long NEVER = Long.MIN_VALUE;

    private SeriesDetector detector;
    private long toldAt;

    private StoredDetector(SeriesDetector detector, long toldAt) {
        this.detector = detector;
        this.toldAt = toldAt;
    }

    /** One that knows nothing. */
    static StoredDetector create(long windowMillis) {
        return new StoredDetector(new SeriesDetector(Duration.ofMillis(windowMillis)), NEVER);
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IOException where it is of a version that is not known, or damaged
     */
    static StoredDetector fromBytes(byte[] bytes) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new IOException(
                    "stored detector: version " + version + " (expected: " + VERSION + ")");
        }
        long toldAt = in.readLong();
        return new StoredDetector(SeriesDetector.read(in), toldAt);
    }

    byte[] toBytes(DataOutputSerializer buffer) throws IOException {
        buffer.clear();
        buffer.writeByte(VERSION);
        buffer.writeLong(toldAt);
        detector.save(buffer);
        return buffer.getCopyOfBuffer();
    }

    SeriesDetector detector() {
        return detector;
    }

    /** Forgets all. */
    void reset() {
        detector = new SeriesDetector(Duration.ofMillis(detector.window()));
    }

    /** Whether nothing was told of windows that started in a time before this one. */
    boolean wasSilentFor(long millis, long start) {
        return toldAt == NEVER || start - toldAt >= millis;
    }

    /**
     * The first window without a value since the last that had one, of which nothing was told; none
     * where it was, or where there never was a value.
     */
    OptionalLong untoldGap() {
        OptionalLong last = detector.last();
        return last.isEmpty() || toldAt > last.getAsLong()
                ? OptionalLong.empty()
                : OptionalLong.of(last.getAsLong() + detector.window());
    }

    void told(long start) {
        toldAt = start;
    }
}
