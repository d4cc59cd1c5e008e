package io.streamgauge.control.projection;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the projection did since its start. Safe for use by many threads. */
public final class ProjectionStatistics {

    private final LongAdder stored = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder fenced = new LongAdder();
    private final Map<SkipReason, LongAdder> skipped = new EnumMap<>(SkipReason.class);

    ProjectionStatistics() {
        for (SkipReason reason : SkipReason.values()) {
            skipped.put(reason, new LongAdder());
        }
    }

    /** Rows written; of those that one batch replaced by later ones only the last. */
    public long stored() {
        return stored.sum();
    }

    /** Transactions committed. */
    public long batches() {
        return batches.sum();
    }

    /** Batches dropped because another projection had written theirs. */
    public long fenced() {
        return fenced.sum();
    }

    /** Results not stored for a reason. */
    public long skipped(SkipReason reason) {
        LongAdder count = skipped.get(reason);
        return count == null ? 0 : count.sum();
    }

    void countStored(long rows) {
        stored.add(rows);
    }

    void countBatch() {
        batches.increment();
    }

    void countFenced() {
        fenced.increment();
    }

    void countSkipped(SkipReason reason, long results) {
        LongAdder count = skipped.get(reason);
        if (count != null) {
            count.add(results);
        }
    }
}
