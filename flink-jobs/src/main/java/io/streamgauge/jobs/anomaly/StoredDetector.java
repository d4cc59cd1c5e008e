package io.streamgauge.jobs.anomaly;

import io.streamgauge.detection.Phase;
import io.streamgauge.detection.SeriesDetector;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A measure's detector as it lies in state: a version, when it last had something to tell, which
 * run of a task has counted it and as what, and what the detector writes, which has a version of
 * its own.
 */
final class StoredDetector {

    private static final int VERSION = 2;

    /** Without a count. */
    private static final int FIRST_VERSION = 1;

    private static final int NO_PHASE = -1;

    private static final long NEVER = Long.MIN_VALUE;

    private SeriesDetector detector;
    private long toldAt;
    private long countedBy;
    private @Nullable Phase countedAs;

    private StoredDetector(
            SeriesDetector detector, long toldAt, long countedBy, @Nullable Phase countedAs) {
        this.detector = detector;
        this.toldAt = toldAt;
        this.countedBy = countedBy;
        this.countedAs = countedAs;
    }

    /** One that knows nothing. */
    static StoredDetector create(long windowMillis) {
        return new StoredDetector(
                new SeriesDetector(Duration.ofMillis(windowMillis)), NEVER, 0, null);
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IOException where it is of a version that is not known, or damaged
     */
    static StoredDetector fromBytes(byte[] bytes) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        int version = in.readUnsignedByte();
        if (version != VERSION && version != FIRST_VERSION) {
            throw new IOException(
                    "stored detector: version " + version + " (expected: 1 to " + VERSION + ")");
        }
        long toldAt = in.readLong();
        long countedBy = version == FIRST_VERSION ? 0 : in.readLong();
        int phase = version == FIRST_VERSION ? NO_PHASE : in.readByte();
        return new StoredDetector(SeriesDetector.read(in), toldAt, countedBy, phase(phase));
    }

    private static @Nullable Phase phase(int number) throws IOException {
        return switch (number) {
            case NO_PHASE -> null;
            case 0 -> Phase.LEARNING;
            case 1 -> Phase.ACTIVE;
            case 2 -> Phase.CONSTANT;
            default -> throw new IOException("stored detector: counted as " + number);
        };
    }

    private static int number(@Nullable Phase phase) {
        return switch (phase) {
            case LEARNING -> 0;
            case ACTIVE -> 1;
            case CONSTANT -> 2;
            case INVALID_VALUE, OUT_OF_ORDER -> throw new IllegalStateException(phase.wireName());
            case null -> NO_PHASE;
        };
    }

    byte[] toBytes(DataOutputSerializer buffer) throws IOException {
        buffer.clear();
        buffer.writeByte(VERSION);
        buffer.writeLong(toldAt);
        buffer.writeLong(countedBy);
        buffer.writeByte(number(countedAs));
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

    /** One that knows nothing of windows of another size, and is counted as this one is. */
    StoredDetector forWindow(long windowMillis) {
        return new StoredDetector(
                new SeriesDetector(Duration.ofMillis(windowMillis)), NEVER, countedBy, countedAs);
    }

    /** As what a run of a task has counted it; empty where it has not. */
    Optional<Phase> countedAs(long run) {
        return countedBy == run ? Optional.ofNullable(countedAs) : Optional.empty();
    }

    /** A run of a task has counted it as what it is now. */
    void counted(long run) {
        countedBy = run;
        countedAs = detector.phase();
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
