package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.RuleChange;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.contracts.alert.JobClock;
import io.streamgauge.contracts.alert.JobClockCodec;
import io.streamgauge.contracts.alert.RuleStatus;
import io.streamgauge.contracts.alert.RuleStatusCodec;
import io.streamgauge.jobs.kafka.OutputRecord;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a task says of its rules: that they are in force, that they are not, and what goes wrong
 * with them. Changes are told at once, errors at most once a second. Not part of the state: a task
 * that starts again says so again, and counts from 0. The last that is said of a rule is that it
 * has ended, and a tombstone follows, so that the compacted topic holds those that there are. For
 * one task's thread.
 */
final class RuleStatuses {

    /** Of one rule. */
    static final long INTERVAL_MILLIS = 1_000;

    /** Of the task's clock, on the wall's. */
    static final long CLOCK_INTERVAL_MILLIS = 2_000;

    /** Reasons may quote what a tenant wrote. */
    private static final int MAX_REASON_CHARACTERS = 500;

    private final int subtask;
    private final int parallelism;
    private final Consumer<OutputRecord> output;
    private final Map<RuleKey, Entry> entries = new HashMap<>();
    private final Set<RuleKey> changed = new LinkedHashSet<>();

    private long clockToldAt = Long.MIN_VALUE;

    /** What is known of a rule. */
    private static final class Entry {

        private RuleStatus.State state = RuleStatus.State.ACTIVE;
        private long revision;
        private long effectiveFrom;
        private long errors;
        private Optional<String> lastError = Optional.empty();
        private long droppedPartialMatches;
        private long droppedInstances;
        private long throttled;
        private Optional<Long> throttledUntil = Optional.empty();
        private long toldAt = Long.MIN_VALUE;
    }

    RuleStatuses(int subtask, int parallelism, Consumer<OutputRecord> output) {
        this.subtask = subtask;
        this.parallelism = parallelism;
        this.output = output;
    }

    /** Tells of a change. */
    void changed(RuleChange change, long clock) {
        Entry entry = entries.computeIfAbsent(change.rule(), rule -> new Entry());
        entry.revision = change.revision();
        entry.effectiveFrom = change.at();
        switch (change.kind()) {
            case IN_FORCE -> {
                if (entry.state == RuleStatus.State.QUARANTINED) {
                    entry.lastError = Optional.empty();
                }
                entry.state = RuleStatus.State.ACTIVE;
            }
            case QUARANTINED -> {
                entry.state = RuleStatus.State.QUARANTINED;
                entry.lastError = change.problem().map(RuleStatuses::bounded);
            }
            case ENDED -> entry.state = RuleStatus.State.ENDED;
        }
        tell(change.rule(), entry, clock);
        if (change.kind() == RuleChange.Kind.ENDED) {
            entries.remove(change.rule());
            changed.remove(change.rule());
            output.accept( // who reads along has been told
                    OutputRecord.forgotten(key(change.rule()), change.rule().tenant().value()));
        }
    }

    /** A rule's condition failed. */
    void failed(RuleKey rule, long count, String reason) {
        Entry entry = entries.get(rule);
        if (entry != null) {
            entry.errors += count;
            entry.lastError = Optional.of(bounded(reason));
            changed.add(rule);
        }
    }

    /** Partial matches of a rule were dropped. */
    void partialMatchesDropped(RuleKey rule, long count) {
        Entry entry = entries.get(rule);
        if (entry != null) {
            entry.droppedPartialMatches += count;
            changed.add(rule);
        }
    }

    /** An instance of a rule was not opened. */
    void instanceRefused(RuleKey rule) {
        Entry entry = entries.get(rule);
        if (entry != null) {
            entry.droppedInstances++;
            changed.add(rule);
        }
    }

    /**
     * A rule was not asked, for what its tenant's rules cost.
     *
     * @param until when it is asked again
     */
    void throttled(RuleKey rule, long until) {
        Entry entry = entries.get(rule);
        if (entry != null) {
            entry.throttled++;
            entry.throttledUntil = Optional.of(until);
            changed.add(rule);
        }
    }

    /**
     * Tells how far the task is, as far as the interval lets it.
     *
     * @param now of the wall clock: who reads it wants to know how old it is
     */
    void tellOfClock(long clock, long now) {
        if (clockToldAt != Long.MIN_VALUE && now - clockToldAt < CLOCK_INTERVAL_MILLIS) {
            return;
        }
        clockToldAt = now;
        JobClock told = new JobClock(subtask, parallelism, clock, now);
        output.accept(
                new OutputRecord(JobClockCodec.key(told), "", "", "", JobClockCodec.toBytes(told)));
    }

    /** Tells of what went wrong, as far as the interval lets it. */
    void tellOfErrors(long clock) {
        if (changed.isEmpty()) {
            return;
        }
        for (RuleKey rule : List.copyOf(changed)) {
            Entry entry = entries.get(rule);
            if (entry == null) {
                changed.remove(rule);
            } else if (entry.toldAt == Long.MIN_VALUE || clock - entry.toldAt >= INTERVAL_MILLIS) {
                tell(rule, entry, clock);
            }
        }
    }

    private void tell(RuleKey rule, Entry entry, long clock) {
        entry.toldAt = clock;
        changed.remove(rule);
        RuleStatus status =
                new RuleStatus(
                        rule.tenant(),
                        rule.alert(),
                        rule.version(),
                        entry.revision,
                        subtask,
                        parallelism,
                        entry.state,
                        entry.effectiveFrom,
                        entry.errors,
                        entry.lastError,
                        entry.droppedPartialMatches,
                        entry.droppedInstances,
                        entry.throttled,
                        entry.throttledUntil,
                        clock);
        output.accept(
                new OutputRecord(
                        key(rule), rule.tenant().value(), "", "", RuleStatusCodec.toBytes(status)));
    }

    private String key(RuleKey rule) {
        return rule + "/" + subtask;
    }

    private static String bounded(String reason) {
        return reason.length() <= MAX_REASON_CHARACTERS
                ? reason
                : reason.substring(0, MAX_REASON_CHARACTERS - 3) + "...";
    }
}
