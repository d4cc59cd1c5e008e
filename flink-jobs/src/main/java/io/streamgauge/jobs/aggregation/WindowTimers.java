package io.streamgauge.jobs.aggregation;

import java.util.Arrays;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimerService;

/**
 * When something is to be done about which windows of the present key: on the platform's clock, and
 * on the wall clock for early results.
 *
 * <p><b>Slices.</b> The windows of one size end together. Where a stream has tens of thousands of
 * series, closing all of them at that moment would keep the task, and with it every other tenant,
 * waiting for half a second. So the timers of a stream with many series are spread over the time
 * {@linkplain #spread after} the due one, each series having its place by its hash. That moves only
 * the moment at which a result is told, never what is in it: which events a result has is decided
 * by their arrival stamps and the exact times in the {@link WindowState}.
 */
final class WindowTimers {

    /** So many at once take a task some twenty milliseconds, and nobody notices. */
    private static final long FEW_SERIES = 500;

    /**
     * So many windows a millisecond take a few hundredths of a task's thread. Not more, since
     * telling a result is the smaller part of what it costs: it goes through Kafka to the database
     * and to whoever looks on, about 130 µs of processor time in all.
     */
    private static final long WINDOWS_PER_MILLISECOND = 1;

    /** A result waits at most this part of its window's size. */
    private static final long SLOWEST_PART = 20;

    private static final long SLOWEST_MILLIS = 5_000;

    private static final MapStateDescriptor<Long, long[]> DUE = descriptor("due-v1");
    private static final MapStateDescriptor<Long, long[]> EARLY_DUE = descriptor("early-due-v1");

    private static final long[] NONE = {};

    private final MapState<Long, long[]> due;
    private final MapState<Long, long[]> earlyDue;

    WindowTimers(RuntimeContext context) {
        due = context.getMapState(DUE);
        earlyDue = context.getMapState(EARLY_DUE);
    }

    private static MapStateDescriptor<Long, long[]> descriptor(String name) {
        return new MapStateDescriptor<>(
                name, Types.LONG, PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO);
    }

    /**
     * How long after its due time a series' window is looked at, in milliseconds.
     *
     * @param series the present key
     * @param size of the window, in milliseconds
     * @param openSeries that the stream has in this task
     */
    static long spread(String series, long size, long openSeries) {
        if (openSeries <= FEW_SERIES) {
            return 0;
        }
        long width =
                Math.min(
                        openSeries / WINDOWS_PER_MILLISECOND,
                        Math.min(size / SLOWEST_PART, SLOWEST_MILLIS));
        return width == 0 ? 0 : Math.floorMod(series.hashCode(), width);
    }

    /** Has a window looked at when the platform's clock has passed a time. */
    void at(long timestamp, long window, TimerService timers) throws Exception {
        append(due, timestamp, window);
        timers.registerEventTimeTimer(timestamp);
    }

    /** Has an early result of a window told at a time of the wall clock. */
    void atWallClock(long timestamp, long window, TimerService timers) throws Exception {
        append(earlyDue, timestamp, window);
        timers.registerProcessingTimeTimer(timestamp);
    }

    /** The windows that a timer of the platform's clock is for; each is handed out once. */
    long[] take(long timestamp) throws Exception {
        return take(due, timestamp);
    }

    /** The windows that a timer of the wall clock is for; each is handed out once. */
    long[] takeEarly(long timestamp) throws Exception {
        return take(earlyDue, timestamp);
    }

    private static long[] take(MapState<Long, long[]> index, long timestamp) throws Exception {
        long[] windows = index.get(timestamp);
        if (windows == null) {
            return NONE;
        }
        index.remove(timestamp);
        return windows;
    }

    private static void append(MapState<Long, long[]> index, long timestamp, long window)
            throws Exception {
        long[] present = index.get(timestamp);
        long[] extended =
                present == null ? new long[1] : Arrays.copyOf(present, present.length + 1);
        extended[extended.length - 1] = window;
        index.put(timestamp, extended);
    }
}
