package io.streamgauge.control;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been started, to be closed in the reverse order, each part whatever the others do. */
final class Parts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Keeps a part that has just been started, and returns it. */
    <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    /** Makes a part that was started before the first to be closed. */
    void closeFirst(AutoCloseable part) {
        parts.remove(part);
        parts.push(part);
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not close as it should", part.getClass().getSimpleName(), e);
            }
        }
    }
}
