package io.streamgauge.jobs.aggregation;

import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.DeletedStreams;
import io.streamgauge.jobs.kafka.OutputRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts each event of a series in the windows that its timestamp falls into, and reports them.
 *
 * <p><b>Two times.</b> Which window an event belongs to is decided by the tenant's timestamp; when
 * that window is due, and whether an event is late, by the platform's clock (see {@link
 * io.streamgauge.jobs.kafka.ArrivalClock}). A window is due at its end plus the stream's
 * out-of-orderness. Events that arrive from then on correct it, until the allowed lateness has
 * passed; after that they leave by {@link Rejections#TAG}, if no window of any size takes them.
 *
 * <p><b>Replay.</b> An event is judged by its own arrival stamp, not only by the watermark, which
 * may lag behind it. The stamps of one partition ascend and a series lives in one partition, so
 * which events are in the first result of a window, and which in each correction, depends on the
 * log alone. Only early results, which are never stored, depend on the wall clock.
 *
 * <p><b>State.</b> For each open window of a key its {@link WindowState}, and for each pending
 * timer the windows that it is for (see {@link WindowTimers}). A window lives by the definition
 * that it was opened under, and ends at due time plus allowed lateness on the clock, whatever
 * happens to the definition meanwhile. Nothing is reported for a stream that was deleted; that it
 * was is remembered for as long as it has windows (see {@link DeletedStreams}).
 *
 * <p><b>The series limit.</b> An event that would open one series more than its stream may have
 * leaves by {@link Rejections#TAG} (see {@link SeriesLimit}). An event whose windows are open
 * already is not asked. Only some of these rejections are told of (see {@link RejectionThrottle}).
 */
public final class WindowAggregation
        extends KeyedBroadcastProcessFunction<String, SeriesEvent, DefinitionUpdate, OutputRecord>
        implements CheckpointedFunction {

    /**
     * A burst of late events makes one correction of a window for each interval of the clock, not
     * one for each event.
     */
    static final long CORRECTION_INTERVAL_MILLIS = 1_000;

    /**
     * Early results of a window come no more often than this, and no less than its maximum below.
     */
    static final long MIN_EARLY_INTERVAL_MILLIS = 50;

    static final long MAX_EARLY_INTERVAL_MILLIS = 5_000;

    /** Events come in batches: an early result waits for the rest of the one that it is due for. */
    static final long EARLY_DELAY_MILLIS = 5;

    /** An open window changes by about a twentieth between two early results. */
    private static final long EARLY_RESULTS_PER_WINDOW = 20;

    /** Events older than this are being caught up on: early results of them would be of no use. */
    private static final long EARLY_AGE_LIMIT_MILLIS = 1_000;

    private static final MapStateDescriptor<Long, byte[]> WINDOWS =
            new MapStateDescriptor<>(
                    "windows-v1",
                    Types.LONG,
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private static final long serialVersionUID = 1L;

    private transient MapState<Long, byte[]> windows;
    private transient WindowTimers windowTimers;
    private transient SeriesLimit seriesLimit;
    private transient StreamPlans plans;
    private transient DataOutputSerializer buffer;
    private transient Rejections rejections;
    private transient RejectionThrottle throttle;

    /** What became of an event in one window. */
    private enum Outcome {
        COUNTED,
        CLOSED,
        BEYOND_SERIES_LIMIT
    }

    /** A function without state; Flink opens it. */
    @SuppressWarnings("NullAway.Init") // Flink calls initializeState and open before anything else.
    public WindowAggregation() {}

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        seriesLimit = new SeriesLimit(context, getRuntimeContext().getTaskInfo());
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        seriesLimit.snapshot();
    }

    @Override
    @SuppressWarnings("NullAway.Init") // Flink has called initializeState.
    public void open(OpenContext openContext) {
        windows = getRuntimeContext().getMapState(WINDOWS);
        windowTimers = new WindowTimers(getRuntimeContext());
        plans = new StreamPlans();
        buffer = new DataOutputSerializer(1024);
        rejections = new Rejections(getRuntimeContext().getMetricGroup());
        throttle = new RejectionThrottle();
    }

    @Override
    public void processElement(SeriesEvent event, ReadOnlyContext ctx, Collector<OutputRecord> out)
            throws Exception {
        StreamPlan plan = plans.get(event.plan());
        // The watermark is ahead of the stamp only where gateways' clocks differ, or where the
        // event was held: then its windows may be gone already.
        long clock = Math.max(event.arrival(), ctx.timerService().currentWatermark());
        boolean counted = false;
        Outcome last = Outcome.CLOSED;
        for (long size : plan.windows()) {
            last = count(event, plan, WindowId.of(event.timestamp(), size), clock, ctx, out);
            counted |= last == Outcome.COUNTED;
            if (last == Outcome.BEYOND_SERIES_LIMIT) {
                break; // the series has no window, of no size
            }
        }
        if (counted) {
            return;
        }
        if (last == Outcome.BEYOND_SERIES_LIMIT) {
            rejectBeyondLimit(event, plan, ctx);
        } else {
            rejectLate(event, clock, ctx);
        }
    }

    private Outcome count(
            SeriesEvent event,
            StreamPlan plan,
            long window,
            long clock,
            ReadOnlyContext ctx,
            Collector<OutputRecord> out)
            throws Exception {
        byte[] stored = windows.get(window);
        if (stored == null) {
            if (!plan.opens(window, clock)) {
                return Outcome.CLOSED;
            }
            if (!seriesLimit.openWindow(event.series(), plan.seriesLimit())) {
                return Outcome.BEYOND_SERIES_LIMIT;
            }
        }
        WindowState state =
                stored == null
                        ? open(event.series(), plan, window, ctx.timerService())
                        : WindowState.fromBytes(stored);
        if (clock >= state.closesAt()) {
            return Outcome.CLOSED;
        }
        // Where only the clock has passed a due time, and the watermark not yet, the event comes
        // after what was due, as it would if this were the only partition.
        if (!state.isComplete() && clock >= state.dueAt()) {
            complete(event.series(), window, state, ctx, out);
        }
        if (state.isCorrectionDue(clock)) {
            correct(event.series(), window, state, ctx, out);
        }
        state.add(plan.measures(), event.measures());
        if (state.isComplete()) {
            if (state.correctionDueAt() == WindowState.NEVER) {
                scheduleCorrection(window, state, clock, ctx.timerService());
            }
        } else if (plan.earlyResults()) {
            scheduleEarly(event, window, state, ctx.timerService());
        }
        windows.put(window, state.toBytes(buffer));
        return Outcome.COUNTED;
    }

    private WindowState open(String series, StreamPlan plan, long window, TimerService timers)
            throws Exception {
        WindowState state =
                new WindowState(plan.dueAt(window), plan.closesAt(window), plan.measures());
        long spread =
                WindowTimers.spread(series, WindowId.size(window), seriesLimit.openSeries(series));
        windowTimers.at(state.dueAt() - 1 + spread, window, timers);
        if (state.closesAt() > state.dueAt()) {
            windowTimers.at(state.closesAt() - 1 + spread, window, timers);
        }
        return state;
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<OutputRecord> out)
            throws Exception {
        if (ctx.timeDomain() == TimeDomain.PROCESSING_TIME) {
            onEarlyTimer(timestamp, ctx, out);
            return;
        }
        for (long window : windowTimers.take(timestamp)) {
            byte[] stored = windows.get(window);
            if (stored != null) {
                onDue(timestamp + 1, window, WindowState.fromBytes(stored), ctx, out);
            }
        }
    }

    private void onDue(
            long clock,
            long window,
            WindowState state,
            OnTimerContext ctx,
            Collector<OutputRecord> out)
            throws Exception {
        if (!state.isComplete()) {
            complete(ctx.getCurrentKey(), window, state, ctx, out);
        }
        if (state.isCorrectionDue(clock)) {
            correct(ctx.getCurrentKey(), window, state, ctx, out);
        }
        if (clock >= state.closesAt()) {
            windows.remove(window);
            seriesLimit.closeWindow(ctx.getCurrentKey());
        } else {
            windows.put(window, state.toBytes(buffer));
        }
    }

    /**
     * Reports a window's first result, if anything was counted in time; what follows are
     * corrections.
     */
    private void complete(
            String series,
            long window,
            WindowState state,
            ReadOnlyContext ctx,
            Collector<OutputRecord> out)
            throws Exception {
        if (state.events() > 0) {
            report(Timing.ON_TIME, series, window, state, ctx, out);
            state.nextRevision();
        }
        state.setComplete();
    }

    private void correct(
            String series,
            long window,
            WindowState state,
            ReadOnlyContext ctx,
            Collector<OutputRecord> out)
            throws Exception {
        report(Timing.LATE, series, window, state, ctx, out);
        state.nextRevision();
        state.setCorrectionDueAt(WindowState.NEVER);
    }

    /**
     * A correction is due when its interval ends, or when the window closes, which has a timer
     * already.
     */
    private void scheduleCorrection(long window, WindowState state, long clock, TimerService timers)
            throws Exception {
        long next =
                (Math.floorDiv(clock, CORRECTION_INTERVAL_MILLIS) + 1) * CORRECTION_INTERVAL_MILLIS;
        if (next < state.closesAt()) {
            windowTimers.at(next - 1, window, timers);
        }
        state.setCorrectionDueAt(Math.min(next, state.closesAt()));
    }

    /** Sees to it that an open window is reported shortly, or when its interval is over. */
    private void scheduleEarly(
            SeriesEvent event, long window, WindowState state, TimerService timers)
            throws Exception {
        long now = timers.currentProcessingTime();
        if (state.isEarlyScheduled() || now - event.arrival() > EARLY_AGE_LIMIT_MILLIS) {
            return;
        }
        long next = now + EARLY_DELAY_MILLIS;
        if (state.lastEarly() != WindowState.NEVER) {
            next = Math.max(next, state.lastEarly() + earlyInterval(window));
        }
        windowTimers.atWallClock(next, window, timers);
        state.setEarlyScheduled(true);
    }

    private void onEarlyTimer(long timestamp, OnTimerContext ctx, Collector<OutputRecord> out)
            throws Exception {
        for (long window : windowTimers.takeEarly(timestamp)) {
            byte[] stored = windows.get(window);
            if (stored == null) {
                continue;
            }
            WindowState state = WindowState.fromBytes(stored);
            state.setEarlyScheduled(false);
            if (!state.isComplete()) {
                report(Timing.EARLY, ctx.getCurrentKey(), window, state, ctx, out);
                state.setLastEarly(ctx.timerService().currentProcessingTime());
            }
            windows.put(window, state.toBytes(buffer));
        }
    }

    private static long earlyInterval(long window) {
        return Math.clamp(
                WindowId.size(window) / EARLY_RESULTS_PER_WINDOW,
                MIN_EARLY_INTERVAL_MILLIS,
                MAX_EARLY_INTERVAL_MILLIS);
    }

    private void report(
            Timing timing,
            String key,
            long window,
            WindowState state,
            ReadOnlyContext ctx,
            Collector<OutputRecord> out)
            throws Exception {
        SeriesKey series = SeriesKey.parse(key);
        String stream = series.stream().toString();
        if (ctx.getBroadcastState(DeletedStreams.STATE).contains(stream)) {
            return;
        }
        Aggregate aggregate =
                new Aggregate(
                        series,
                        Instant.ofEpochMilli(WindowId.start(window)),
                        Duration.ofMillis(WindowId.size(window)),
                        timing,
                        state.revision(),
                        state.events(),
                        state.statistics());
        out.collect(
                new OutputRecord(
                        key,
                        series.tenant().value(),
                        stream,
                        timing.wireName(),
                        AggregateCodec.toBytes(aggregate)));
    }

    private void rejectLate(SeriesEvent event, long clock, ReadOnlyContext ctx) {
        String detail =
                "timestamp %s at %s on the platform's clock: every window had closed"
                        .formatted(
                                Instant.ofEpochMilli(event.timestamp()),
                                Instant.ofEpochMilli(clock));
        ctx.output(Rejections.TAG, rejections.record(event, RejectionReason.LATE, detail));
    }

    private void rejectBeyondLimit(SeriesEvent event, StreamPlan plan, ReadOnlyContext ctx) {
        OptionalLong leftOut = throttle.pass(SeriesCount.stream(event.series()), event.arrival());
        if (leftOut.isEmpty()) {
            rejections.leaveOut(RejectionReason.SERIES_LIMIT);
            return;
        }
        String detail =
                "quota %s: one series more than the stream may have (expected: at most %d at once)"
                        .formatted(TenantPolicy.SERIES_PER_STREAM, plan.seriesLimit());
        if (leftOut.getAsLong() > 0) {
            detail +=
                    "; %d such events before this one are not listed"
                            .formatted(leftOut.getAsLong());
        }
        ctx.output(Rejections.TAG, rejections.record(event, RejectionReason.SERIES_LIMIT, detail));
    }

    @Override
    public void processBroadcastElement(
            DefinitionUpdate update, Context ctx, Collector<OutputRecord> out) throws Exception {
        DeletedStreams.note(
                update, ctx.getBroadcastState(DeletedStreams.STATE), ctx.currentProcessingTime());
    }
}
