package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.contracts.detection.DetectionStatus;
import io.streamgauge.contracts.detection.DetectionStatusCodec;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.DeletedStreams;
import io.streamgauge.jobs.kafka.OutputRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBKeyedStateBackend;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/**
 * The scoring operator on RocksDB, driven by hand, with windows of ten seconds. Times are
 * milliseconds after {@link #ORIGIN}.
 */
final class DetectionHarness implements AutoCloseable {

    static final long ORIGIN = 1_767_225_600_000L;
    static final long WINDOW = 10_000;

    static final SeriesKey SERIES =
            new SeriesKey(
                    new TenantId("acme"),
                    new StreamId(UUID.fromString("11111111-2222-4333-8444-555555555555")),
                    "{\"host\":\"a\"}");

    private final KeyedTwoInputStreamOperatorTestHarness<
                    String, SeriesPoint, DefinitionUpdate, OutputRecord>
            harness;
    private final CoBroadcastWithKeyedOperator<String, SeriesPoint, DefinitionUpdate, OutputRecord>
            operator;
    private final AtomicLong wall;
    private long checkpoint;
    private long window = WINDOW;
    private long seriesLimit = TenantPolicy.DEFAULT_SERIES_PER_STREAM;

    private DetectionHarness(
            @Nullable OperatorSubtaskState state, long wallClock, List<DefinitionUpdate> inForce)
            throws Exception {
        wall = new AtomicLong(ORIGIN + wallClock);
        operator =
                new CoBroadcastWithKeyedOperator<>(
                        new AnomalyDetection(wall::get, () -> inForce),
                        List.of(DeletedStreams.STATE, DetectionCatalog.STATE));
        harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        operator, SeriesPoint::series, null, Types.STRING, 1, 1, 0);
        harness.setStateBackend(new EmbeddedRocksDBStateBackend());
        harness.setup();
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        harness.processWatermark2(new Watermark(Long.MAX_VALUE));
    }

    /** A task that starts at the origin. */
    static DetectionHarness start() throws Exception {
        return new DetectionHarness(null, 0, List.of());
    }

    /** A task that starts at a time of the wall's clock, from a state where there is one. */
    static DetectionHarness at(long wallClock, @Nullable OperatorSubtaskState state)
            throws Exception {
        return new DetectionHarness(state, wallClock, List.of());
    }

    /** A task that starts at the origin, with what is in force then. */
    static DetectionHarness knowing(DefinitionUpdate... inForce) throws Exception {
        return new DetectionHarness(null, 0, List.of(inForce));
    }

    /** The limit that the following points carry. */
    void seriesLimit(long limit) {
        seriesLimit = limit;
    }

    /** The size of the windows that come from here on. */
    void window(long millis) {
        window = millis;
    }

    /** Lets the wall's clock go on. */
    void pass(Duration time) {
        wall.addAndGet(time.toMillis());
    }

    /** The window of a number, of the measure {@code m}. */
    void point(long number, double value) throws Exception {
        point(SERIES, number, value);
    }

    void point(SeriesKey series, long number, double value) throws Exception {
        point(series, number, Map.of("m", value));
    }

    /** The window of a number, of some measures. */
    void point(SeriesKey series, long number, Map<String, Double> values) throws Exception {
        SortedMap<String, Double> sorted = new TreeMap<>(values);
        SeriesPoint point =
                new SeriesPoint(
                        series.toString(),
                        ORIGIN + number * window,
                        window,
                        0,
                        seriesLimit,
                        sorted.keySet().toArray(String[]::new),
                        sorted.values().stream().mapToDouble(Double::doubleValue).toArray());
        harness.processElement1(new StreamRecord<>(point, ORIGIN + (number + 1) * window));
    }

    /** What is neither regular nor unusual: windows from one number to another, exclusive. */
    void usual(long from, long to) throws Exception {
        for (long number = from; number < to; number++) {
            point(number, usual(number));
        }
    }

    static double usual(long number) {
        return 10 + Math.floorMod(number * 7_919, 97) / 97.0;
    }

    /** Lets the clock of results reach the end of a window. */
    void clock(long number) throws Exception {
        harness.processWatermark1(new Watermark(ORIGIN + (number + 1) * WINDOW));
    }

    void deleteStream(StreamId id) throws Exception {
        update(
                new DefinitionUpdate(
                        new StreamDefinitionCodec.Key(SERIES.tenant(), id).toString(), null));
    }

    /** A record of the control topic. */
    void update(DefinitionUpdate update) throws Exception {
        harness.processElement2(new StreamRecord<>(update));
    }

    /** Something that matters to no stream, at which the task says what there is to say. */
    void tick() throws Exception {
        update(new DefinitionUpdate("of/nobody", null));
    }

    /** What is kept of a series for the model; null where there is nothing. */
    byte @Nullable [] scorer(SeriesKey series) throws Exception {
        backend().setCurrentKey(series.toString());
        return scorerState().value();
    }

    /** Makes what is kept for the model something else. */
    void damageScorer(SeriesKey series) throws Exception {
        backend().setCurrentKey(series.toString());
        scorerState().update(new byte[] {1, 2, 3});
    }

    private ValueState<byte[]> scorerState() throws Exception {
        return backend()
                .getPartitionedState(
                        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, Scorers.STATE);
    }

    /** Makes the stored detector of a measure something that is none. */
    void damage(SeriesKey series, String measure) throws Exception {
        RocksDBKeyedStateBackend<String> backend = backend();
        backend.setCurrentKey(series.toString());
        backend.getPartitionedState(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        new MapStateDescriptor<>(
                                "detectors-v1",
                                Types.STRING,
                                PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO))
                .put(measure, new byte[] {1, 2, 3});
    }

    @SuppressWarnings("unchecked") // keyed by text, as the harness was made
    private RocksDBKeyedStateBackend<String> backend() {
        return (RocksDBKeyedStateBackend<String>)
                (RocksDBKeyedStateBackend<?>) operator.<String>getKeyedStateBackend();
    }

    /** All anomalies so far. */
    List<Anomaly> anomalies() {
        List<Anomaly> anomalies = new ArrayList<>();
        for (OutputRecord record : harness.extractOutputValues()) {
            anomalies.add(AnomalyCodec.anomaly(record.value()));
        }
        return anomalies;
    }

    /** All statuses so far; a tombstone is none. */
    List<Optional<DetectionStatus>> statuses() throws Exception {
        List<Optional<DetectionStatus>> statuses = new ArrayList<>();
        Queue<StreamRecord<OutputRecord>> output = harness.getSideOutput(AnomalyDetection.STATUSES);
        for (StreamRecord<OutputRecord> record :
                output == null ? List.<StreamRecord<OutputRecord>>of() : output) {
            statuses.add(
                    record.getValue().isForgotten()
                            ? Optional.empty()
                            : Optional.of(
                                    DetectionStatusCodec.fromBytes(record.getValue().value())));
        }
        return statuses;
    }

    /** All bands so far. */
    List<Band> bands() {
        Queue<StreamRecord<OutputRecord>> output = harness.getSideOutput(AnomalyDetection.BANDS);
        return output == null
                ? List.of()
                : output.stream().map(it -> AnomalyCodec.band(it.getValue().value())).toList();
    }

    /** Entries of all keyed state, timers included. */
    int keyedStateEntries() throws Exception {
        snapshot(); // RocksDB's timers are written in batches; this writes what is pending
        return backend().numKeyValueStateEntries();
    }

    int timers() {
        return harness.numEventTimeTimers();
    }

    OperatorSubtaskState snapshot() throws Exception {
        return harness.snapshot(++checkpoint, checkpoint);
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
