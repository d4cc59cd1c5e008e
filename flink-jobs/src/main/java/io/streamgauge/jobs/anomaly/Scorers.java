package io.streamgauge.jobs.anomaly;

import io.streamgauge.detection.Phase;
import io.streamgauge.detection.Verdict;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * What is kept of the present series for its stream's model. What cannot be read, or fails, is
 * replaced by one that has not seen the series yet, and counted: neither the measures' own
 * detectors nor the job take harm. For one task's thread.
 */
final class Scorers {

    /** A {@link StoredScorer}. */
    static final ValueStateDescriptor<byte[]> STATE =
            new ValueStateDescriptor<>(
                    "model-scorer-v1", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final ValueState<byte[]> state;
    private final Failures failures;
    private final DataOutputSerializer buffer = new DataOutputSerializer(8 * 1024);

    Scorers(RuntimeContext context, Failures failures) {
        state = context.getState(STATE);
        this.failures = failures;
    }

    /** The present series' for a model, which may be another than it was saved with. */
    StoredScorer get(ActiveModel model) throws Exception {
        byte[] bytes = state.value();
        if (bytes != null) {
            try {
                return StoredScorer.fromBytes(bytes, model);
            } catch (IOException | RuntimeException e) { // damaged bytes may end in either
                failures.failed("a model's scorer", e);
            }
        }
        return StoredScorer.create(model);
    }

    /** What it says of a point, which it learns. */
    Verdict observe(StoredScorer scorer, ActiveModel model, SeriesPoint point) {
        try {
            return scorer.scorer().observe(point.start(), model.values(point));
        } catch (RuntimeException e) {
            failures.failed("a model's scorer", e);
            scorer.reset();
            return new Verdict(0, false, null, 0, 0, 0, List.of(), Phase.LEARNING);
        }
    }

    void put(StoredScorer scorer) throws Exception {
        state.update(scorer.toBytes(buffer));
    }

    void clear() {
        state.clear();
    }
}
