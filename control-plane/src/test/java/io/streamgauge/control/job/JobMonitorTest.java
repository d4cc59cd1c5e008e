package io.streamgauge.control.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.control.problem.Unavailable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class JobMonitorTest {

    private final AtomicLong nanoTime = new AtomicLong(-5);
    private final Source source = new Source();
    private final JobMonitor monitor =
            new JobMonitor(source, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), nanoTime::get);

    @Test
    void asksFlinkOnceForManyViewersAndAgainAfterAWhile() {
        monitor.report();
        monitor.report();
        assertThat(source.asked).isEqualTo(1);

        pass(Duration.ofSeconds(10));
        monitor.report();

        assertThat(source.asked).isEqualTo(2);
    }

    @Test
    void doesNotAskAFlinkThatIsAwayForEachViewer() {
        source.away = true;

        assertThatThrownBy(monitor::report)
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("flink.url")
                .hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(monitor::report).isInstanceOf(Unavailable.class).hasNoCause();
        assertThat(source.asked).isEqualTo(1);
    }

    @Test
    void tellsNothingOldWhereFlinkGoesAwayAndTellsAgainWhenItIsBack() {
        monitor.report();
        source.away = true;
        pass(Duration.ofSeconds(10));
        assertThatThrownBy(monitor::report).isInstanceOf(Unavailable.class);
        source.away = false;
        pass(Duration.ofSeconds(10));

        assertThat(monitor.report().jobs()).isEmpty();
    }

    private void pass(Duration time) {
        nanoTime.addAndGet(TimeUnit.NANOSECONDS.convert(time));
    }

    private static final class Source implements JobSource {

        private int asked;
        private boolean away;

        @Override
        public List<JobHealth> read() throws IOException {
            asked++;
            if (away) {
                throw new IOException("away");
            }
            return List.of();
        }

        @Override
        public void close() {}
    }
}
