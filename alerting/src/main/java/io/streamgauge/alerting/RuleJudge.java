package io.streamgauge.alerting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.EndReason;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets one rule judge something at the present key, and keeps what it then knows.
 *
 * <p><b>Failure.</b> A rule that fails, by a mistake of ours, is told of and forgets the key; the
 * others know nothing of it. What it has open ends with that, as far as what it knew can still be
 * read.
 *
 * <p><b>Budget.</b> Of a rule that is suspended the key's entry says since when it has missed
 * something, and it is due when the suspension is over. Then it begins anew with what wants all
 * events of a time, as after a suspension of its tenant. A key that nothing happened to meanwhile
 * has missed nothing.
 *
 * <p>For one thread.
 */
final class RuleJudge {

    private final RuleBook book;
    private final Limits limits;
    private final Hearing hearing;
    private final AlertSink sink;
    private final Evaluations evaluations;
    private final EvaluationBudget budget;
    private final PresentKey present;
    private final Work work = new Work();

    RuleJudge(
            RuleBook book,
            Limits limits,
            Hearing hearing,
            AlertSink sink,
            Evaluations evaluations,
            EvaluationBudget budget,
            PresentKey present) {
        this.book = book;
        this.limits = limits;
        this.hearing = hearing;
        this.sink = sink;
        this.evaluations = evaluations;
        this.budget = budget;
        this.present = present;
    }

    /** Lets a rule judge something. */
    void evaluate(RuleInForce rule, long clock, BiConsumer<Evaluation, Judgement> judging) {
        evaluate(rule, clock, KeyJudge.NEVER, judging);
    }

    /** Lets a rule with state do what is due. */
    void due(RuleInForce rule, Agenda.Entry entry, long clock) {
        boolean missed = missedSince(rule, entry, clock) != KeyJudge.NEVER;
        evaluate(rule, clock, missed ? RuleJudge::nothing : Evaluation::onDue);
    }

    /** Since when the key has missed something of a rule; {@link KeyJudge#NEVER} if it has not. */
    private long missedSince(RuleInForce rule, Agenda.Entry entry, long clock) {
        return Math.min(entry.skippedSince(), budget.missedSince(rule.key(), entry.known(), clock));
    }

    /** A rule with state goes on that was not judged since a time, as its tenant was inactive. */
    void resume(RuleInForce rule, long from, long clock) {
        evaluate(rule, clock, from, RuleJudge::nothing);
    }

    /** What is judged is only that something was missed. */
    private static void nothing(Evaluation evaluation, Judgement judgement) {}

    private void evaluate(
            RuleInForce rule,
            long clock,
            long inactiveSince,
            BiConsumer<Evaluation, Judgement> judging) {
        Agenda.Entry entry = present.agenda().get(rule.key());
        if (entry != null && entry.since() != rule.since()) {
            end(rule.key(), entry, Optional.empty(), clock);
            entry = null;
        }
        if (entry == null && rule.drains()) {
            return;
        }
        long until = budget.suspendedUntil(rule.key(), clock);
        if (until > clock) {
            skip(rule, entry, Math.min(clock, inactiveSince), until);
            return;
        }
        try {
            judge(rule, entry, clock, inactiveSince, judging);
        } catch (HostException e) {
            throw e;
        } catch (RuntimeException e) {
            failed(rule, entry, clock, "internal error: " + e + "; the key is forgotten");
        } finally {
            budget.spent(rule.key(), clock, work.take());
        }
    }

    private void skip(RuleInForce rule, Agenda.@Nullable Entry entry, long since, long until) {
        sink.evaluationSkipped(rule.key(), until);
        if (entry != null) {
            present.agenda()
                    .put(
                            rule.key(),
                            new Agenda.Entry(
                                    rule.since(),
                                    until,
                                    Math.min(entry.skippedSince(), since),
                                    entry.known()));
        }
    }

    private void judge(
            RuleInForce rule,
            Agenda.@Nullable Entry entry,
            long clock,
            long inactiveSince,
            BiConsumer<Evaluation, Judgement> judging) {
        work.add(Work.EVALUATION);
        Evaluation evaluation = entry == null ? evaluations.create(rule.rule()) : read(rule.rule());
        Judgement judgement = judgement(rule, clock);
        long missedSince = entry == null ? KeyJudge.NEVER : missedSince(rule, entry, clock);
        if (missedSince != KeyJudge.NEVER) {
            evaluation.missed(Math.min(missedSince, inactiveSince), judgement);
        } else if (inactiveSince != KeyJudge.NEVER) {
            evaluation.resume(inactiveSince, judgement);
        }
        judging.accept(evaluation, judgement);
        if (evaluation.isIdle() || (rule.drains() && !evaluation.isOpen())) {
            if (entry != null) {
                forget(rule.key());
            }
            return;
        }
        if (entry == null || evaluation.isChanged()) {
            byte[] state = evaluations.write(evaluation);
            work.addBytes(state.length);
            present.store().putState(rule.key(), state);
        }
        // What is due in the past, by an event that came late, is due at once.
        long due = Math.max(clock, evaluation.nextDue(judgement));
        long known = budget.lastMissed(rule.key(), clock);
        present.agenda()
                .put(rule.key(), new Agenda.Entry(rule.since(), due, KeyJudge.NEVER, known));
    }

    private Evaluation read(CompiledRule rule) {
        byte[] state =
                present.store()
                        .state(rule.key())
                        .orElseThrow(() -> new IllegalStateException("no state: " + rule.key()));
        work.addBytes(state.length);
        return evaluations.read(rule, state);
    }

    private Judgement judgement(RuleInForce rule, long clock) {
        return new Judgement(
                rule, present.key(), clock, present.store(), limits, hearing, sink, work);
    }

    /** What a rule knows of the key is wrong, and forgotten. */
    void failed(RuleInForce rule, Agenda.@Nullable Entry entry, long clock, String reason) {
        sink.evaluationFailed(rule.key(), reason);
        if (entry == null) {
            forget(rule.key());
        } else {
            end(rule.key(), entry, Optional.of(EndReason.KEY_FORGOTTEN), clock);
        }
        sink.abandoned(rule, clock);
    }

    /** Ends what a rule has open when it ended, or now where that is not known. */
    void end(RuleKey of, Agenda.Entry entry, Optional<EndReason> reason, long clock) {
        Optional<RuleEnd> end = book.end(of, entry.since());
        long at = end.map(RuleEnd::at).filter(time -> time <= clock).orElse(clock);
        Optional<RuleInForce> rule = end.map(RuleEnd::rule).or(() -> inForce(of, entry, clock - 1));
        if (rule.isPresent()) {
            EndReason why =
                    reason.or(() -> end.map(RuleEnd::reason)).orElse(EndReason.RULE_REMOVED);
            end(rule.get(), why, at);
        }
        forget(of);
    }

    private void end(RuleInForce rule, EndReason reason, long at) {
        try {
            read(rule.rule()).end(reason, judgement(rule, at));
        } catch (HostException e) {
            throw e;
        } catch (RuntimeException e) {
            sink.evaluationFailed(rule.key(), "internal error: %s; ended".formatted(e));
            sink.abandoned(rule, at);
        }
    }

    private void forget(RuleKey rule) {
        present.store().removeRule(rule);
        present.agenda().remove(rule);
    }

    /** The rule that an entry is of, where it is in force. */
    Optional<RuleInForce> inForce(RuleKey of, Agenda.Entry entry, long clock) {
        return book.find(of, clock).filter(rule -> rule.since() == entry.since());
    }

    /** The present state of a rule, as a JSON object. */
    String explain(RuleKey rule, long clock) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("alert", rule.alert().toString());
        json.put("version", rule.version());
        json.put("key", present.key());
        Explanation.time(json, "clock", clock);
        try {
            explain(json, rule, clock);
        } catch (HostException e) {
            throw e;
        } catch (RuntimeException e) {
            Explanation.unmet(json, "internal error: " + e);
        }
        return json.toString();
    }

    private void explain(ObjectNode json, RuleKey rule, long clock) {
        Agenda.Entry entry = present.agenda().get(rule);
        Optional<RuleInForce> inForce = book.find(rule, clock);
        if (inForce.isEmpty()) {
            json.put("state", "inactive");
            Explanation.unmet(json, "the version is not in force");
            return;
        }
        json.put("mode", inForce.get().mode().wireName());
        long until = budget.suspendedUntil(rule, clock);
        if (until > clock) {
            Explanation.time(json, "throttledUntil", until);
        }
        if (entry == null || entry.since() != inForce.get().since()) {
            json.put("state", "inactive");
            Explanation.unmet(json, "nothing was heard of the key since the version is in force");
            return;
        }
        if (present.suspendedSince() <= clock) {
            Explanation.time(json, "suspendedSince", present.suspendedSince());
        }
        long missedSince = missedSince(inForce.get(), entry, clock);
        if (missedSince != KeyJudge.NEVER) {
            Explanation.time(json, "throttledSince", missedSince);
        }
        read(inForce.get().rule()).explain(json, judgement(inForce.get(), clock));
        if (entry.due() != KeyJudge.NEVER) {
            Explanation.time(json, "nextTimer", entry.due());
        }
    }
}
