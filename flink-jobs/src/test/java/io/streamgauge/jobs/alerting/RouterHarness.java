package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.ACME;
import static io.streamgauge.jobs.alerting.AlertFixtures.ORIGIN;
import static io.streamgauge.jobs.alerting.AlertFixtures.STREAM;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.kafka.SourceRecord;
import io.streamgauge.jobs.routing.RecordRouter;
import java.util.List;
import java.util.Queue;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithNonKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** The router, driven by hand. Times are milliseconds after {@link AlertFixtures#ORIGIN}. */
final class RouterHarness implements AutoCloseable {

    private final TwoInputStreamOperatorTestHarness<SourceRecord, DefinitionUpdate, GroupedEvent>
            harness;
    private int read;
    private int signalsRead;
    private long offset;

    private RouterHarness(@Nullable OperatorSubtaskState state, List<DefinitionUpdate> inForce)
            throws Exception {
        harness =
                new TwoInputStreamOperatorTestHarness<>(
                        new CoBroadcastWithNonKeyedOperator<>(
                                new AlertRouter(() -> inForce),
                                List.of(RecordRouter.DEFINITIONS, RuleDesk.STATE)));
        harness.setup();
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        harness.processWatermark2(new Watermark(Long.MAX_VALUE));
    }

    static RouterHarness start(DefinitionUpdate... inForce) throws Exception {
        return new RouterHarness(null, List.of(inForce));
    }

    static RouterHarness restore(OperatorSubtaskState state, DefinitionUpdate... inForce)
            throws Exception {
        return new RouterHarness(state, List.of(inForce));
    }

    void send(int partition, long arrival, String json) throws Exception {
        send(partition, offset++, arrival, json);
    }

    void send(int partition, long offset, long arrival, String json) throws Exception {
        record(
                new SourceRecord(
                        ACME.value(),
                        STREAM.id().toString(),
                        1,
                        ORIGIN + arrival,
                        true,
                        false,
                        partition,
                        offset,
                        json.getBytes(UTF_8)));
    }

    void heartbeat(int partition, long arrival) throws Exception {
        record(
                new SourceRecord(
                        "", "", 0, ORIGIN + arrival, true, true, partition, offset++, null));
    }

    private void record(SourceRecord record) throws Exception {
        harness.processElement1(new StreamRecord<>(record, record.arrival()));
    }

    void update(DefinitionUpdate update) throws Exception {
        harness.processElement2(new StreamRecord<>(update));
    }

    void clock(long time) throws Exception {
        harness.processWatermark1(new Watermark(ORIGIN + time));
    }

    List<GroupedEvent> events() {
        List<GroupedEvent> all = harness.extractOutputValues();
        List<GroupedEvent> fresh = all.subList(read, all.size());
        read = all.size();
        return fresh;
    }

    List<Signal> signals() {
        Queue<StreamRecord<Signal>> output = harness.getSideOutput(AlertRouter.SIGNALS);
        List<Signal> all =
                output == null ? List.of() : output.stream().map(StreamRecord::getValue).toList();
        List<Signal> fresh = all.subList(signalsRead, all.size());
        signalsRead = all.size();
        return fresh;
    }

    OperatorSubtaskState snapshot() throws Exception {
        return harness.snapshot(1, 1);
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
