package io.streamgauge.jobs.anomaly;

import io.streamgauge.detection.Phase;
import io.streamgauge.detection.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The detectors of the present series, by measure. One that cannot be read, or fails, is replaced
 * by one that knows nothing: it is counted, it is seen as the phase {@code learning}, and neither
 * the other measures nor the job take harm. For one task's thread.
 */
final class Detectors {

    private static final MapStateDescriptor<String, byte[]> STATE =
            new MapStateDescriptor<>(
                    "detectors-v1",
                    Types.STRING,
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final MapState<String, byte[]> byMeasure;
    private final Failures failures;
    private final DataOutputSerializer buffer = new DataOutputSerializer(16 * 1024);

    Detectors(RuntimeContext context, Failures failures) {
        byMeasure = context.getMapState(STATE);
        this.failures = failures;
    }

    /** The names of the measures that have one. */
    List<String> measures() throws Exception {
        List<String> measures = new ArrayList<>();
        byMeasure.keys().forEach(measures::add);
        return measures;
    }

    /** A measure's, for windows of a size; a new one where there is none for them. */
    StoredDetector get(String measure, long window) throws Exception {
        byte[] bytes = byMeasure.get(measure);
        if (bytes != null) {
            try {
                StoredDetector stored = StoredDetector.fromBytes(bytes);
                return stored.detector().window() == window ? stored : stored.forWindow(window);
            } catch (IOException | RuntimeException e) { // damaged bytes may end in either
                failed(measure, e);
            }
        }
        return StoredDetector.create(window);
    }

    /** What the detector says of a value, which it learns. */
    Verdict observe(StoredDetector detector, String measure, long start, double value) {
        try {
            return detector.detector().observe(start, value);
        } catch (RuntimeException e) {
            failed(measure, e);
            detector.reset();
            return unknown(value);
        }
    }

    /** What a detector says of there being no value until a time. */
    Verdict elapsed(StoredDetector detector, String measure, long time) {
        try {
            return detector.detector().elapsed(time);
        } catch (RuntimeException e) {
            failed(measure, e);
            return unknown(0);
        }
    }

    void put(String measure, StoredDetector detector) throws Exception {
        byMeasure.put(measure, detector.toBytes(buffer));
    }

    /** As what a run of a task has counted each. */
    List<Phase> counted(long run, long window) throws Exception {
        List<Phase> counted = new ArrayList<>();
        for (String measure : measures()) {
            get(measure, window).countedAs(run).ifPresent(counted::add);
        }
        return counted;
    }

    /** All that there are pass over the windows up to one, by its start. */
    void passOver(long window, long start) throws Exception {
        for (String measure : measures()) {
            StoredDetector detector = get(measure, window);
            detector.detector().passOver(start);
            put(measure, detector);
        }
    }

    void clear() {
        byMeasure.clear();
    }

    private static Verdict unknown(double value) {
        double finite = Double.isFinite(value) ? value : 0;
        return new Verdict(0, false, null, finite, finite, finite, List.of(), Phase.LEARNING);
    }

    private void failed(String measure, Exception failure) {
        failures.failed("a detector of the measure " + measure, failure);
    }
}
