package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.RuleChange;
import io.streamgauge.contracts.alert.AlertId;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Definitions that a task hears of only after the time that they take effect at: events since then
 * may have been judged without them. They are counted and logged, and the status of what begins
 * with them says from when on it is judged in truth. For one task's thread.
 */
final class LateDefinitions {

    private static final Logger LOG = LoggerFactory.getLogger(LateDefinitions.class);

    private final Counter counter;
    private final Map<AlertId, Late> coming = new HashMap<>();

    /** When it ought to have taken effect, and when it does. */
    private record Late(long due, long actual) {}

    LateDefinitions(Counter counter) {
        this.counter = counter;
    }

    /**
     * A definition came.
     *
     * @param due when it ought to take effect
     * @param clock up to which everything has been judged
     */
    void came(AlertId alert, long due, long clock) {
        if (due > clock) {
            return;
        }
        counter.inc();
        coming.put(alert, new Late(due, clock + 1));
        LOG.warn("alert {}: a definition came {} ms after its time", alert, clock - due);
    }

    /** A change as it is to be told. */
    RuleChange asItIs(RuleChange change) {
        Late late = coming.get(change.rule().alert());
        return late != null
                        && change.kind() == RuleChange.Kind.IN_FORCE
                        && change.at() == late.due()
                ? change.at(late.actual())
                : change;
    }

    /** How many there were. */
    long count() {
        return counter.getCount();
    }

    /** All that came has been told. */
    void told() {
        coming.clear();
    }
}
