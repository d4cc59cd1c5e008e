package io.streamgauge.control.proxy;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs something again and again on a thread of its own, until it is closed. */
final class Ticker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

    private final Thread thread;

    private Ticker(Thread thread) {
        this.thread = thread;
    }

    static Ticker start(String name, Duration period, Runnable task) {
        return new Ticker(Thread.ofVirtual().name(name).start(() -> run(name, period, task)));
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private static void run(String name, Duration period, Runnable task) {
        try {
            while (true) {
                Thread.sleep(period);
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("{}: failed, and goes on", name, e);
                }
            }
        } catch (InterruptedException closed) {
            LOG.debug("{}: closed", name);
        }
    }
}
