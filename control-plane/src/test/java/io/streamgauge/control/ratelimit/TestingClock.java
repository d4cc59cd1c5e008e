package io.streamgauge.control.ratelimit;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when it is told to. */
final class TestingClock implements TimeMeter {

    private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);

    void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    void advanceNanos(long time) {
        nanos.addAndGet(time);
    }

    @Override
    public long currentTimeNanos() {
        return nanos.get();
    }

    @Override
    public boolean isWallClockBased() {
        return true;
    }
}
