package io.streamgauge.jobs.aggregation;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.rejection.RejectedEvent;
import io.streamgauge.contracts.rejection.RejectedEventCodec;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.FieldType;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.stream.UnknownFields;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.DeletedStreams;
import io.streamgauge.jobs.kafka.OutputRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBKeyedStateBackend;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** The window operator on RocksDB, driven by hand. Times are milliseconds after {@link #ORIGIN}. */
final class WindowHarness implements AutoCloseable {

    /** Some whole hour, so that windows of all sizes start there. */
    static final long ORIGIN = 1_767_225_600_000L;

    static final SeriesKey SERIES =
            new SeriesKey(
                    new TenantId("acme"),
                    new StreamId(UUID.fromString("11111111-2222-4333-8444-555555555555")),
                    "{\"host\":\"a\"}");

    private final KeyedTwoInputStreamOperatorTestHarness<
                    String, SeriesEvent, DefinitionUpdate, OutputRecord>
            harness;
    private final CoBroadcastWithKeyedOperator<String, SeriesEvent, DefinitionUpdate, OutputRecord>
            operator =
                    new CoBroadcastWithKeyedOperator<>(
                            new WindowAggregation(), List.of(DeletedStreams.STATE));
    private int read;
    private int rejectionsRead;
    private long offset;
    private long checkpoint;
    private long seriesLimit = TenantPolicy.DEFAULT_SERIES_PER_STREAM;

    private WindowHarness(
            @Nullable OperatorSubtaskState state, int keyGroups, int parallelism, int subtask)
            throws Exception {
        harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        operator,
                        SeriesEvent::series,
                        null,
                        Types.STRING,
                        keyGroups,
                        parallelism,
                        subtask);
        harness.setStateBackend(new EmbeddedRocksDBStateBackend());
        harness.setup();
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        harness.processWatermark2(new Watermark(Long.MAX_VALUE));
    }

    static WindowHarness start() throws Exception {
        return new WindowHarness(null, 1, 1, 0);
    }

    static WindowHarness restore(OperatorSubtaskState state) throws Exception {
        return new WindowHarness(state, 1, 1, 0);
    }

    /** One of several tasks. */
    static WindowHarness task(
            @Nullable OperatorSubtaskState state, int keyGroups, int parallelism, int subtask)
            throws Exception {
        return new WindowHarness(state, keyGroups, parallelism, subtask);
    }

    /** The first version of a definition. */
    static StreamDefinition stream(
            Duration outOfOrderness, Duration allowedLateness, boolean early, Duration... windows) {
        StreamSpec spec =
                new StreamSpec(
                        "s",
                        "",
                        List.of(
                                new Field("at", FieldType.TIMESTAMP, FieldRole.TIMESTAMP, true),
                                new Field("host", FieldType.STRING, FieldRole.DIMENSION, true),
                                new Field("m", FieldType.NUMBER, FieldRole.MEASURE, false)),
                        List.of(windows),
                        outOfOrderness,
                        allowedLateness,
                        early,
                        UnknownFields.REJECT);
        Instant created = Instant.ofEpochMilli(ORIGIN - 1_000);
        return new StreamDefinition(SERIES.tenant(), SERIES.stream(), spec, 1, created, created);
    }

    /** The second version of a definition, made at a time. */
    static StreamDefinition changed(StreamDefinition next, long at) {
        return new StreamDefinition(
                next.tenant(),
                next.id(),
                next.spec(),
                2,
                next.createdAt(),
                Instant.ofEpochMilli(ORIGIN + at));
    }

    /** The limit that the following events carry. */
    void seriesLimit(long limit) {
        seriesLimit = limit;
    }

    void event(StreamDefinition stream, long timestamp, long arrival, double value)
            throws Exception {
        event(SERIES, stream, timestamp, arrival, value);
    }

    void event(
            SeriesKey series, StreamDefinition stream, long timestamp, long arrival, double value)
            throws Exception {
        SeriesEvent event =
                new SeriesEvent(
                        series.toString(),
                        ORIGIN + timestamp,
                        ORIGIN + arrival,
                        StreamPlan.of(stream, seriesLimit).toString(),
                        new double[] {value},
                        0,
                        offset++,
                        ("" + value).getBytes(StandardCharsets.UTF_8));
        harness.processElement1(new StreamRecord<>(event, ORIGIN + arrival));
    }

    /** Lets the platform's clock reach a time: everything that was due before it is reported. */
    void clock(long time) throws Exception {
        harness.processWatermark1(new Watermark(ORIGIN + time - 1));
    }

    /** Sets the wall clock. */
    void wallClock(long time) throws Exception {
        harness.setProcessingTime(ORIGIN + time);
    }

    void deleteStream(StreamId id) throws Exception {
        harness.processElement2(
                new StreamRecord<>(
                        new DefinitionUpdate(
                                new StreamDefinitionCodec.Key(SERIES.tenant(), id).toString(),
                                null)));
    }

    /** Results since the last call. */
    List<Aggregate> results() {
        List<OutputRecord> all = harness.extractOutputValues();
        List<Aggregate> fresh = new ArrayList<>();
        for (OutputRecord record : all.subList(read, all.size())) {
            fresh.add(AggregateCodec.fromBytes(record.value()));
        }
        read = all.size();
        return fresh;
    }

    /** Results since the last call, as {@code timing revision count sum}. */
    List<String> summaries() {
        return results().stream().map(WindowHarness::summary).toList();
    }

    static String summary(Aggregate aggregate) {
        return "%s %s+%d r%d n=%d sum=%s"
                .formatted(
                        aggregate.timing().wireName(),
                        aggregate.window(),
                        aggregate.start().toEpochMilli() - ORIGIN,
                        aggregate.revision(),
                        aggregate.count(),
                        aggregate.measures().values().iterator().next().sum());
    }

    /** Rejections since the last call. */
    List<RejectedEvent> rejections() {
        Queue<StreamRecord<OutputRecord>> output = harness.getSideOutput(Rejections.TAG);
        List<RejectedEvent> all =
                output == null
                        ? List.of()
                        : output.stream()
                                .map(r -> RejectedEventCodec.fromBytes(r.getValue().value()))
                                .toList();
        List<RejectedEvent> fresh = all.subList(rejectionsRead, all.size());
        rejectionsRead = all.size();
        return fresh;
    }

    /** Entries of all keyed state, timers included. */
    int keyedStateEntries() throws Exception {
        snapshot(); // RocksDB's timers are written in batches; this writes what is pending
        return ((RocksDBKeyedStateBackend<?>) operator.getKeyedStateBackend())
                .numKeyValueStateEntries();
    }

    int timers() {
        return harness.numEventTimeTimers() + harness.numProcessingTimeTimers();
    }

    OperatorSubtaskState snapshot() throws Exception {
        return harness.snapshot(++checkpoint, checkpoint);
    }

    static boolean isEarly(Aggregate aggregate) {
        return aggregate.timing() == Timing.EARLY;
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
