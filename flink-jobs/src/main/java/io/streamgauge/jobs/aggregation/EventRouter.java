package io.streamgauge.jobs.aggregation;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.event.Event;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.StreamCatalog;
import io.streamgauge.jobs.kafka.OutputRecord;
import io.streamgauge.jobs.kafka.SourceRecord;
import io.streamgauge.jobs.routing.RecordRouter;
import java.util.function.Consumer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Finds each event's stream, decodes and validates the event, and sends it on under its series.
 * What cannot be counted, or must not be since its tenant is switched off, leaves by the side
 * output {@link Rejections#TAG} with its reason; nothing that a record holds makes this operator
 * fail.
 *
 * <p>Records that come before the definition that they were validated with are held by the {@link
 * RecordRouter}.
 */
public final class EventRouter
        extends BroadcastProcessFunction<SourceRecord, DefinitionUpdate, SeriesEvent>
        implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private final DefinitionBootstrap bootstrap;

    private transient RecordRouter<Decoding> router;
    private transient @Nullable Rejections rejections;

    /** A router that reads the definitions in force where it starts without state. */
    @SuppressWarnings("NullAway.Init") // Flink calls initializeState before anything else.
    public EventRouter(DefinitionBootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        router =
                RecordRouter.start(
                        Decoding::new,
                        context.getOperatorStateStore(),
                        context.isRestored(),
                        bootstrap);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        router.snapshot();
    }

    @Override
    public void processElement(
            SourceRecord record, ReadOnlyContext ctx, Collector<SeriesEvent> out) {
        router.accept(
                record, new Counting(rejection -> ctx.output(Rejections.TAG, rejection), out));
    }

    @Override
    public void processBroadcastElement(
            DefinitionUpdate update, Context ctx, Collector<SeriesEvent> out) throws Exception {
        router.update(
                update, new Counting(rejection -> ctx.output(Rejections.TAG, rejection), out));
    }

    private Rejections rejections() {
        if (rejections == null) {
            rejections = new Rejections(getRuntimeContext().getMetricGroup());
        }
        return rejections;
    }

    /** Sends a record on, or says why not. */
    private final class Counting implements RecordRouter.Outcome<Decoding> {

        private final Consumer<OutputRecord> rejected;
        private final Collector<SeriesEvent> out;

        Counting(Consumer<OutputRecord> rejected, Collector<SeriesEvent> out) {
            this.rejected = rejected;
            this.out = out;
        }

        @Override
        public void routed(SourceRecord record, StreamCatalog.Entry<Decoding> stream) {
            StreamDefinition definition = stream.definition();
            String id = definition.id().toString();
            byte[] value = record.value();
            if (value == null) {
                refused(record, id, RejectionReason.INVALID, "no value (expected: a JSON object)");
                return;
            }
            Event event;
            try {
                event = stream.derived().decoder().decode(value);
            } catch (InvalidInputException e) {
                refused(record, id, RejectionReason.INVALID, String.valueOf(e.getMessage()));
                return;
            }
            long timestamp =
                    event.timestamp() == Event.NO_TIMESTAMP ? record.arrival() : event.timestamp();
            long ahead = timestamp - record.arrival();
            long tolerance = RecordRouter.FUTURE_TOLERANCE.toMillis();
            if (ahead > tolerance) {
                refused(
                        record,
                        id,
                        RejectionReason.FUTURE,
                        "timestamp %d ms after arrival (expected: at most %d ms)"
                                .formatted(ahead, tolerance));
                return;
            }
            out.collect(
                    new SeriesEvent(
                            new SeriesKey(definition.tenant(), definition.id(), event.dimensions())
                                    .toString(),
                            timestamp,
                            record.arrival(),
                            stream.derived()
                                    .plan(router.policies().seriesPerStream(definition.tenant())),
                            event.measures(),
                            record.partition(),
                            record.offset(),
                            value));
        }

        @Override
        public void refused(
                SourceRecord record, String stream, RejectionReason reason, String detail) {
            rejected.accept(
                    rejections()
                            .record(
                                    record.tenant(),
                                    stream,
                                    reason,
                                    detail,
                                    record.arrival(),
                                    record.partition(),
                                    record.offset(),
                                    record.value()));
        }
    }
}
