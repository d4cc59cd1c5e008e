package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.EvaluationBudget;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.kafka.OutputRecord;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Judges what comes to its groups, on one line of the platform's clock.
 *
 * <p><b>Order.</b> Nothing is judged when it comes. It waits in a queue until the watermark says
 * that nothing earlier can come any more, and is then judged in the order of arrival, partition and
 * offset. Between two events happens what is due then: definitions take effect, and keys are
 * advanced by their timers. So the result depends on the log alone, and not on how it was read;
 * this is why it is an operator of its own, and not a {@code KeyedBroadcastProcessFunction}, whose
 * timers all fire after all elements.
 *
 * <p><b>State.</b> What a key remembers is in RocksDB, by {@link FlinkKeyStore}; each key has one
 * timer at most, at its next due time. Rules, and what all tasks are told, are in broadcast state
 * as bytes. The queue is on the heap and written at a checkpoint.
 *
 * <p><b>Rules that end</b> resolve what they have open at their time, by the index of open
 * instances; a sweep then takes away what else there is of them.
 *
 * <p><b>Failure.</b> Nothing that a record or a rule says fails the task: a rule that does not
 * compile is set aside, and said to be, by {@link #STATUSES}.
 */
final class AlertOperator extends AbstractStreamOperator<OutputRecord>
        implements TwoInputStreamOperator<GroupedEvent, Signal, OutputRecord>,
                Triggerable<String, VoidNamespace> {

    /** Side output: what this task says of its rules. */
    static final OutputTag<OutputRecord> STATUSES =
            new OutputTag<>("statuses", TypeInformation.of(OutputRecord.class));

    /** Side output: answers to questions. */
    static final OutputTag<OutputRecord> ANSWERS =
            new OutputTag<>("answers", TypeInformation.of(OutputRecord.class));

    /** Side output: what composites are made of, for the operator that judges those. */
    static final OutputTag<GroupedEvent> MEMBERS =
            new OutputTag<>("members", TypeInformation.of(GroupedEvent.class));

    /** The time up to which everything has been judged. The same in all tasks. */
    private static final MapStateDescriptor<String, Long> CLOCK =
            new MapStateDescriptor<>("clock-v1", Types.STRING, Types.LONG);

    private static final String JUDGED = "judged";
    private static final long HOUSEKEEPING_MILLIS = 10_000;

    /** Rules that are over are remembered for so long: sweeps ask why they ended. */
    private static final long MEMORY_MILLIS = 60_000;

    private static final long serialVersionUID = 1L;

    private final Role role;
    private final DefinitionBootstrap bootstrap;

    private transient RuleDesk desk;
    private transient StoredHearing hearing;
    private transient BroadcastState<String, Long> clockState;
    private transient StoredBudgets budgets;
    private transient EventQueue queue;
    private transient GroupJudge judge;
    private transient RuleStatuses statuses;
    private transient Answers answers;
    private transient Sweep sweep;
    private transient LateDefinitions late;
    private transient TaskChanges changes;
    private transient long clock;
    private transient long timersAt;
    private transient long nextHousekeeping;

    /** What is judged. */
    enum Role {
        /** Alerts that judge events. */
        EVENTS,
        /** Alerts that judge other alerts. */
        COMPOSITES
    }

    /** An operator that reads the definitions that it may have missed where it starts. */
    @SuppressWarnings("NullAway.Init") // Flink initializes the state before anything else.
    AlertOperator(Role role, DefinitionBootstrap bootstrap) {
        this.role = role;
        this.bootstrap = bootstrap;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        clockState = context.getOperatorStateStore().getBroadcastState(CLOCK);
        Long judged = clockState.get(JUDGED);
        clock = judged == null ? Long.MIN_VALUE : judged;
        hearing = new StoredHearing(context.getOperatorStateStore());
        desk =
                RuleDesk.start(
                        context.getOperatorStateStore(),
                        bootstrap,
                        alert -> role == Role.EVENTS || alert.stream().isEmpty(),
                        clock,
                        (tenant, active, at) ->
                                hearing.suspensions().put(tenant, active, at, clock));
        desk.definitions().forEach(hearing::expect);
        budgets =
                new StoredBudgets(
                        context.getOperatorStateStore(),
                        getRuntimeContext().getTaskInfo(),
                        tenant -> desk.policies().evaluationCostPerSecond(tenant),
                        hearing.throttling());
        timersAt = clock;
        nextHousekeeping = Long.MIN_VALUE;
    }

    @Override
    public void open() throws Exception {
        super.open();
        int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        int parallelism = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        boolean ordered = getKeyedStateBackend().getBackendTypeIdentifier().equals("rocksdb");
        statuses =
                new RuleStatuses(
                        subtask,
                        parallelism,
                        status -> output.collect(STATUSES, new StreamRecord<>(status)));
        OpenInstances open =
                new OpenInstances(
                        getKeyedStateBackend(),
                        this.<MapState<String, Boolean>>voidState(OpenInstances.STATE));
        queue = new EventQueue(getKeyedStateBackend(), this::voidState);
        InternalTimerService<VoidNamespace> timers =
                getInternalTimerService("due", VoidNamespaceSerializer.INSTANCE, this);
        judge =
                new GroupJudge(
                        desk,
                        hearing,
                        statuses,
                        open,
                        new FlinkKeyStore(this::state, ordered),
                        timers,
                        this::setCurrentKey,
                        // A composite is judged where a member fires or recovers, which pays for
                        // it.
                        role == Role.COMPOSITES ? EvaluationBudget.UNLIMITED : budgets,
                        getMetricGroup().counter("judgementsFailed"),
                        new JudgeSink(
                                desk,
                                statuses,
                                open,
                                budgets,
                                getMetricGroup().counter("evaluationsThrottled"),
                                new Results()));
        answers =
                new Answers(
                        role,
                        desk,
                        getRuntimeContext().getTaskInfo(),
                        answer -> output.collect(ANSWERS, new StreamRecord<>(answer)));
        sweep = new Sweep(getKeyedStateBackend());
        if (clock > Long.MIN_VALUE) {
            sweep.request(""); // one may have been under way
        }
        late = new LateDefinitions(getMetricGroup().counter("lateDefinitions"));
        changes = new TaskChanges(role, desk, late, judge, sweep, getKeyedStateBackend());
        getMetricGroup().gauge("queuedBytes", (Gauge<Long>) queue::bytes);
    }

    /** Passes on what comes of judging. */
    private final class Results implements JudgeSink.Output {

        @Override
        public void transition(OutputRecord transition) {
            output.collect(new StreamRecord<>(transition));
        }

        @Override
        public void member(GroupedEvent member) {
            output.collect(MEMBERS, new StreamRecord<>(member));
        }
    }

    /** How many definitions came after their time. */
    long lateDefinitions() {
        return late.count();
    }

    private <N, S extends State, T> S state(
            TypeSerializer<N> namespace, StateDescriptor<S, T> descriptor) throws Exception {
        return getOrCreateKeyedState(namespace, descriptor);
    }

    private <S extends State> S voidState(StateDescriptor<S, ?> descriptor) throws Exception {
        return getPartitionedState(descriptor);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        queue.snapshot();
        hearing.snapshot();
        budgets.snapshot();
        clockState.put(JUDGED, clock);
    }

    @Override
    public void close() throws Exception {
        if (sweep != null) {
            sweep.close(); // before the backend that it reads
        }
        super.close();
    }

    @Override
    public void processElement1(StreamRecord<GroupedEvent> element) {
        queue.add(element.getValue());
    }

    @Override
    public void processElement2(StreamRecord<Signal> element) throws Exception {
        Signal signal = element.getValue();
        byte[] value = signal.value();
        switch (signal.kind()) {
            case DEFINITION -> define(signal);
            case BLIND -> hearing.blind(signal.at(), signal.until());
            case ACTIVITY -> hearing.active(signal.key(), signal.at());
            case FAILURES -> {
                if (value != null && answers.isFromHere(signal.at())) {
                    judge.failures(signal.key(), signal.until(), value);
                }
            }
            case THROTTLED -> judge.throttled(signal.key(), signal.at(), signal.until());
            case ANOMALY -> {
                if (value != null && role == Role.EVENTS) {
                    long arrival = signal.at() + RuleDesk.EFFECT_DELAY_MILLIS;
                    Anomalies.grouped(value, Math.max(arrival, clock + 1), desk.book()).stream()
                            .filter(event -> answers.isMine(event.group()))
                            .forEach(queue::add);
                }
            }
            case QUESTION -> {
                if (value != null) {
                    answers.answer(value, clock, judge);
                }
            }
        }
    }

    private void define(Signal signal) throws Exception {
        boolean news = desk.update(signal.key(), signal.value(), signal.at());
        desk.definitionOf(signal.key()).ifPresent(hearing::expect);
        if (news) {
            AlertDefinitionCodec.Key.parse(signal.key())
                    .ifPresent(
                            of ->
                                    late.came(
                                            of.alert(),
                                            signal.at() + RuleDesk.EFFECT_DELAY_MILLIS,
                                            clock));
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        long to = mark.getTimestamp();
        if (to == Long.MAX_VALUE) {
            // The input ends: not the time, which would let everything that waits for it happen.
            super.processWatermark(mark);
            return;
        }
        judgeTo(to);
        output.emitWatermark(mark);
    }

    private void judgeTo(long to) throws Exception {
        while (true) {
            GroupedEvent next = queue.peek();
            // What was held for its definition may come after its time; it is judged when it comes.
            long arrival = next == null ? Long.MAX_VALUE : Math.max(next.arrival(), timersAt + 1);
            long change = Math.min(desk.book().nextChange(), hearing.suspensions().nextChange());
            if (Math.min(arrival, change) > to) {
                break;
            }
            if (change <= arrival) {
                fireTimers(change - 1);
                changes.apply(desk.book().advance(change), timersAt + 1);
                changes.resume(hearing.suspensions().advance(change));
            } else {
                fireTimers(arrival - 1);
                judge.event(queue.remove(), arrival);
            }
        }
        fireTimers(to);
        clock = Math.max(clock, to);
        changes.apply(desk.book().advance(clock), timersAt + 1); // of streams: they have no time
        late.told();
        statuses.tellOfErrors(clock);
        if (role == Role.EVENTS) {
            statuses.tellOfClock(clock, getProcessingTimeService().getCurrentProcessingTime());
        }
        sweep.slice(group -> judge.sweep(group, clock));
        if (clock >= nextHousekeeping) {
            nextHousekeeping = clock + HOUSEKEEPING_MILLIS;
            desk.forget(clock - MEMORY_MILLIS);
            hearing.forget(clock, desk::knows);
            budgets.forget(clock);
        }
    }

    private void fireTimers(long to) throws Exception {
        if (to > timersAt && timeServiceManager != null) {
            timersAt = to;
            timeServiceManager.advanceWatermark(new Watermark(to));
        }
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
        judge.due(timer.getKey(), timer.getTimestamp());
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("a timer of the wall clock (expected: none)");
    }
}
