package io.streamgauge.alerting;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.anomaly.AnomalyPoint;
import io.streamgauge.contracts.event.EventRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges one key at a time by all rules that group by the same dimensions. Everything of a key
 * happens on one line of the platform's clock: events in the order of their arrival (then partition
 * and offset), and between them what is due without one. Whoever calls keeps to that order, and so
 * gets the same transitions for the same events, whatever else runs at what pace.
 *
 * <p>An event comes before what is due at its very arrival. The end of a rule comes before both.
 * For one thread; between two {@link #select} calls everything is about one key, whose store holds
 * all that is remembered.
 */
public final class KeyJudge {

    /** Stands for a time that does not come. */
    public static final long NEVER = Long.MAX_VALUE;

    /**
     * How often a rule may be due again at the very time that it was looked at. One that is so more
     * often would be for ever: it is a mistake of ours, which must not stop the others. Far above
     * what any evaluation does, once or twice.
     */
    static final int MAX_ROUNDS = 100;

    private final RuleBook book;
    private final AlertSink sink;
    private final PresentKey present = new PresentKey();
    private final RuleJudge rules;

    /** A judge that takes its rules from a book, and lets them cost what they cost. */
    public KeyJudge(RuleBook book, Limits limits, Hearing hearing, AlertSink sink) {
        this(book, limits, hearing, sink, EvaluationBudget.UNLIMITED);
    }

    /** A judge that takes its rules from a book. */
    public KeyJudge(
            RuleBook book,
            Limits limits,
            Hearing hearing,
            AlertSink sink,
            EvaluationBudget budget) {
        this(book, limits, hearing, sink, budget, new Evaluations());
    }

    KeyJudge(
            RuleBook book,
            Limits limits,
            Hearing hearing,
            AlertSink sink,
            EvaluationBudget budget,
            Evaluations evaluations) {
        this.book = book;
        this.sink = sink;
        rules = new RuleJudge(book, limits, hearing, sink, evaluations, budget, present);
    }

    /** Turns to a key of a tenant that is active. */
    public void select(String key, KeyStore store) {
        select(key, store, NEVER);
    }

    /**
     * Turns to a key.
     *
     * @param key values of the dimensions by name, as in {@link EventRow#key}
     * @param store of this key alone
     * @param suspendedSince when its tenant became inactive; {@link #NEVER} where it is active.
     *     From then on nothing is due until {@link #resume}, whatever it is advanced to
     */
    public void select(String key, KeyStore store, long suspendedSince) {
        present.select(key, store, suspendedSince);
    }

    /** The next event of the key. */
    public void onEvent(JudgedEvent event) {
        advance(event.arrival() - 1);
        List<RuleInForce> ordered = new ArrayList<>();
        for (RuleInForce rule : event.rules()) {
            if (rule.rule().usesEventTimeOrder()) {
                if (begins(rule)) {
                    ordered.add(rule);
                }
            } else {
                rules.evaluate(rule, event.arrival(), (of, at) -> of.onEvent(event, at));
            }
        }
        if (!ordered.isEmpty()) {
            enqueue(event, ordered);
        }
        present.save();
    }

    private boolean begins(RuleInForce rule) {
        return !rule.drains() || present.agenda().get(rule.key()) != null;
    }

    private void enqueue(JudgedEvent event, List<RuleInForce> by) {
        long due =
                Math.max(
                        event.arrival(), event.timestamp() + by.getFirst().rule().outOfOrderness());
        present.store()
                .enqueue(
                        new QueuePosition(
                                event.timestamp(),
                                event.arrival(),
                                event.partition(),
                                event.offset()),
                        QueuedEvents.write(due, by, event.row().json()));
        present.agenda().setQueueDue(Math.min(present.agenda().queueDue(), due));
    }

    /**
     * The key is the empty one, and stands for a stream as a whole: it had an event. For the rules
     * that {@link CompiledRule#judgesSource()}.
     */
    public void onActivity(long arrival, List<RuleInForce> by) {
        advance(arrival - 1);
        for (RuleInForce rule : by) {
            rules.evaluate(rule, arrival, Evaluation::onActivity);
        }
        present.save();
    }

    /** The next unusual point of a series of the key. */
    public void onAnomaly(AnomalyPoint point, long arrival, List<RuleInForce> by) {
        advance(arrival - 1);
        for (RuleInForce rule : by) {
            rules.evaluate(rule, arrival, (of, at) -> of.onAnomaly(point, at));
        }
        present.save();
    }

    /** What one of the alerts that composites are made of does at the key. */
    public void onMember(MemberSignal signal, List<RuleInForce> by) {
        advance(signal.clock() - 1);
        for (RuleInForce rule : by) {
            rules.evaluate(rule, signal.clock(), (of, at) -> of.onMember(signal, at));
        }
        present.save();
    }

    /** Nothing more comes up to and including a time of the clock: does what is due until then. */
    public void advance(long clock) {
        if (nextDue() > clock) {
            return;
        }
        Agenda now = present.agenda();
        long last = NEVER;
        int rounds = 0;
        for (long due = nextDue(); due <= clock; due = nextDue()) {
            rounds = due == last ? rounds + 1 : 1;
            last = due;
            if (now.queueDue() == due) {
                judgeQueued(due);
            }
            for (RuleKey rule : now.due(due)) {
                if (rounds <= MAX_ROUNDS) {
                    runDue(rule, due);
                } else {
                    giveUp(rule, due);
                }
            }
        }
        present.save();
    }

    /** A rule does not come to an end at a time: what it knows of the key is wrong. */
    private void giveUp(RuleKey of, long clock) {
        Agenda.Entry entry = present.agenda().get(of);
        if (entry == null) {
            return;
        }
        String words =
                "internal error: due at %d for the %dth time (expected: later each time); the key is forgotten"
                        .formatted(clock, MAX_ROUNDS + 1);
        Optional<RuleInForce> rule = rules.inForce(of, entry, clock);
        if (rule.isPresent()) {
            rules.failed(rule.get(), entry, clock, words);
        } else {
            rules.end(of, entry, Optional.empty(), clock);
        }
    }

    /**
     * The key's tenant is active again. Nothing that was due meanwhile happens: the time does not
     * count, and what wants all events of a time begins anew. To be called for each key of the
     * tenant that anything is remembered of, before the events of that arrival, and with none that
     * was judged meanwhile.
     *
     * @param from when it became inactive
     * @param to the present, when {@link Hearing#suspensions} knows of it
     */
    public void resume(long from, long to) {
        present.resumed();
        for (Optional<KeyStore.QueuedEvent> next = present.store().firstQueued();
                next.isPresent();
                next = present.store().firstQueued()) {
            present.store().dequeue(next.get().position());
        }
        present.agenda().setQueueDue(NEVER);
        for (RuleKey of : present.agenda().rules()) {
            Agenda.Entry entry = present.agenda().get(of);
            if (entry != null) {
                rules.inForce(of, entry, to).ifPresent(rule -> rules.resume(rule, from, to));
            }
        }
        present.save();
    }

    private void judgeQueued(long clock) {
        Optional<KeyStore.QueuedEvent> next = present.store().firstQueued();
        while (next.isPresent()) {
            QueuePosition position = next.get().position();
            QueuedEvents.Waiting waiting = QueuedEvents.read(next.get().event());
            if (waiting.due() > clock) {
                present.agenda().setQueueDue(waiting.due());
                return;
            }
            present.store().dequeue(position);
            judgeQueued(position, waiting, clock);
            next = present.store().firstQueued();
        }
        present.agenda().setQueueDue(NEVER);
    }

    private void judgeQueued(QueuePosition position, QueuedEvents.Waiting waiting, long clock) {
        EventRow row = null;
        for (RuleKey of : waiting.rules()) {
            RuleInForce rule = book.find(of, clock).orElse(null);
            if (rule == null || rule.since() > position.arrival()) {
                continue; // ended since, or taken away and put back
            }
            try {
                row = row == null ? rule.rule().decoder().decodeRow(waiting.json()) : row;
            } catch (InvalidInputException e) {
                sink.evaluationFailed(of, "event: " + e.getMessage());
                continue;
            }
            JudgedEvent event =
                    new JudgedEvent(
                            row,
                            position.arrival(),
                            position.partition(),
                            position.offset(),
                            List.of(rule));
            rules.evaluate(rule, clock, (evaluation, at) -> evaluation.onEvent(event, at));
        }
    }

    private void runDue(RuleKey of, long clock) {
        Agenda.Entry entry = present.agenda().get(of);
        if (entry == null) {
            return;
        }
        Optional<RuleInForce> rule = rules.inForce(of, entry, clock);
        if (rule.isPresent()) {
            rules.due(rule.get(), entry, clock);
        } else {
            rules.end(of, entry, Optional.empty(), clock);
        }
    }

    /** When the key must be advanced to next; {@link #NEVER} where nothing is due. */
    public long nextDue() {
        return present.nextDue();
    }

    /**
     * A rule is no longer in force: does what was due before, resolves what it has open, and
     * forgets it. To be called for each key with an open instance, before the events of that
     * arrival. A key for which it is not called does the same when something of it is next due.
     */
    public void ruleEnded(RuleKey rule, EndReason reason, long at) {
        advance(at - 1);
        Agenda.Entry entry = present.agenda().get(rule);
        if (entry != null) {
            rules.end(rule, entry, Optional.of(reason), at);
        }
        present.save();
    }

    /** Forgets what is remembered of rules that are not in force at a time of the clock. */
    public void sweep(long clock) {
        advance(clock);
        for (RuleKey of : present.agenda().rules()) {
            Agenda.Entry entry = present.agenda().get(of);
            if (entry != null && rules.inForce(of, entry, clock).isEmpty()) {
                rules.end(of, entry, Optional.empty(), clock);
            }
        }
        present.save();
    }

    /**
     * The present state of a rule for the key, as a JSON object.
     *
     * @param clock the platform's
     */
    public String explain(RuleKey rule, long clock) {
        return rules.explain(rule, clock);
    }
}
