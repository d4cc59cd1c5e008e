package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.StreamCatalog;
import io.streamgauge.jobs.kafka.SourceRecord;
import io.streamgauge.jobs.kafka.TimedValue;
import io.streamgauge.jobs.routing.RecordRouter;
import java.time.Duration;
import java.util.Collections;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Sends on which results are to be scored: the first final one of each of the stream's smallest
 * windows. A correction is not scored again, since what was told cannot be taken back; a larger
 * window would tell the same again, later.
 *
 * <p>A result whose stream is unknown, or whose tenant is inactive, goes nowhere, and so does what
 * cannot be read; nothing that a record holds makes this operator fail.
 */
final class AggregateRouter
        extends BroadcastProcessFunction<TimedValue, DefinitionUpdate, SeriesPoint>
        implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private final DefinitionBootstrap bootstrap;

    private transient RecordRouter<Plan> router;
    private transient Counter malformed;

    /** What of a definition decides which results are scored. */
    private record Plan(long window, long outOfOrderness) {

        static Plan of(StreamDefinition stream) {
            Duration smallest = Collections.min(stream.spec().windows());
            return new Plan(smallest.toMillis(), stream.spec().outOfOrderness().toMillis());
        }
    }

    /** A router that reads the definitions in force where it starts without state. */
    @SuppressWarnings("NullAway.Init") // Flink calls initializeState and open before anything else
    AggregateRouter(DefinitionBootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        router =
                RecordRouter.start(
                        Plan::of, context.getOperatorStateStore(), context.isRestored(), bootstrap);
    }

    @Override
    @SuppressWarnings("NullAway.Init") // Flink has called initializeState.
    public void open(OpenContext openContext) {
        malformed = getRuntimeContext().getMetricGroup().counter("malformedResults");
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        router.snapshot();
    }

    @Override
    public void processElement(TimedValue record, ReadOnlyContext ctx, Collector<SeriesPoint> out) {
        Aggregate result;
        try {
            result = AggregateCodec.fromBytes(record.value());
        } catch (IllegalArgumentException e) {
            malformed.inc();
            return;
        }
        if (result.timing() == Timing.EARLY || result.revision() != 0) {
            return;
        }
        SeriesKey series = result.series();
        router.find(series.tenant(), series.stream().toString())
                .map(StreamCatalog.Entry::derived)
                .filter(plan -> plan.window() == result.window().toMillis())
                .filter(plan -> router.policies().isActive(series.tenant()))
                .ifPresent(plan -> out.collect(point(result, plan)));
    }

    private SeriesPoint point(Aggregate result, Plan plan) {
        return new SeriesPoint(
                result.series().toString(),
                result.start().toEpochMilli(),
                plan.window(),
                plan.outOfOrderness(),
                router.policies().seriesPerStream(result.series().tenant()),
                result.measures().keySet().toArray(String[]::new),
                result.measures().values().stream().mapToDouble(MeasureStatistics::mean).toArray());
    }

    @Override
    public void processBroadcastElement(
            DefinitionUpdate update, Context ctx, Collector<SeriesPoint> out) throws Exception {
        router.update(update, new NothingHeld());
    }

    /** Results do not wait for definitions: they come of events that had theirs. */
    private static final class NothingHeld implements RecordRouter.Outcome<Plan> {

        @Override
        public void routed(SourceRecord record, StreamCatalog.Entry<Plan> stream) {
            throw new IllegalStateException("a record was held (expected: none)");
        }

        @Override
        public void refused(
                SourceRecord record, String stream, RejectionReason reason, String detail) {
            throw new IllegalStateException("a record was held (expected: none)");
        }
    }
}
