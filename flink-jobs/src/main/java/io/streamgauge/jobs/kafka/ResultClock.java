package io.streamgauge.jobs.kafka;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * The clock of a job that reads results: by a watermark, all results that were written until then
 * have been read. A partition's watermark is the time at which the broker appended the last record.
 * Where nothing comes for {@link #SILENCE} there is nothing to read, and the clock goes on by the
 * wall's, that far behind: nobody sends heartbeats into the topic of results, and that a series is
 * silent has to be noticed when all are.
 *
 * <p>A partition that has not had a record yet, and a reader that has no partition, hold nothing
 * back and move nothing. A broker that cannot be read for longer looks like silence.
 */
public final class ResultClock implements WatermarkGenerator<TimedValue> {

    /** Longer than a fetch, a rebalance or a restart of the job that writes takes. */
    public static final Duration SILENCE = Duration.ofSeconds(30);

    /** How far the clock moves at a time: finer steps would cost a watermark for every result. */
    static final long TICK_MILLIS = 100;

    private final LongSupplier wallClock;
    private long seen = Long.MIN_VALUE;
    private long emitted = Long.MIN_VALUE;
    private long heard; // on the wall's clock

    ResultClock(LongSupplier wallClock) {
        this.wallClock = wallClock;
    }

    /** The strategy for the source of results. */
    public static WatermarkStrategy<TimedValue> strategy() {
        return WatermarkStrategy.<TimedValue>forGenerator(
                        context -> new ResultClock(System::currentTimeMillis))
                .withTimestampAssigner((result, appendTime) -> result.timestamp());
    }

    @Override
    public void onEvent(TimedValue result, long appended, WatermarkOutput output) {
        heard = wallClock.getAsLong();
        seen = Math.max(seen, appended);
        if (seen - 1 >= emitted + TICK_MILLIS || emitted == Long.MIN_VALUE) {
            emit(seen - 1, output);
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        if (seen == Long.MIN_VALUE) {
            output.markIdle();
            return;
        }
        long now = wallClock.getAsLong();
        boolean silent = now - heard >= SILENCE.toMillis();
        emit(Math.max(seen - 1, silent ? now - SILENCE.toMillis() : seen - 1), output);
    }

    private void emit(long watermark, WatermarkOutput output) {
        if (watermark > emitted) {
            emitted = watermark;
            output.emitWatermark(new Watermark(watermark));
        }
    }
}
