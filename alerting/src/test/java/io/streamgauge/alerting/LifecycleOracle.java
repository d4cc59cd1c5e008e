package io.streamgauge.alerting;

import java.util.ArrayList;
import java.util.List;

/**
 * Prometheus' rules of pending and firing, read as text, over a series of evaluations: those at
 * which the condition was true or false, by time. Knows nothing of the code under test.
 */
final class LifecycleOracle {

    /**
     * An evaluation.
     *
     * @param firingHolds whether the condition is true for one that fires already
     */
    record Point(long time, long at, boolean holds, boolean firingHolds) {}

    private final String key;
    private final long forMillis;
    private final long keepMillis;
    private final List<String> lines = new ArrayList<>();
    private boolean pending;
    private boolean firing;
    private long activeAt;
    private long startedAt;
    private long keepSince = -1;
    private long lastAt;

    LifecycleOracle(String key, long forMillis, long keepMillis) {
        this.key = key;
        this.forMillis = forMillis;
        this.keepMillis = keepMillis;
    }

    List<String> lines() {
        return lines;
    }

    boolean isActive() {
        return pending || firing;
    }

    /** When, without another evaluation, time alone changes something; -1 where it does not. */
    long timer() {
        if (pending) {
            return activeAt + forMillis;
        }
        return firing && keepSince >= 0 ? keepSince + keepMillis : -1;
    }

    /** Lets time alone decide. */
    void timer(long time) {
        evaluate(new Point(time, time, pending || keepSince < 0, pending || keepSince < 0));
    }

    void evaluate(Point point) {
        boolean holds = firing ? point.firingHolds() : point.holds();
        if (holds) {
            keepSince = -1;
            if (!isActive()) {
                pending = true;
                activeAt = point.time();
                startedAt = point.at();
                lastAt = point.at();
                if (forMillis > 0) {
                    line("pending", point.at());
                }
            }
            if (pending && point.time() - activeAt >= forMillis) {
                pending = false;
                firing = true;
                line("firing", point.at());
            }
        } else if (pending) {
            line("dismissed recovered", point.at());
            pending = false;
        } else if (firing) {
            keepSince = keepSince < 0 ? point.time() : keepSince;
            if (point.time() - keepSince >= keepMillis) {
                line("resolved recovered", point.at());
                firing = false;
                keepSince = -1;
            }
        }
    }

    /** Ends it from outside. */
    void end(String reason, long at) {
        if (isActive()) {
            line((firing ? "resolved " : "dismissed ") + reason, at);
        }
        pending = false;
        firing = false;
        keepSince = -1;
    }

    private void line(String what, long at) {
        lastAt = Math.max(lastAt, at);
        lines.add("%s %s since %d at %d".formatted(key, what, startedAt, lastAt));
    }
}
