package io.streamgauge.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.clock.RelativeClock;
import org.apache.flink.util.clock.SystemClock;
import org.junit.jupiter.api.Test;

class ArrivalClockTest {

    private final List<Long> watermarks = new ArrayList<>();
    private final WatermarkOutput output =
            new WatermarkOutput() {
                @Override
                public void emitWatermark(Watermark watermark) {
                    watermarks.add(watermark.getTimestamp());
                }

                @Override
                public void markIdle() {
                    throw new AssertionError("a partition that stands still holds the clock");
                }

                @Override
                public void markActive() {}
            };
    private final WatermarkGenerator<SourceRecord> clock =
            ArrivalClock.strategy()
                    .createWatermarkGenerator(
                            new WatermarkGeneratorSupplier.Context() {
                                @Override
                                public MetricGroup getMetricGroup() {
                                    return new UnregisteredMetricsGroup();
                                }

                                @Override
                                public RelativeClock getInputActivityClock() {
                                    return SystemClock.getInstance();
                                }
                            });

    @Test
    void staysBelowAStampSoThatMoreMayComeWithIt() {
        arrive(1_000, true);

        assertThat(watermarks).containsExactly(999L);
    }

    @Test
    void movesInSteps() {
        arrive(1_000, true);
        arrive(1_004, true);
        arrive(1_009, true);
        arrive(1_010, true);

        assertThat(watermarks).containsExactly(999L, 1_009L);
    }

    @Test
    void neverGoesBack() {
        arrive(1_000, true);
        arrive(500, true);

        assertThat(watermarks).containsExactly(999L);
    }

    @Test
    void isNotMovedByDirectProducersOrByTheWallClock() {
        arrive(1_000, false);
        clock.onPeriodicEmit(output);

        assertThat(watermarks).isEmpty();
    }

    private void arrive(long arrival, boolean movesClock) {
        clock.onEvent(
                new SourceRecord("", "", 0, arrival, movesClock, false, 0, 0, null),
                arrival,
                output);
    }
}
