package io.streamgauge.jobs.kafka;

import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * For a stream of commands beside a stream of events: time is the events' alone, so the commands'
 * watermark is at the end from the start and never holds the other back.
 *
 * @param <T> the commands' type
 */
public final class NeverLate<T> implements WatermarkGenerator<T> {

    private NeverLate() {}

    /** The strategy for a command source. */
    public static <T> WatermarkStrategy<T> strategy() {
        return WatermarkStrategy.forGenerator(context -> new NeverLate<>());
    }

    @Override
    public void onEvent(T command, long timestamp, WatermarkOutput output) {
        // The watermark does not depend on commands.
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        output.emitWatermark(Watermark.MAX_WATERMARK);
    }
}
