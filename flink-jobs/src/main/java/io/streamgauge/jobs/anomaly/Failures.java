package io.streamgauge.jobs.anomaly;

import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what had to begin anew, and logs some of it. For one task's thread. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final Counter counter;

    Failures(Counter counter) {
        this.counter = counter;
    }

    /** Something begins anew. */
    void failed(String what, Exception failure) {
        counter.inc();
        if (Long.bitCount(counter.getCount()) == 1) { // the 1st, 2nd, 4th, 8th…
            LOG.error(
                    "{} begins anew, the {}th that does: {}",
                    what,
                    counter.getCount(),
                    failure.toString(),
                    failure);
        }
    }

    /** How many so far. */
    long count() {
        return counter.getCount();
    }
}
