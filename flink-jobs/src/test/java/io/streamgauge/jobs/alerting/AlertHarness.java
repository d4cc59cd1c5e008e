package io.streamgauge.jobs.alerting;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.alerting.RuleKey;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertTransitionCodec;
import io.streamgauge.contracts.alert.JobClock;
import io.streamgauge.contracts.alert.JobClockCodec;
import io.streamgauge.contracts.alert.RuleStatus;
import io.streamgauge.contracts.alert.RuleStatusCodec;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.kafka.OutputRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBKeyedStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * The keyed operator on RocksDB, driven by hand. Times are milliseconds after {@link
 * AlertFixtures#ORIGIN}.
 */
final class AlertHarness implements AutoCloseable {

    static final int KEY_GROUPS = 8;

    private final KeyedTwoInputStreamOperatorTestHarness<String, GroupedEvent, Signal, OutputRecord>
            harness;
    private final AlertOperator operator;
    private final Map<OutputTag<?>, Integer> read = new HashMap<>();
    private final List<String> forgotten = new ArrayList<>();
    private final List<JobClock> clocks = new ArrayList<>();
    private int transitionsRead;
    private long offset;
    private long checkpoint;

    private AlertHarness(
            AlertOperator.Role role,
            List<DefinitionUpdate> inForce,
            @Nullable OperatorSubtaskState state,
            int parallelism,
            int subtask)
            throws Exception {
        operator = new AlertOperator(role, () -> inForce);
        harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        operator,
                        GroupedEvent::group,
                        null,
                        Types.STRING,
                        KEY_GROUPS,
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

    static AlertHarness start(DefinitionUpdate... inForce) throws Exception {
        return new AlertHarness(AlertOperator.Role.EVENTS, List.of(inForce), null, 1, 0);
    }

    static AlertHarness composites(DefinitionUpdate... inForce) throws Exception {
        return new AlertHarness(AlertOperator.Role.COMPOSITES, List.of(inForce), null, 1, 0);
    }

    static AlertHarness restore(OperatorSubtaskState state, DefinitionUpdate... inForce)
            throws Exception {
        return new AlertHarness(AlertOperator.Role.EVENTS, List.of(inForce), state, 1, 0);
    }

    static AlertHarness restore(
            AlertOperator.Role role, OperatorSubtaskState state, DefinitionUpdate... inForce)
            throws Exception {
        return new AlertHarness(role, List.of(inForce), state, 1, 0);
    }

    /** One of several tasks, with its part of some state. */
    static AlertHarness task(OperatorSubtaskState state, int before, int parallelism, int subtask)
            throws Exception {
        return new AlertHarness(
                AlertOperator.Role.EVENTS,
                List.of(),
                AbstractStreamOperatorTestHarness.repartitionOperatorState(
                        state, KEY_GROUPS, before, parallelism, subtask),
                parallelism,
                subtask);
    }

    /** An event of a host, for the given version of an alert that groups by host. */
    void event(
            StreamDefinition stream,
            AlertDefinition alert,
            long version,
            long arrival,
            String host,
            double m)
            throws Exception {
        event(
                stream,
                arrival,
                0,
                offset++,
                AlertFixtures.event(arrival, host, m),
                "{\"host\":\"" + host + "\"}",
                new RuleKey(stream.tenant(), alert.id(), version));
    }

    void event(
            StreamDefinition stream,
            long arrival,
            int partition,
            long offset,
            String json,
            String key,
            RuleKey... rules)
            throws Exception {
        RuleRefs refs = new RuleRefs();
        Arrays.stream(rules).forEach(refs::add);
        harness.processElement1(
                new StreamRecord<>(
                        new GroupedEvent(
                                GroupedEvent.Kind.EVENT,
                                group(stream, key),
                                AlertFixtures.ORIGIN + arrival,
                                partition,
                                offset,
                                refs.toArray(),
                                json.getBytes(UTF_8))));
    }

    static String group(StreamDefinition stream, String key) {
        return GroupKey.prefix(stream.tenant(), stream.id(), key.equals("{}") ? "" : "host") + key;
    }

    void element(GroupedEvent element) throws Exception {
        harness.processElement1(new StreamRecord<>(element));
    }

    void signal(Signal signal) throws Exception {
        harness.processElement2(new StreamRecord<>(signal));
    }

    void define(DefinitionUpdate update) throws Exception {
        signal(Signal.definition(update.key(), update.value(), update.timestamp()));
    }

    /** Everything that arrived until a time is there: it is judged. */
    void clock(long time) throws Exception {
        harness.processWatermark1(new Watermark(AlertFixtures.ORIGIN + time));
    }

    /** Transitions since the last call. */
    List<AlertTransition> transitions() throws InvalidInputException {
        List<OutputRecord> all = harness.extractOutputValues();
        List<AlertTransition> fresh = new ArrayList<>();
        for (OutputRecord record : all.subList(transitionsRead, all.size())) {
            fresh.add(AlertTransitionCodec.fromBytes(record.value()));
        }
        transitionsRead = all.size();
        return fresh;
    }

    List<String> summaries() throws InvalidInputException {
        return transitions().stream().map(AlertFixtures::summary).toList();
    }

    /** Statuses since the last call. */
    List<RuleStatus> statuses() throws InvalidInputException {
        List<RuleStatus> statuses = new ArrayList<>();
        for (OutputRecord record : side(AlertOperator.STATUSES)) {
            if (record.isForgotten()) {
                forgotten.add(record.key());
            } else if (JobClockCodec.isKey(record.key())) {
                clocks.add(JobClockCodec.fromBytes(record.value()));
            } else {
                statuses.add(RuleStatusCodec.fromBytes(record.value()));
            }
        }
        return statuses;
    }

    /** Keys of the statuses that are to be forgotten, among those that were asked for. */
    List<String> forgottenStatuses() {
        return forgotten;
    }

    /** What was told of the clock, among the statuses that were asked for. */
    List<JobClock> clocks() {
        return clocks;
    }

    /** Lets the wall's clock go on. */
    void wall(long time) throws Exception {
        harness.setProcessingTime(time);
    }

    /** What was put out at a side since the last call. */
    <T> List<T> side(OutputTag<T> tag) {
        Queue<StreamRecord<T>> output = harness.getSideOutput(tag);
        List<T> all =
                output == null ? List.of() : output.stream().map(StreamRecord::getValue).toList();
        List<T> fresh = all.subList(read.getOrDefault(tag, 0), all.size());
        read.put(tag, all.size());
        return fresh;
    }

    /** How many definitions came after their time. */
    long lateDefinitions() {
        return operator.lateDefinitions();
    }

    /** Makes what a rule knows of a group unreadable. */
    void spoil(RuleKey rule, String group) throws Exception {
        operator.setCurrentKey(group);
        operator.<String>getKeyedStateBackend()
                .getPartitionedState(
                        FlinkKeyStore.namespace(rule),
                        StringSerializer.INSTANCE,
                        FlinkKeyStore.RULE_STATE)
                .update(new byte[] {99});
    }

    /** Entries of all keyed state, timers included. */
    int keyedStateEntries() throws Exception {
        snapshot(); // RocksDB's timers are written in batches; this writes what is pending
        return ((RocksDBKeyedStateBackend<?>) operator.getKeyedStateBackend())
                .numKeyValueStateEntries();
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
