package io.streamgauge.local;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has started, in the order in which it stands upon each other. Safe for several threads. */
final class StartedParts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StartedParts.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Part> parts = new ArrayList<>();

    /**
     * @param worthTelling whether a person should know that it is being closed
     */
    private record Part(String name, AutoCloseable closeable, boolean worthTelling) {}

    /** Adds a part above all others: it will be closed before them. */
    void add(String name, AutoCloseable part) {
        add(new Part(name, part, true));
    }

    /** As {@link #add(String, AutoCloseable)}, for what nobody needs to be told of. */
    void addQuietly(String name, AutoCloseable part) {
        add(new Part(name, part, false));
    }

    /** Adds a part right below another: it will be closed just after that. */
    void addBelow(String upper, String name, AutoCloseable part) {
        lock.lock();
        try {
            int place = 0;
            while (place < parts.size() && !parts.get(place).name().equals(upper)) {
                place++;
            }
            parts.add(place, new Part(name, part, true));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        close(name -> {});
    }

    /** Closes the parts, the last added first; one that fails does not keep others from it. */
    void close(Consumer<String> progress) {
        lock.lock();
        try {
            while (!parts.isEmpty()) {
                Part part = parts.removeLast();
                if (part.worthTelling()) {
                    progress.accept(part.name());
                }
                try {
                    part.closeable().close();
                } catch (Exception e) {
                    LOG.warn("{} could not be closed", part.name(), e);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(Part part) {
        lock.lock();
        try {
            parts.add(part);
        } finally {
            lock.unlock();
        }
    }
}
