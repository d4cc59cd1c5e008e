package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.RuleKey;
import io.streamgauge.alerting.TenantBudgets;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.event.Event;
import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.StreamCatalog;
import io.streamgauge.jobs.kafka.SourceRecord;
import io.streamgauge.jobs.routing.RecordRouter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Decodes each event once, finds by an index the rules that it can matter to, and sends it on: one
 * copy for each combination of dimensions that these group by, none where there is no such rule.
 * What is not decided by single events goes to every task by the side output {@link #SIGNALS}:
 * times in which the platform was blind, activity of streams, failures of conditions, and rules
 * that are not asked for a while since their conditions cost too much.
 *
 * <p>Events that cannot be counted are not judged either. The aggregation job reports them; here
 * they are passed over in silence.
 */
public final class AlertRouter
        extends BroadcastProcessFunction<SourceRecord, DefinitionUpdate, GroupedEvent>
        implements CheckpointedFunction {

    /** Side output. */
    static final OutputTag<Signal> SIGNALS =
            new OutputTag<>("signals", TypeInformation.of(Signal.class));

    /** Rules that are over are remembered for so long: records may be held for almost this. */
    static final Duration MEMORY = RecordRouter.HOLD_LIMIT.plusSeconds(5);

    private static final long HOUSEKEEPING_MILLIS = 1_000;

    private static final long serialVersionUID = 1L;

    private final DefinitionBootstrap bootstrap;

    private transient RecordRouter<RoutedStream> router;
    private transient RuleDesk desk;
    private transient StampGaps gaps;
    private transient RoutingBudgets budgets;
    private transient List<Signal> throttled;
    private transient Map<RuleKey, Failures> failures;
    private transient Counter lateDefinitions;
    private transient long nextHousekeeping;

    /** How often a rule's condition failed, not yet told. */
    private record Failures(long count, String reason) {}

    /** A router that reads the definitions in force where it starts without state. */
    @SuppressWarnings("NullAway.Init") // Flink calls initializeState before anything else.
    public AlertRouter(DefinitionBootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        router =
                RecordRouter.start(
                        RoutedStream::new,
                        context.getOperatorStateStore(),
                        context.isRestored(),
                        bootstrap);
        desk =
                RuleDesk.start(
                        context.getOperatorStateStore(),
                        bootstrap,
                        alert -> alert.stream().isPresent(),
                        Long.MIN_VALUE,
                        RuleDesk.PolicyListener.NONE);
        gaps = new StampGaps(context.getOperatorStateStore());
        throttled = new ArrayList<>();
        budgets =
                new RoutingBudgets(
                        context.getOperatorStateStore(),
                        tenant -> desk.policies().evaluationCostPerSecond(tenant),
                        new Throttled());
        failures = new HashMap<>();
        lateDefinitions = getRuntimeContext().getMetricGroup().counter("lateDefinitions");
        nextHousekeeping = Long.MIN_VALUE;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        router.snapshot();
        gaps.snapshot();
        budgets.snapshot();
    }

    @Override
    public void processElement(
            SourceRecord record, ReadOnlyContext ctx, Collector<GroupedEvent> out)
            throws Exception {
        Consumer<Signal> signals = signal -> ctx.output(SIGNALS, signal);
        gaps.accept(record, signals);
        router.accept(record, new Routing(signals, out));
        if (record.movesClock() && record.arrival() >= nextHousekeeping) {
            nextHousekeeping = record.arrival() + HOUSEKEEPING_MILLIS;
            tellOfFailures(signals);
            budgets.forget();
            if (ctx.currentWatermark() > Long.MIN_VALUE) {
                desk.book().advance(ctx.currentWatermark());
                desk.forget(ctx.currentWatermark() - MEMORY.toMillis());
            }
        }
    }

    @Override
    public void processBroadcastElement(
            DefinitionUpdate update, Context ctx, Collector<GroupedEvent> out) throws Exception {
        boolean news = desk.update(update.key(), update.value(), update.timestamp());
        if (news && update.timestamp() + RuleDesk.EFFECT_DELAY_MILLIS <= ctx.currentWatermark()) {
            lateDefinitions.inc();
        }
        router.update(update, new Routing(signal -> ctx.output(SIGNALS, signal), out));
    }

    private void tellOfFailures(Consumer<Signal> signals) {
        int task = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        failures.forEach(
                (rule, of) ->
                        signals.accept(
                                Signal.failures(rule.toString(), of.reason(), of.count(), task)));
        failures.clear();
    }

    /** Keeps what stands still, to be told after the event that it stands still for. */
    private final class Throttled implements TenantBudgets.Listener {

        @Override
        public void suspended(RuleKey rule, long from, long until) {
            throttled.add(Signal.throttled(rule.toString(), from, until));
        }

        @Override
        public void exhausted(TenantId tenant, long from, long until) {
            throttled.add(Signal.throttled(tenant.value(), from, until));
        }
    }

    /** Sends a record's event to its rules. */
    private final class Routing implements RecordRouter.Outcome<RoutedStream>, RoutedStream.Output {

        private final Consumer<Signal> signals;
        private final Collector<GroupedEvent> out;

        Routing(Consumer<Signal> signals, Collector<GroupedEvent> out) {
            this.signals = signals;
            this.out = out;
        }

        @Override
        public void routed(SourceRecord record, StreamCatalog.Entry<RoutedStream> stream) {
            byte[] value = record.value();
            if (value == null) {
                return;
            }
            StreamDefinition definition = stream.definition();
            var rules = desk.book().rules(definition.tenant(), definition.id(), record.arrival());
            if (rules.isEmpty()) {
                return; // most streams: not even decoded
            }
            EventRow row;
            try {
                row = stream.derived().decoder().decodeRow(value);
            } catch (InvalidInputException e) {
                return;
            }
            if (row.timestamp() != Event.NO_TIMESTAMP
                    && row.timestamp() - record.arrival()
                            > RecordRouter.FUTURE_TOLERANCE.toMillis()) {
                return;
            }
            stream.derived()
                    .route(
                            row,
                            record.arrival(),
                            record.partition(),
                            record.offset(),
                            rules,
                            budgets.of(record.partition(), record.arrival()),
                            this);
            if (!throttled.isEmpty()) {
                throttled.forEach(signals);
                throttled.clear();
            }
        }

        @Override
        public void refused(
                SourceRecord record, String stream, RejectionReason reason, String detail) {
            // The aggregation job reports it.
        }

        @Override
        public void event(GroupedEvent event) {
            out.collect(event);
        }

        @Override
        public void signal(Signal signal) {
            signals.accept(signal);
        }

        @Override
        public void failed(RuleKey rule, String reason) {
            failures.merge(
                    rule,
                    new Failures(1, reason),
                    (known, one) -> new Failures(known.count() + 1, reason));
        }
    }
}
