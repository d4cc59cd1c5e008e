package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.anomaly.AnomalyPoint;
import java.util.List;

/**
 * Judges one key at a time by all rules that group by the same dimensions. Everything of a key
 * happens on one line of the platform's clock: events in the order of their arrival (then partition
 * and offset), and between them what is due without one. Whoever calls keeps to that order, and so
 * gets the same transitions for the same events, whatever else runs at what pace.
 *
 * <p>An event comes before what is due at its very arrival. For one thread; between two {@link
 * #select} calls everything is about one key, whose store holds all that is remembered.
 */
public final class KeyJudge {

    /** Stands for a time that does not come. */
    public static final long NEVER = Long.MAX_VALUE;

    /** A judge that takes its rules from a book. */
    public KeyJudge(RuleBook book, Limits limits, Hearing hearing, AlertSink sink) {}

    /**
     * Turns to a key.
     *
     * @param key values of the dimensions by name, as in {@code EventRow.key}
     * @param store of this key alone
     */
    public void select(String key, KeyStore store) {}

    /** The next event of the key. */
    public void onEvent(JudgedEvent event) {}

    /**
     * The key is the empty one, and stands for a stream as a whole: it had an event. For the rules
     * that {@link CompiledRule#judgesSource()}.
     */
    public void onActivity(long arrival, List<RuleInForce> rules) {}

    /** The next unusual point of a series of the key. */
    public void onAnomaly(AnomalyPoint point, long arrival, List<RuleInForce> rules) {}

    /** What one of the alerts that composites are made of does at the key. */
    public void onMember(MemberSignal signal, List<RuleInForce> rules) {}

    /** Nothing more comes up to and including a time of the clock: does what is due until then. */
    public void advance(long clock) {}

    /** When the key must be advanced to next; {@link #NEVER} where nothing is due. */
    public long nextDue() {
        return NEVER;
    }

    /**
     * A rule is no longer in force: does what was due before, resolves what it has open, and
     * forgets it. To be called for each key with an open instance, before the events of that
     * arrival. A key for which it is not called does the same when something of it is next due.
     */
    public void ruleEnded(RuleKey rule, EndReason reason, long at) {}

    /** Forgets what is remembered of rules that are not in force at a time of the clock. */
    public void sweep(long clock) {}

    /**
     * The present state of a rule for the key, as a JSON object.
     *
     * @param clock the platform's
     */
    public String explain(RuleKey rule, long clock) {
        return "{}";
    }
}
