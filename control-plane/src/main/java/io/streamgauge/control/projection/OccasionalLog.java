package io.streamgauge.control.projection;

import java.time.Duration;
import java.util.function.LongConsumer;

/** Lets a message that may come with every record through at most once in a while. Not shared. */
final class OccasionalLog {

    private static final long INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

    private long lastNanos = System.nanoTime() - INTERVAL_NANOS;
    private long occurrences;

    /**
     * Notes an occurrence.
     *
     * @param log writes the message, given how many occurrences there were since the last one
     */
    void occurred(LongConsumer log) {
        occurrences++;
        long now = System.nanoTime();
        if (now - lastNanos >= INTERVAL_NANOS) {
            log.accept(occurrences);
            lastNanos = now;
            occurrences = 0;
        }
    }
}
