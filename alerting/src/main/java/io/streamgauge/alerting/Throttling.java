package io.streamgauge.alerting;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * When rules were not asked whether events matter to them, since to ask cost too much, as who asks
 * has told: of each rule by itself, and of all of a tenant. Nobody knows which keys those events
 * were of, so each key has to be told that it may have missed something, whenever it is next looked
 * at. What happened up to some time of the clock must be known here before a judge comes to that
 * time; more may be known, and makes no difference. For one thread.
 */
public final class Throttling {

    private static final int VERSION = 1;

    /** Intervals of a rule that are told apart; of more, the oldest two become one. */
    static final int MOST_INTERVALS = 16;

    private final Map<RuleKey, Times> byRule = new TreeMap<>();
    private final Map<TenantId, Times> byTenant = new TreeMap<>();

    /** Disjoint intervals, all but the last of which may be forgotten. */
    private static final class Times {

        private Intervals intervals = new Intervals();

        /** Whether the first interval is of several: who knows of one of them may not of all. */
        private boolean blurred;

        void add(long from, long until) {
            intervals.add(from, until);
            NavigableMap<Long, Long> ends = intervals.map();
            while (ends.size() > MOST_INTERVALS) {
                long first = ends.firstKey();
                Map.Entry<Long, Long> second = ends.higherEntry(first);
                intervals.add(first, second.getValue());
                blurred = true;
            }
        }

        long until(long clock) {
            Map.Entry<Long, Long> last = intervals.map().floorEntry(clock);
            return last != null && last.getValue() > clock ? last.getValue() : clock;
        }

        long last(long clock) {
            Long last = intervals.map().floorKey(clock);
            return last == null ? 0 : last;
        }

        long firstAfter(long known, long clock) {
            NavigableMap<Long, Long> ends = intervals.map();
            if (blurred && known < ends.firstEntry().getValue()) {
                return Math.max(known, ends.firstKey());
            }
            Long next = ends.higherKey(known);
            return next != null && next <= clock ? next : KeyJudge.NEVER;
        }
    }

    /** A rule is not asked, from a time on until another, which is not included. */
    public void add(RuleKey rule, long from, long until) {
        byRule.computeIfAbsent(rule, of -> new Times()).add(from, until);
    }

    /** None of a tenant's rules is asked. */
    public void add(TenantId tenant, long from, long until) {
        byTenant.computeIfAbsent(tenant, of -> new Times()).add(from, until);
    }

    private boolean isEmpty() {
        return byRule.isEmpty() && byTenant.isEmpty();
    }

    /** As {@link EvaluationBudget#suspendedUntil}. */
    public long suspendedUntil(RuleKey rule, long clock) {
        if (isEmpty()) { // as it almost always is
            return clock;
        }
        Times own = byRule.get(rule);
        Times all = byTenant.get(rule.tenant());
        return Math.max(
                own == null ? clock : own.until(clock), all == null ? clock : all.until(clock));
    }

    /** As {@link EvaluationBudget#lastMissed}. */
    public long lastMissed(RuleKey rule, long clock) {
        if (isEmpty()) {
            return 0;
        }
        Times own = byRule.get(rule);
        Times all = byTenant.get(rule.tenant());
        return Math.max(own == null ? 0 : own.last(clock), all == null ? 0 : all.last(clock));
    }

    /** As {@link EvaluationBudget#missedSince}. */
    public long missedSince(RuleKey rule, long known, long clock) {
        if (isEmpty()) {
            return KeyJudge.NEVER;
        }
        Times own = byRule.get(rule);
        Times all = byTenant.get(rule.tenant());
        return Math.min(
                own == null ? KeyJudge.NEVER : own.firstAfter(known, clock),
                all == null ? KeyJudge.NEVER : all.firstAfter(known, clock));
    }

    /** Forgets rules that are no more; of tenants there are few. */
    public void retain(Predicate<RuleKey> rules) {
        byRule.keySet().removeIf(rules.negate());
    }

    /** Binary form, for {@link #fromBytes}. */
    public byte[] toBytes() {
        StateWriter out = new StateWriter();
        out.number(VERSION).number(byRule.size());
        byRule.forEach(
                (rule, times) -> {
                    out.text(rule.tenant().value());
                    out.uuid(rule.alert().value()).number(rule.version());
                    write(times, out);
                });
        out.number(byTenant.size());
        byTenant.forEach(
                (tenant, times) -> {
                    out.text(tenant.value());
                    write(times, out);
                });
        return out.toBytes();
    }

    private static void write(Times times, StateWriter out) {
        out.number(times.blurred ? 1 : 0).bytes(times.intervals.toBytes());
    }

    /** Reads what {@link #toBytes} has written. */
    public static Throttling fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes);
        in.version("throttling", VERSION);
        Throttling throttling = new Throttling();
        for (long rules = in.number(); rules > 0; rules--) {
            RuleKey rule =
                    new RuleKey(new TenantId(in.text()), new AlertId(in.uuid()), in.number());
            throttling.byRule.put(rule, read(in));
        }
        for (long tenants = in.number(); tenants > 0; tenants--) {
            throttling.byTenant.put(new TenantId(in.text()), read(in));
        }
        return throttling;
    }

    private static Times read(StateReader in) {
        Times times = new Times();
        times.blurred = in.number() == 1;
        times.intervals = Intervals.fromBytes(in.bytes());
        return times;
    }
}
