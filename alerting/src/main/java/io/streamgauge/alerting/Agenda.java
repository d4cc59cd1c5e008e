package io.streamgauge.alerting;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which rules have state at a key, since when they are in force, and when each is due; and when the
 * first of the key's queued events is. What is due first is written first, so that it can be read
 * without the rest.
 */
final class Agenda {

    /**
     * A rule with state.
     *
     * @param skippedSince when it first missed something, being suspended for what it costs; {@link
     *     KeyJudge#NEVER} where it has missed nothing
     * @param known {@link EvaluationBudget#lastMissed} when it last judged something
     */
    record Entry(long since, long due, long skippedSince, long known) {

        boolean isSkipping() {
            return skippedSince != KeyJudge.NEVER;
        }
    }

    /** Of an agenda none of whose rules has missed anything, as almost all are. */
    private static final int VERSION = 1;

    private static final int VERSION_WITH_SKIPS = 2;

    private static final int VERSION_WITH_KNOWN = 3;

    private final NavigableMap<RuleKey, Entry> entries = new TreeMap<>();
    private long queueDue = KeyJudge.NEVER;
    private boolean changed;

    boolean isEmpty() {
        return entries.isEmpty() && queueDue == KeyJudge.NEVER;
    }

    boolean isChanged() {
        return changed;
    }

    @Nullable Entry get(RuleKey rule) {
        return entries.get(rule);
    }

    void put(RuleKey rule, Entry entry) {
        changed |= !entry.equals(entries.put(rule, entry));
    }

    void remove(RuleKey rule) {
        changed |= entries.remove(rule) != null;
    }

    /** The rules with state, in order. */
    List<RuleKey> rules() {
        return List.copyOf(entries.keySet());
    }

    /** The rules that are due at a time, in order. */
    List<RuleKey> due(long clock) {
        List<RuleKey> due = new ArrayList<>();
        entries.forEach(
                (rule, entry) -> {
                    if (entry.due() <= clock) {
                        due.add(rule);
                    }
                });
        return due;
    }

    long queueDue() {
        return queueDue;
    }

    void setQueueDue(long due) {
        changed |= due != queueDue;
        queueDue = due;
    }

    /** When the first of all is due. */
    long nextDue() {
        long next = queueDue;
        for (Entry entry : entries.values()) {
            next = Math.min(next, entry.due());
        }
        return next;
    }

    byte[] toBytes() {
        changed = false;
        boolean known = entries.values().stream().anyMatch(entry -> entry.known() != 0);
        boolean skips = known || entries.values().stream().anyMatch(Entry::isSkipping);
        StateWriter out = new StateWriter();
        out.number(known ? VERSION_WITH_KNOWN : skips ? VERSION_WITH_SKIPS : VERSION)
                .number(nextDue())
                .number(queueDue)
                .number(entries.size());
        if (!entries.isEmpty()) {
            out.text(entries.firstKey().tenant().value()); // a key is of one tenant
        }
        entries.forEach(
                (rule, entry) -> {
                    out.uuid(rule.alert().value())
                            .number(rule.version())
                            .number(entry.since())
                            .number(entry.due());
                    if (skips) {
                        out.number(entry.isSkipping() ? entry.skippedSince() : 0);
                    }
                    if (known) {
                        out.number(entry.known());
                    }
                });
        return out.toBytes();
    }

    /** When the first of all is due, by an agenda's bytes. */
    static long nextDue(byte[] bytes) {
        StateReader in = new StateReader(bytes);
        in.version("agenda", VERSION, VERSION_WITH_KNOWN);
        return in.number();
    }

    static Agenda fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes);
        int version = in.version("agenda", VERSION, VERSION_WITH_KNOWN);
        boolean skips = version >= VERSION_WITH_SKIPS;
        in.number();
        Agenda agenda = new Agenda();
        agenda.queueDue = in.number();
        int size = in.integer();
        if (size > 0) {
            TenantId tenant = new TenantId(in.text());
            for (int i = 0; i < size; i++) {
                RuleKey rule = new RuleKey(tenant, new AlertId(in.uuid()), in.number());
                long since = in.number();
                long due = in.number();
                long skipped = skips ? in.number() : 0;
                long known = version >= VERSION_WITH_KNOWN ? in.number() : 0;
                agenda.entries.put(
                        rule,
                        new Entry(since, due, skipped == 0 ? KeyJudge.NEVER : skipped, known));
            }
        }
        return agenda;
    }
}
