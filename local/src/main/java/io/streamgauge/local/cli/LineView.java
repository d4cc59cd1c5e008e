package io.streamgauge.local.cli;

import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.anomaly.Anomaly;
import java.io.PrintStream;
import java.io.PrintWriter;

/**
 * A line for each window that has closed, or each anomaly, for pipes and files; trouble goes to
 * standard error.
 */
final class LineView implements WatchView {

    private final PrintStream out;
    private final PrintWriter err;

    LineView(PrintStream out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public synchronized void aggregate(Aggregate aggregate) {
        if (aggregate.timing() == Timing.EARLY) {
            return; // another line for each change would drown the results
        }
        out.println(WatchTable.line(aggregate));
        out.flush();
    }

    @Override
    public synchronized void anomaly(Anomaly anomaly) {
        out.println(AnomalyLine.of(anomaly));
        out.flush();
    }

    @Override
    public synchronized void status(String status, boolean troubled) {
        if (troubled) {
            err.println("streamgauge: " + status);
            err.flush();
        }
    }

    @Override
    public synchronized void close() {
        out.flush();
    }
}
