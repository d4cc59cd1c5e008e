package io.streamgauge.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.junit.jupiter.api.Test;

class ResultClockTest {

    private static final long SILENCE = ResultClock.SILENCE.toMillis();

    private final AtomicLong wall = new AtomicLong(1_000_000);
    private final List<Object> emitted = new ArrayList<>();
    private final ResultClock clock = new ResultClock(wall::get);
    private final WatermarkOutput output =
            new WatermarkOutput() {
                @Override
                public void emitWatermark(Watermark watermark) {
                    emitted.add(watermark.getTimestamp());
                }

                @Override
                public void markIdle() {
                    emitted.add("idle");
                }

                @Override
                public void markActive() {}
            };

    @Test
    void followsWhatIsRead() {
        result(500);
        result(550); // less than a tick later
        result(700);

        assertThat(emitted).containsExactly(499L, 699L);
    }

    @Test
    void tellsTheRestOfATickWhenItIsAsked() {
        result(500);
        result(550);
        clock.onPeriodicEmit(output);
        clock.onPeriodicEmit(output);

        assertThat(emitted).containsExactly(499L, 549L);
    }

    @Test
    void goesOnByTheWallsClockOnceThereIsNothingToRead() {
        result(1_000_000);
        wall.addAndGet(SILENCE - 1);
        clock.onPeriodicEmit(output);
        wall.addAndGet(5_001);
        clock.onPeriodicEmit(output);
        wall.addAndGet(1_000);
        clock.onPeriodicEmit(output);

        assertThat(emitted).containsExactly(999_999L, 1_005_000L, 1_006_000L);
    }

    @Test
    void doesNotRunAheadOfABacklog() {
        for (int i = 0; i < 100; i++) {
            wall.addAndGet(1_000);
            result(1_000 + i * 10L);
            clock.onPeriodicEmit(output);
        }

        assertThat(emitted.getLast()).isEqualTo(1_989L);
    }

    @Test
    void movesNothingBeforeAnythingWasRead() {
        wall.addAndGet(10 * SILENCE);
        clock.onPeriodicEmit(output);

        assertThat(emitted).containsExactly("idle");
    }

    private void result(long appended) {
        clock.onEvent(new TimedValue(new byte[0], appended), appended, output);
    }
}
