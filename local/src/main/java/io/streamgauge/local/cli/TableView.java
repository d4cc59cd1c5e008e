package io.streamgauge.local.cli;

import io.streamgauge.contracts.aggregate.Aggregate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The table in a terminal, drawn by a thread of its own a few times a second where something has
 * changed: however much comes in, the terminal gets no more than it can show.
 */
final class TableView implements WatchView {

    private static final long FRAME_MILLIS = 200;
    private static final int FRAMES_BETWEEN_MEASURINGS = 5;

    private final Terminal terminal;
    private final String title;
    private final WatchTable table = new WatchTable();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final Thread thread;
    private String status = "connecting ...";
    private Terminal.Size size = Terminal.size();
    private boolean closed;

    TableView(Terminal terminal, String title) {
        this.terminal = terminal;
        this.title = title;
        this.thread = Thread.ofPlatform().name("watch-table").daemon().start(this::run);
    }

    @Override
    public void aggregate(Aggregate aggregate) {
        lock.lock();
        try {
            table.put(aggregate, Instant.now());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void status(String status, boolean troubled) {
        lock.lock();
        try {
            this.status = status;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        terminal.close();
    }

    private void run() {
        List<String> shown = List.of();
        for (int frame = 0; awaitFrame(); frame++) {
            if (frame % FRAMES_BETWEEN_MEASURINGS == 0) {
                size = Terminal.size(); // only this thread uses it
            }
            List<String> lines = draw();
            if (!lines.equals(shown)) {
                terminal.draw(lines);
                shown = lines;
            }
        }
    }

    private List<String> draw() {
        lock.lock();
        try {
            table.forgetSilent(Instant.now());
            return table.draw(title, status, size.width(), size.height());
        } finally {
            lock.unlock();
        }
    }

    /** Returns false where the view is closed. */
    private boolean awaitFrame() {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(FRAME_MILLIS);
            while (!closed && nanos > 0) {
                nanos = closing.awaitNanos(nanos);
            }
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }
}
