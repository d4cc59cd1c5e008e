package io.streamgauge.jobs.kafka;

import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * The platform's clock in a job: a partition's watermark is the latest gateway stamp seen in it, so
 * it is a function of the log alone and a replay sees the same clock. Tenants' timestamps do not
 * move it.
 *
 * <p>There is no idleness time-out, on purpose. Gateways send heartbeats into every partition;
 * where a partition stands still, it is because it cannot be written or read, and events for it are
 * waiting somewhere. Going on without it would make them late. The clock waits for them instead.
 */
public final class ArrivalClock implements WatermarkGenerator<SourceRecord> {

    /** How far the clock moves at a time: finer steps would cost a watermark for every event. */
    static final long TICK_MILLIS = 10;

    private long emitted = Long.MIN_VALUE;

    private ArrivalClock() {}

    /** The strategy for the events source: timestamps are arrivals, watermarks follow them. */
    public static WatermarkStrategy<SourceRecord> strategy() {
        return WatermarkStrategy.<SourceRecord>forGenerator(context -> new ArrivalClock())
                .withTimestampAssigner((record, appendTime) -> record.arrival());
    }

    @Override
    public void onEvent(SourceRecord record, long arrival, WatermarkOutput output) {
        if (!record.movesClock()) {
            return;
        }
        // More may arrive with the same stamp: the watermark stays below it.
        long watermark = Math.floorDiv(arrival, TICK_MILLIS) * TICK_MILLIS - 1;
        if (watermark > emitted) {
            emitted = watermark;
            output.emitWatermark(new Watermark(watermark));
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        // Every step was emitted with the record that made it.
    }
}
