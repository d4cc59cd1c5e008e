package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.detection.Verdict;
import io.streamgauge.jobs.aggregation.OpenSeries;
import io.streamgauge.jobs.aggregation.SeriesCount;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.DeletedStreams;
import io.streamgauge.jobs.kafka.OutputRecord;
import io.streamgauge.jobs.kafka.ResultClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Scores each window of a series, measure by measure, tells what is unusual, and what was expected
 * of every window by {@link #BANDS}.
 *
 * <p><b>Once in effect.</b> A window is scored when its first final result comes, and only after
 * the last one that was: results come at least once, and what comes again, or after a later window,
 * is passed over. A series lies in one partition, so what is told depends on the log alone, and is
 * told under the same ids after a failure.
 *
 * <p><b>What is missing.</b> A series has one timer, on the clock of results ({@link ResultClock}):
 * it is due when so many windows have passed without a value that it may be worth telling. Where it
 * is not, the next look is half as much later; where it is told, it is told once, under the id of
 * the first window that had no value. For {@link #GRACE_MILLIS} after a task has started nothing is
 * taken for missing: the series must have had the time to come.
 *
 * <p><b>State.</b> For each series its {@link SeriesProgress} and for each measure a {@link
 * StoredDetector} (see {@link Detectors}). They end with the stream, or when nothing has come for
 * {@link #FORGOTTEN_AFTER_MILLIS}. How many series of a stream have any is bounded by the tenant's
 * policy; those beyond are not scored, and counted.
 */
final class AnomalyDetection
        extends KeyedBroadcastProcessFunction<String, SeriesPoint, DefinitionUpdate, OutputRecord>
        implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    /** What was expected of each window. */
    static final OutputTag<OutputRecord> BANDS =
            new OutputTag<>("bands", TypeInformation.of(OutputRecord.class));

    /**
     * Scores below this are not told of: it is what the most sensitive may ask for, one in ten
     * thousand windows.
     */
    static final double LEAST_SCORE = 0.4;

    /**
     * The same for a series that is silent. Of one that never was, no score can say more than that
     * it is the first time in so many windows; this takes about three hundred.
     */
    static final double LEAST_MISSING_SCORE = 0.25;

    /** How often it is told that an anomaly goes on, in the series' time. */
    static final long REMINDER_MILLIS = Duration.ofMinutes(1).toMillis();

    /** Windows that must have passed before one may be missing. */
    static final int WINDOWS_BEFORE_MISSING = 4;

    /** How long the aggregation job may be away before its silence is taken for a series'. */
    static final long DELAY_MILLIS = ResultClock.SILENCE.toMillis();

    static final long GRACE_MILLIS = Duration.ofMinutes(1).toMillis();

    static final long FORGOTTEN_AFTER_MILLIS = Duration.ofDays(14).toMillis();

    /** A job that learns from the log what is long past does not tell of it. */
    static final long TOLD_OF_PAST_MILLIS = Duration.ofMinutes(10).toMillis();

    private static final ValueStateDescriptor<SeriesProgress> PROGRESS =
            new ValueStateDescriptor<>(
                    "series-progress-v1", TypeInformation.of(SeriesProgress.class));
    private static final ListStateDescriptor<OpenSeries> SCORED_SERIES =
            new ListStateDescriptor<>("scored-series-v1", TypeInformation.of(OpenSeries.class));
    private static final ListStateDescriptor<Long> TOLD_FROM =
            new ListStateDescriptor<>("told-from-v1", Types.LONG);

    private final WallClock clock;

    private transient ValueState<SeriesProgress> progress;
    private transient Detectors detectors;
    private transient SeriesCount count;
    private transient ListState<OpenSeries> countState;
    private transient ListState<Long> toldFromState;
    private transient long toldFrom;
    private transient long startedAt;
    private transient Counter beyondLimit;
    private transient Counter told;

    /** A function without state; Flink opens it. */
    @SuppressWarnings("NullAway.Init") // Flink calls initializeState and open before anything else.
    AnomalyDetection(WallClock clock) {
        this.clock = clock;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        int keyGroups = task.getMaxNumberOfParallelSubtasks();
        countState = context.getOperatorStateStore().getUnionListState(SCORED_SERIES);
        toldFromState = context.getOperatorStateStore().getUnionListState(TOLD_FROM);
        count =
                new SeriesCount(
                        keyGroups,
                        KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                                keyGroups,
                                task.getNumberOfParallelSubtasks(),
                                task.getIndexOfThisSubtask()));
        startedAt = clock.getAsLong();
        toldFrom = startedAt - TOLD_OF_PAST_MILLIS;
        if (context.isRestored()) {
            count.restore(countState.get());
            for (long from : toldFromState.get()) {
                toldFrom = Math.min(toldFrom, from);
            }
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        countState.update(count.snapshot());
        toldFromState.update(List.of(toldFrom));
    }

    @Override
    @SuppressWarnings("NullAway.Init") // Flink has called initializeState.
    public void open(OpenContext openContext) {
        progress = getRuntimeContext().getState(PROGRESS);
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        detectors = new Detectors(getRuntimeContext(), metrics.counter("detectorFailures"));
        beyondLimit = metrics.counter("seriesBeyondLimit");
        told = metrics.counter("anomalies");
    }

    @Override
    public void processElement(SeriesPoint point, ReadOnlyContext ctx, Collector<OutputRecord> out)
            throws Exception {
        SeriesKey series = SeriesKey.parse(point.series());
        if (ctx.getBroadcastState(DeletedStreams.STATE).contains(series.stream().toString())) {
            return;
        }
        SeriesProgress before = progress.value();
        if (before == null) {
            if (!count.hasRoom(SeriesCount.stream(point.series()), point.seriesLimit())) {
                beyondLimit.inc();
                return;
            }
            count.opened(point.series());
        } else if (point.start() <= before.lastStart()) {
            return;
        }
        SortedMap<String, Band.Range> ranges = new TreeMap<>();
        for (int i = 0; i < point.measures().length; i++) {
            String measure = point.measures()[i];
            StoredDetector detector = detectors.get(measure, point.window());
            Verdict verdict =
                    detectors.observe(detector, measure, point.start(), point.values()[i]);
            ranges.put(measure, Verdicts.range(verdict, point.values()[i]));
            if (isWorthTelling(verdict, detector, point.start())) {
                detector.told(point.start());
                tell(Verdicts.anomaly(verdict, series, measure, point, i), out);
            }
            detectors.put(measure, detector);
        }
        Instant start = Instant.ofEpochMilli(point.start());
        Band band = new Band(series, start, Duration.ofMillis(point.window()), ranges);
        ctx.output(BANDS, record(series, AnomalyCodec.toBytes(band)));
        progress.update(watch(before, point, ctx.timerService()));
    }

    private static boolean isWorthTelling(Verdict verdict, StoredDetector detector, long start) {
        return verdict.score() >= LEAST_SCORE
                && (verdict.peak() || detector.wasSilentFor(REMINDER_MILLIS, start));
    }

    /** Sees to it that the series' timer is no later than it should be after this point. */
    private static SeriesProgress watch(
            @Nullable SeriesProgress before, SeriesPoint point, TimerService timers) {
        long due =
                point.start()
                        + WINDOWS_BEFORE_MISSING * point.window()
                        + point.outOfOrderness()
                        + DELAY_MILLIS;
        long check = due;
        // One that comes too early finds out when it is due; so a point seldom costs a timer.
        if (before != null && before.check() <= due && before.check() > timers.currentWatermark()) {
            check = before.check();
        } else {
            timers.registerEventTimeTimer(due);
        }
        return new SeriesProgress(point.start(), point.window(), point.outOfOrderness(), check);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<OutputRecord> out)
            throws Exception {
        SeriesProgress series = progress.value();
        if (series == null || series.check() != timestamp) {
            return; // forgotten meanwhile, or another timer is the series'
        }
        String key = ctx.getCurrentKey();
        if (timestamp >= series.lastStart() + FORGOTTEN_AFTER_MILLIS) {
            progress.clear();
            detectors.clear();
            count.closed(key);
            return;
        }
        // All windows that ended by then would have been told of.
        long known = timestamp - series.outOfOrderness() - DELAY_MILLIS;
        long due = series.lastStart() + WINDOWS_BEFORE_MISSING * series.window();
        long next;
        if (timestamp < startedAt + GRACE_MILLIS) {
            next = startedAt + GRACE_MILLIS;
        } else if (known < due) {
            next = due + series.outOfOrderness() + DELAY_MILLIS;
        } else if (tellMissing(SeriesKey.parse(key), series, known, out)) {
            next = series.lastStart() + FORGOTTEN_AFTER_MILLIS;
        } else {
            next = timestamp + Math.max(series.window(), (known - series.lastStart()) / 2);
        }
        next = Math.min(next, series.lastStart() + FORGOTTEN_AFTER_MILLIS);
        next = Math.max(next, timestamp + 1);
        ctx.timerService().registerEventTimeTimer(next);
        progress.update(series.checkedAt(next));
    }

    private boolean tellMissing(
            SeriesKey key, SeriesProgress series, long known, Collector<OutputRecord> out)
            throws Exception {
        boolean missing = false;
        for (String measure : detectors.measures()) {
            Verdict verdict = detectors.elapsed(measure, series.window(), known);
            if (verdict.score() >= LEAST_MISSING_SCORE) {
                missing = true;
                tell(Verdicts.missing(verdict, key, measure, series), out);
            }
        }
        return missing;
    }

    private void tell(Anomaly anomaly, Collector<OutputRecord> out) {
        if (anomaly.end().toEpochMilli() >= toldFrom) {
            told.inc();
            out.collect(record(anomaly.series(), AnomalyCodec.toBytes(anomaly)));
        }
    }

    private static OutputRecord record(SeriesKey series, byte[] json) {
        return new OutputRecord(
                series.toString(), series.tenant().value(), series.stream().toString(), "", json);
    }

    @Override
    public void processBroadcastElement(
            DefinitionUpdate update, Context ctx, Collector<OutputRecord> out) throws Exception {
        DeletedStreams.note(
                update, ctx.getBroadcastState(DeletedStreams.STATE), ctx.currentProcessingTime());
        if (update.value() != null) {
            return;
        }
        StreamId gone =
                StreamDefinitionCodec.Key.parse(update.key())
                        .map(StreamDefinitionCodec.Key::stream)
                        .orElse(null);
        if (gone == null) {
            return;
        }
        ctx.applyToKeyedState(
                PROGRESS,
                (key, state) -> {
                    if (SeriesKey.parse(key).stream().equals(gone)) {
                        state.clear(); // its timer finds nothing then
                        detectors.clear();
                        count.closed(key);
                    }
                });
    }
}
