package io.streamgauge.jobs.anomaly;

import io.streamgauge.detection.ModelScorer;
import java.io.IOException;
import java.util.UUID;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * What is kept of a series for the model, as it lies in state: a version, the version of the model
 * and the measures that it was saved with, when it last had something to tell, and what the scorer
 * writes, which has a version of its own. The model itself is kept once for all series.
 *
 * <p>Where another version of the model is in force when it is read, it goes on by that one.
 */
final class StoredScorer {

    /** No stored scorer is larger. */
    static final int MAX_BYTES = 16 * 1024;

    private static final int VERSION = 1;
    private static final long NEVER = Long.MIN_VALUE;

    private final ActiveModel model;
    private ModelScorer scorer;
    private long toldAt;

    private StoredScorer(ActiveModel model, ModelScorer scorer, long toldAt) {
        this.model = model;
        this.scorer = scorer;
        this.toldAt = toldAt;
    }

    /** One that has not seen the series yet. */
    static StoredScorer create(ActiveModel model) {
        return new StoredScorer(model, new ModelScorer(model.model()), NEVER);
    }

    /**
     * Reads what {@link #toBytes} wrote, to go on by the model that is in force now.
     *
     * @throws IOException where it is of a version that is not known, or damaged
     */
    static StoredScorer fromBytes(byte[] bytes, ActiveModel model) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new IOException(
                    "stored scorer: version " + version + " (expected: " + VERSION + ")");
        }
        long savedWith = in.readLong();
        UUID measures = new UUID(in.readLong(), in.readLong());
        long toldAt = in.readLong();
        if (!measures.equals(model.measuresId())) {
            return create(model);
        }
        ModelScorer scorer = ModelScorer.read(in, model.model());
        return new StoredScorer(
                model, savedWith == model.version() ? scorer : scorer.with(model.model()), toldAt);
    }

    byte[] toBytes(DataOutputSerializer buffer) throws IOException {
        buffer.clear();
        buffer.writeByte(VERSION);
        buffer.writeLong(model.version());
        buffer.writeLong(model.measuresId().getMostSignificantBits());
        buffer.writeLong(model.measuresId().getLeastSignificantBits());
        buffer.writeLong(toldAt);
        scorer.save(buffer);
        return buffer.getCopyOfBuffer();
    }

    ModelScorer scorer() {
        return scorer;
    }

    /** Forgets all. */
    void reset() {
        scorer = new ModelScorer(model.model());
    }

    /** Version of the model that it judges by. */
    long version() {
        return model.version();
    }

    /** Whether nothing was told of windows that started in a time before this one. */
    boolean wasSilentFor(long millis, long start) {
        return toldAt == NEVER || start - toldAt >= millis;
    }

    void told(long start) {
        toldAt = start;
    }
}
