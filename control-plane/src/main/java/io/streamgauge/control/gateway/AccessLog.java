package io.streamgauge.control.gateway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the access log on a thread of its own, some lines at a time: to wake it for each would
 * cost a small request more than its line. So a line is up to {@link #GATHERING} late. Requests
 * wait where lines come faster than they can be written; none is dropped.
 */
public final class AccessLog implements AutoCloseable {

    /** Of its own, so that operators can send the lines elsewhere, or turn them off. */
    public static final String LOGGER = "io.streamgauge.access";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    private static final Logger PROBLEMS = LoggerFactory.getLogger(AccessLog.class);

    private static final Duration GATHERING = Duration.ofMillis(5);
    private static final int CAPACITY = 8_192;

    private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(CAPACITY);
    private final Thread writer;

    private AccessLog() {
        writer = Thread.ofPlatform().daemon().name("access-log").unstarted(this::run);
    }

    /**
     * What a line tells of a request. Neither its query nor its headers: both can hold secrets.
     *
     * @param tenant empty where there is none, as is the next
     */
    record Line(
            String method,
            String path,
            int status,
            long micros,
            long bytes,
            String tenant,
            String subject,
            String peer,
            String requestId) {

        @Override
        public String toString() {
            return method
                    + ' '
                    + path
                    + ' '
                    + status
                    + ' '
                    + micros
                    + " us, "
                    + bytes
                    + " bytes, tenant "
                    + (tenant.isEmpty() ? "-" : tenant)
                    + ", subject "
                    + (subject.isEmpty() ? "-" : subject)
                    + ", "
                    + peer
                    + " [request "
                    + requestId
                    + ']';
        }
    }

    /** A log that is written from now on. */
    public static AccessLog open() {
        AccessLog log = new AccessLog();
        log.writer.start();
        return log;
    }

    /** Whether anybody wants the lines. */
    boolean isOn() {
        return LOG.isInfoEnabled();
    }

    /** Takes a line, to be written soon. Not after {@link #close}. */
    void add(Line line) {
        try {
            lines.put(line);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            write(line);
        }
    }

    /** Writes what there is. */
    @Override
    public void close() {
        writer.interrupt();
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Line> gathered = new ArrayList<>();
        boolean open = true;
        while (open) {
            try {
                gathered.add(lines.take());
                Thread.sleep(GATHERING);
            } catch (InterruptedException closed) {
                open = false;
            }
            lines.drainTo(gathered);
            gathered.forEach(AccessLog::write);
            gathered.clear();
        }
    }

    private static void write(Line line) {
        try {
            LOG.info("{}", line);
        } catch (RuntimeException e) { // or nobody would write the next lines
            PROBLEMS.error("a line of the access log could not be written", e);
        }
    }
}
