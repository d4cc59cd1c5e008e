package io.streamgauge.control.job;

import io.streamgauge.control.config.FlinkConfig;
import io.streamgauge.control.problem.Unavailable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How the jobs are, for any number of viewers: Flink is asked once in a while however many there
 * are, by the one request that finds what is known too old; the others wait for it. That Flink is
 * away is remembered just as long.
 */
public final class JobMonitor implements AutoCloseable {

    private static final Duration FRESH = Duration.ofSeconds(3);

    private final JobSource source;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable JobReport report; // guarded by reading, as the next two; null: Flink was away
    private boolean asked;
    private long readAt;

    private JobMonitor(FlinkConfig config, Clock clock) {
        this(new FlinkJobs(new FlinkClient(config.url())), clock, System::nanoTime);
    }

    JobMonitor(JobSource source, Clock clock, LongSupplier nanoTime) {
        this.source = source;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Opens one of a Flink that is configured. It is first asked when somebody wants to know. */
    public static JobMonitor of(FlinkConfig config, Clock clock) {
        return new JobMonitor(config, clock);
    }

    /**
     * How the jobs are, or were a few seconds ago.
     *
     * @throws Unavailable where Flink does not tell
     */
    JobReport report() {
        reading.lock();
        try {
            if (asked && nanoTime.getAsLong() - readAt < FRESH.toNanos()) {
                if (report == null) {
                    throw unavailable(null);
                }
                return report;
            }
            return read();
        } finally {
            reading.unlock();
        }
    }

    private JobReport read() {
        try {
            JobReport fresh = new JobReport(clock.instant(), source.read());
            report = fresh;
            return fresh;
        } catch (IOException e) {
            report = null;
            throw unavailable(e);
        } finally {
            asked = true;
            readAt = nanoTime.getAsLong();
        }
    }

    private static Unavailable unavailable(@Nullable IOException cause) {
        return new Unavailable(
                "flink: does not answer (expected: its REST API where flink.url says)",
                FRESH,
                cause);
    }

    @Override
    public void close() {
        source.close();
    }
}
