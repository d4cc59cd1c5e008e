package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.jobs.aggregation.OpenSeries;
import io.streamgauge.jobs.aggregation.SeriesCount;
import io.streamgauge.jobs.anomaly.DetectionCatalog.Place;
import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.DeletedStreams;
import io.streamgauge.jobs.kafka.OutputRecord;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Scores each window of a series, measure by measure and, where the stream has a model, all
 * measures together. Tells what is unusual, what was expected of every window by {@link #BANDS},
 * and by which model and settings a stream is judged by {@link #STATUSES}.
 *
 * <p><b>Once in effect.</b> A window is scored when its first final result comes, and only after
 * the last one that was: results come at least once, and what comes again, or after a later window,
 * is passed over. A series lies in one partition, so what is told depends on the log alone, and is
 * told under the same ids after a failure. A model or settings that change meanwhile may then be in
 * force some windows earlier or later than before.
 *
 * <p><b>Excluded times.</b> A window that has a part of one is neither judged nor learned from. The
 * detectors pass over it, so that no gap is learned either.
 *
 * <p><b>State.</b> For each series its {@link SeriesProgress}, for each measure a {@link
 * StoredDetector} (see {@link Detectors}), and for the model a {@link StoredScorer}. They end with
 * the stream, or when nothing has come for {@link SilenceWatch#FORGOTTEN_AFTER_MILLIS}; a scorer
 * ends with the stream's having a model. How many series of a stream have any is bounded by the
 * tenant's policy; those beyond are not scored, and counted.
 */
final class AnomalyDetection
        extends KeyedBroadcastProcessFunction<String, SeriesPoint, DefinitionUpdate, OutputRecord>
        implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    /** What was expected of each window. */
    static final OutputTag<OutputRecord> BANDS =
            new OutputTag<>("bands", TypeInformation.of(OutputRecord.class));

    /** By what the streams are judged. */
    static final OutputTag<OutputRecord> STATUSES =
            new OutputTag<>("statuses", TypeInformation.of(OutputRecord.class));

    /** How often it is told that an anomaly goes on, in the series' time. */
    static final long REMINDER_MILLIS = Duration.ofMinutes(1).toMillis();

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
    private final DefinitionBootstrap bootstrap;

    private transient ValueState<SeriesProgress> progress;
    private transient Detectors detectors;
    private transient Scorers scorers;
    private transient Failures failures;
    private transient DetectionCatalog catalog;
    private transient DetectionStatuses statuses;
    private transient WindowJudge judge;
    private transient SilenceWatch watch;
    private transient SeriesCount count;
    private transient ListState<OpenSeries> countState;
    private transient ListState<Long> toldFromState;
    private transient long toldFrom;
    private transient long startedAt;
    private transient long run;
    private transient Counter beyondLimit;
    private transient Counter told;

    /**
     * A function without state; Flink opens it.
     *
     * @param bootstrap gives a task that starts without state the models and settings in force
     */
    @SuppressWarnings("NullAway.Init") // Flink calls initializeState and open before anything else.
    AnomalyDetection(WallClock clock, DefinitionBootstrap bootstrap) {
        this.clock = clock;
        this.bootstrap = bootstrap;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        int keyGroups = task.getMaxNumberOfParallelSubtasks();
        countState = context.getOperatorStateStore().getUnionListState(SCORED_SERIES);
        toldFromState = context.getOperatorStateStore().getUnionListState(TOLD_FROM);
        catalog =
                DetectionCatalog.start(
                        context.getOperatorStateStore(), context.isRestored(), bootstrap);
        statuses =
                new DetectionStatuses(
                        task.getIndexOfThisSubtask(), task.getNumberOfParallelSubtasks());
        catalog.configured().forEach(statuses::changed);
        count =
                new SeriesCount(
                        keyGroups,
                        KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                                keyGroups,
                                task.getNumberOfParallelSubtasks(),
                                task.getIndexOfThisSubtask()));
        startedAt = clock.getAsLong();
        run = UUID.randomUUID().getMostSignificantBits();
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
        failures = new Failures(metrics.counter("detectorFailures"));
        detectors = new Detectors(getRuntimeContext(), failures);
        scorers = new Scorers(getRuntimeContext(), failures);
        judge = new WindowJudge(detectors, scorers, statuses, run);
        watch = new SilenceWatch(detectors, startedAt);
        beyondLimit = metrics.counter("seriesBeyondLimit");
        told = metrics.counter("anomalies");
        metrics.gauge("modelsRefused", (Gauge<Integer>) catalog::refused);
    }

    @Override
    public void processElement(SeriesPoint point, ReadOnlyContext ctx, Collector<OutputRecord> out)
            throws Exception {
        score(point, ctx, out);
        statuses.tell(catalog, clock, it -> ctx.output(STATUSES, it));
    }

    private void score(SeriesPoint point, ReadOnlyContext ctx, Collector<OutputRecord> out)
            throws Exception {
        SeriesKey series = SeriesKey.parse(point.series());
        if (ctx.getBroadcastState(DeletedStreams.STATE).contains(series.stream().toString())) {
            return;
        }
        Place place = new Place(series.tenant(), series.stream());
        SeriesProgress before = progress.value();
        if (before == null) {
            if (!count.hasRoom(SeriesCount.stream(point.series()), point.seriesLimit())) {
                beyondLimit.inc();
                statuses.beyondLimit(place);
                return;
            }
            count.opened(point.series());
        } else if (point.start() <= before.lastStart()) {
            statuses.outOfOrder(place);
            return;
        }
        StreamDetection stream = catalog.of(place);
        SeriesRules rules = stream.rules(series);
        if (before != null) {
            // A time that was excluded, and in which nothing came, is no gap.
            long resumed = rules.resumed(before.lastStart(), point.start(), point.window());
            if (resumed > before.lastStart()) {
                detectors.passOver(point.window(), resumed);
            }
        }
        if (rules.excludes(point.start(), point.start() + point.window())) {
            detectors.passOver(point.window(), point.start());
        } else {
            long failed = failures.count();
            Band band =
                    judge.judge(
                            place, series, point, stream, rules.threshold(), it -> tell(it, out));
            ctx.output(BANDS, record(series, AnomalyCodec.toBytes(band)));
            if (failures.count() > failed) {
                statuses.failed(place, failures.count() - failed);
            }
        }
        progress.update(SilenceWatch.after(before, point, ctx.timerService()));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext ctx, Collector<OutputRecord> out)
            throws Exception {
        SeriesProgress known = progress.value();
        if (known == null || known.check() != timestamp) {
            return; // forgotten meanwhile, or another timer is the series'
        }
        String key = ctx.getCurrentKey();
        SeriesKey series = SeriesKey.parse(key);
        Place place = new Place(series.tenant(), series.stream());
        statuses.tell(catalog, clock, it -> ctx.output(STATUSES, it));
        if (timestamp >= known.lastStart() + SilenceWatch.FORGOTTEN_AFTER_MILLIS) {
            progress.clear();
            detectors.counted(run, known.window()).forEach(it -> statuses.forgotten(place, it));
            forget(key);
            return;
        }
        SeriesRules rules = catalog.of(place).rules(series);
        SeriesProgress next =
                watch.look(series, known, rules, timestamp, anomaly -> tell(anomaly, out));
        ctx.timerService().registerEventTimeTimer(next.check());
        progress.update(next);
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
        DetectionCatalog.Change change = catalog.apply(update).orElse(null);
        if (change != null && change.gone()) {
            statuses.gone(change.place());
            ctx.applyToKeyedState(
                    PROGRESS,
                    (key, state) -> {
                        if (isOf(change.place(), key)) {
                            state.clear(); // its timer finds nothing then
                            forget(key);
                        }
                    });
        } else if (change != null && change.configured()) {
            statuses.changed(change.place());
            if (change.modelEnded()) {
                ctx.applyToKeyedState(
                        Scorers.STATE,
                        (key, state) -> {
                            if (isOf(change.place(), key)) {
                                state.clear();
                            }
                        });
            }
        }
        statuses.tell(catalog, clock, it -> ctx.output(STATUSES, it));
    }

    private static boolean isOf(Place place, String key) {
        SeriesKey series = SeriesKey.parse(key);
        return series.stream().equals(place.stream()) && series.tenant().equals(place.tenant());
    }

    /** What there is of the present series, beside its progress. */
    private void forget(String key) {
        detectors.clear();
        scorers.clear();
        count.closed(key);
    }
}
