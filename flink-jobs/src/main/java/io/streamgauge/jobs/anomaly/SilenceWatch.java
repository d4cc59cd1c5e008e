package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.detection.Verdict;
import io.streamgauge.jobs.kafka.ResultClock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.TimerService;
import org.jspecify.annotations.Nullable;

/**
 * Notices what is missing: a series that is silent, and a measure that does not come while others
 * do. For one task's thread.
 *
 * <p>A series has one timer, on the clock of results ({@link ResultClock}). It is due when so many
 * windows have passed since one of its points that something may be missing; while the series
 * comes, that is seldom. In a silence each further look is half as much later. What is missing is
 * told once, measure by measure, under the first window that had no value. For {@link
 * #GRACE_MILLIS} after a task has started nothing is taken for missing: the series must have had
 * the time to come.
 *
 * <p>Silence in an excluded time says nothing: what is missing counts from its end on.
 */
final class SilenceWatch {

    /** Windows that must have passed before one may be missing. */
    static final int WINDOWS_BEFORE_MISSING = 4;

    /** How long the aggregation job may be away before its silence is taken for a series'. */
    static final long DELAY_MILLIS = ResultClock.SILENCE.toMillis();

    static final long GRACE_MILLIS = Duration.ofMinutes(1).toMillis();

    static final long FORGOTTEN_AFTER_MILLIS = Duration.ofDays(14).toMillis();

    private final Detectors detectors;
    private final long startedAt;

    /**
     * @param detectors of the present series
     * @param startedAt when the task started
     */
    SilenceWatch(Detectors detectors, long startedAt) {
        this.detectors = detectors;
        this.startedAt = startedAt;
    }

    /**
     * How far a series has come with a point. Sees to it that its timer is no later than it should
     * be.
     */
    static SeriesProgress after(
            @Nullable SeriesProgress before, SeriesPoint point, TimerService timers) {
        SeriesProgress after =
                new SeriesProgress(point.start(), point.window(), point.outOfOrderness(), 0);
        long due = due(after);
        // One that comes too early finds out when it is due; so a point seldom costs a timer.
        if (before != null && before.check() <= due && before.check() > timers.currentWatermark()) {
            return after.checkedAt(before.check());
        }
        timers.registerEventTimeTimer(due);
        return after.checkedAt(due);
    }

    /**
     * Looks whether something is missing when the timer of a series is due.
     *
     * @param tell takes what is
     * @return how far the series has come, with the time of the next look
     */
    SeriesProgress look(
            SeriesKey key,
            SeriesProgress before,
            SeriesRules rules,
            long timestamp,
            Consumer<Anomaly> tell)
            throws Exception {
        long forgotten = before.lastStart() + FORGOTTEN_AFTER_MILLIS;
        if (timestamp < startedAt + GRACE_MILLIS) {
            return before.checkedAt(later(timestamp, startedAt + GRACE_MILLIS, forgotten));
        }
        // All windows that ended by then would have been told of.
        long known = timestamp - before.outOfOrderness() - DELAY_MILLIS;
        long silentFrom = before.lastStart() + before.window();
        OptionalLong excluded = rules.lastEnd(silentFrom, Math.max(known, silentFrom + 1));
        if (excluded.isPresent() && excluded.getAsLong() > known) {
            long due = excluded.getAsLong() + due(before) - before.lastStart();
            return before.checkedAt(later(timestamp, due, forgotten));
        }
        SeriesProgress series = before;
        if (excluded.isPresent()) {
            series = before.movedTo(lastWindowBefore(excluded.getAsLong(), before.window()));
            detectors.passOver(series.window(), series.lastStart());
        }
        tellMissing(
                key, series, Math.max(known, series.lastStart() + series.window()), rules, tell);
        long due = due(series);
        long next =
                timestamp < due
                        ? due
                        : timestamp + Math.max(series.window(), (known - series.lastStart()) / 2);
        return series.checkedAt(later(timestamp, next, forgotten));
    }

    private void tellMissing(
            SeriesKey key,
            SeriesProgress series,
            long known,
            SeriesRules rules,
            Consumer<Anomaly> tell)
            throws Exception {
        for (String measure : detectors.measures()) {
            StoredDetector detector = detectors.get(measure, series.window());
            OptionalLong gap = detector.untoldGap();
            if (gap.isEmpty() || gap.getAsLong() >= known) {
                continue;
            }
            Verdict verdict = detectors.elapsed(detector, measure, known);
            if (verdict.score() >= rules.missingThreshold() && verdict.kind() != null) {
                detector.told(gap.getAsLong());
                detectors.put(measure, detector);
                tell.accept(
                        Verdicts.missing(verdict, key, measure, gap.getAsLong(), series.window()));
            }
        }
    }

    /** When something may be missing after a series' last window. */
    private static long due(SeriesProgress series) {
        return series.lastStart()
                + WINDOWS_BEFORE_MISSING * series.window()
                + series.outOfOrderness()
                + DELAY_MILLIS;
    }

    /** Start of the last window that begins before a time. */
    static long lastWindowBefore(long time, long window) {
        return Math.floorDiv(time - 1, window) * window;
    }

    private static long later(long timestamp, long next, long forgotten) {
        return Math.max(timestamp + 1, Math.min(next, forgotten));
    }
}
