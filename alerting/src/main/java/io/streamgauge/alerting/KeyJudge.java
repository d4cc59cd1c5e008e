package io.streamgauge.alerting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.anomaly.AnomalyPoint;
import io.streamgauge.contracts.event.EventRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

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

    private static final String NO_KEY = "";

    private final RuleBook book;
    private final Limits limits;
    private final Hearing hearing;
    private final AlertSink sink;
    private final Evaluations evaluations;

    private String key = NO_KEY;
    private @Nullable KeyStore selected;
    private @Nullable Agenda agenda;

    /** From when on nothing happens to the key by time alone. */
    private long suspendedSince = NEVER;

    /** A judge that takes its rules from a book. */
    public KeyJudge(RuleBook book, Limits limits, Hearing hearing, AlertSink sink) {
        this(book, limits, hearing, sink, new Evaluations());
    }

    KeyJudge(
            RuleBook book,
            Limits limits,
            Hearing hearing,
            AlertSink sink,
            Evaluations evaluations) {
        this.book = book;
        this.limits = limits;
        this.hearing = hearing;
        this.sink = sink;
        this.evaluations = evaluations;
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
        this.key = key;
        this.selected = store;
        this.suspendedSince = suspendedSince;
        this.agenda = null;
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
                evaluate(rule, event.arrival(), (of, at) -> of.onEvent(event, at));
            }
        }
        if (!ordered.isEmpty()) {
            enqueue(event, ordered);
        }
        save();
    }

    private boolean begins(RuleInForce rule) {
        return !rule.drains() || agenda().get(rule.key()) != null;
    }

    private void enqueue(JudgedEvent event, List<RuleInForce> rules) {
        long due =
                Math.max(
                        event.arrival(),
                        event.timestamp() + rules.getFirst().rule().outOfOrderness());
        store().enqueue(
                        new QueuePosition(
                                event.timestamp(),
                                event.arrival(),
                                event.partition(),
                                event.offset()),
                        QueuedEvents.write(due, rules, event.row().json()));
        agenda().setQueueDue(Math.min(agenda().queueDue(), due));
    }

    /**
     * The key is the empty one, and stands for a stream as a whole: it had an event. For the rules
     * that {@link CompiledRule#judgesSource()}.
     */
    public void onActivity(long arrival, List<RuleInForce> rules) {
        advance(arrival - 1);
        for (RuleInForce rule : rules) {
            evaluate(rule, arrival, Evaluation::onActivity);
        }
        save();
    }

    /** The next unusual point of a series of the key. */
    public void onAnomaly(AnomalyPoint point, long arrival, List<RuleInForce> rules) {
        advance(arrival - 1);
        for (RuleInForce rule : rules) {
            evaluate(rule, arrival, (of, at) -> of.onAnomaly(point, at));
        }
        save();
    }

    /** What one of the alerts that composites are made of does at the key. */
    public void onMember(MemberSignal signal, List<RuleInForce> rules) {
        advance(signal.clock() - 1);
        for (RuleInForce rule : rules) {
            evaluate(rule, signal.clock(), (of, at) -> of.onMember(signal, at));
        }
        save();
    }

    /** Nothing more comes up to and including a time of the clock: does what is due until then. */
    public void advance(long clock) {
        if (nextDue() > clock) {
            return;
        }
        Agenda now = agenda();
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
        save();
    }

    /**
     * A rule does not come to an end at a time: what it knows of the key is wrong, and forgotten.
     */
    private void giveUp(RuleKey of, long clock) {
        sink.evaluationFailed(
                of,
                "internal error: due at %d for the %dth time (expected: later each time); the key is forgotten"
                        .formatted(clock, MAX_ROUNDS + 1));
        Agenda.Entry entry = agenda().get(of);
        if (entry != null) {
            end(of, entry, Optional.of(EndReason.KEY_FORGOTTEN), clock);
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
        suspendedSince = NEVER;
        for (Optional<KeyStore.QueuedEvent> next = store().firstQueued();
                next.isPresent();
                next = store().firstQueued()) {
            store().dequeue(next.get().position());
        }
        agenda().setQueueDue(NEVER);
        for (RuleKey of : agenda().rules()) {
            Agenda.Entry entry = agenda().get(of);
            Optional<RuleInForce> rule = entry == null ? Optional.empty() : inForce(of, entry, to);
            rule.ifPresent(
                    inForce ->
                            evaluate(inForce, to, (evaluation, at) -> evaluation.resume(from, at)));
        }
        save();
    }

    private void judgeQueued(long clock) {
        Optional<KeyStore.QueuedEvent> next = store().firstQueued();
        while (next.isPresent()) {
            QueuePosition position = next.get().position();
            QueuedEvents.Waiting waiting = QueuedEvents.read(next.get().event());
            if (waiting.due() > clock) {
                agenda().setQueueDue(waiting.due());
                return;
            }
            store().dequeue(position);
            judgeQueued(position, waiting, clock);
            next = store().firstQueued();
        }
        agenda().setQueueDue(NEVER);
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
            evaluate(rule, clock, (evaluation, at) -> evaluation.onEvent(event, at));
        }
    }

    private void runDue(RuleKey of, long clock) {
        Agenda.Entry entry = agenda().get(of);
        if (entry == null) {
            return;
        }
        Optional<RuleInForce> rule = inForce(of, entry, clock);
        if (rule.isPresent()) {
            evaluate(rule.get(), clock, Evaluation::onDue);
        } else {
            end(of, entry, Optional.empty(), clock);
        }
    }

    private Optional<RuleInForce> inForce(RuleKey of, Agenda.Entry entry, long clock) {
        return book.find(of, clock).filter(rule -> rule.since() == entry.since());
    }

    /** Lets a rule judge something, and keeps what it then knows. */
    private void evaluate(RuleInForce rule, long clock, BiConsumer<Evaluation, Judgement> judging) {
        Agenda.Entry entry = agenda().get(rule.key());
        if (entry != null && entry.since() != rule.since()) {
            end(rule.key(), entry, Optional.empty(), clock);
            entry = null;
        }
        if (entry == null && rule.drains()) {
            return;
        }
        Evaluation evaluation = entry == null ? evaluations.create(rule.rule()) : read(rule.rule());
        Judgement judgement = judgement(rule, clock);
        judging.accept(evaluation, judgement);
        if (evaluation.isIdle() || (rule.drains() && !evaluation.isOpen())) {
            if (entry != null) {
                forget(rule.key());
            }
            return;
        }
        if (entry == null || evaluation.isChanged()) {
            store().putState(rule.key(), evaluations.write(evaluation));
        }
        // What is due in the past, by an event that came late, is due at once.
        agenda().put(rule.key(), rule.since(), Math.max(clock, evaluation.nextDue(judgement)));
    }

    private Evaluation read(CompiledRule rule) {
        byte[] state =
                store().state(rule.key())
                        .orElseThrow(() -> new IllegalStateException("no state: " + rule.key()));
        return evaluations.read(rule, state);
    }

    private Judgement judgement(RuleInForce rule, long clock) {
        return new Judgement(rule, key, clock, store(), limits, hearing, sink);
    }

    /** When the key must be advanced to next; {@link #NEVER} where nothing is due. */
    public long nextDue() {
        long due = agenda == null ? nextStored() : agenda.nextDue();
        return due < suspendedSince ? due : NEVER;
    }

    private long nextStored() {
        return store().agenda().map(Agenda::nextDue).orElse(NEVER);
    }

    /**
     * A rule is no longer in force: does what was due before, resolves what it has open, and
     * forgets it. To be called for each key with an open instance, before the events of that
     * arrival. A key for which it is not called does the same when something of it is next due.
     */
    public void ruleEnded(RuleKey rule, EndReason reason, long at) {
        advance(at - 1);
        Agenda.Entry entry = agenda().get(rule);
        if (entry != null) {
            end(rule, entry, Optional.of(reason), at);
        }
        save();
    }

    /** Ends what a rule has open when it ended, or now where that is not known. */
    private void end(RuleKey of, Agenda.Entry entry, Optional<EndReason> reason, long clock) {
        Optional<RuleEnd> end = book.end(of, entry.since());
        long at = end.map(RuleEnd::at).filter(time -> time <= clock).orElse(clock);
        Optional<RuleInForce> rule = end.map(RuleEnd::rule).or(() -> inForce(of, entry, clock - 1));
        if (rule.isPresent()) {
            Evaluation evaluation = read(rule.get().rule());
            evaluation.end(
                    reason.or(() -> end.map(RuleEnd::reason)).orElse(EndReason.RULE_REMOVED),
                    judgement(rule.get(), at));
        }
        forget(of);
    }

    private void forget(RuleKey rule) {
        store().removeRule(rule);
        agenda().remove(rule);
    }

    /** Forgets what is remembered of rules that are not in force at a time of the clock. */
    public void sweep(long clock) {
        advance(clock);
        for (RuleKey of : agenda().rules()) {
            Agenda.Entry entry = agenda().get(of);
            if (entry != null && inForce(of, entry, clock).isEmpty()) {
                end(of, entry, Optional.empty(), clock);
            }
        }
        save();
    }

    /**
     * The present state of a rule for the key, as a JSON object.
     *
     * @param clock the platform's
     */
    public String explain(RuleKey rule, long clock) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("alert", rule.alert().toString());
        json.put("version", rule.version());
        json.put("key", key);
        Explanation.time(json, "clock", clock);
        Agenda.Entry entry = agenda().get(rule);
        Optional<RuleInForce> inForce = book.find(rule, clock);
        if (inForce.isEmpty()) {
            json.put("state", "inactive");
            Explanation.unmet(json, "the version is not in force");
        } else if (entry == null || entry.since() != inForce.get().since()) {
            json.put("state", "inactive");
            json.put("mode", inForce.get().mode().wireName());
            Explanation.unmet(json, "nothing was heard of the key since the version is in force");
        } else {
            if (suspendedSince <= clock) {
                Explanation.time(json, "suspendedSince", suspendedSince);
            }
            json.put("mode", inForce.get().mode().wireName());
            read(inForce.get().rule()).explain(json, judgement(inForce.get(), clock));
            if (entry.due() != NEVER) {
                Explanation.time(json, "nextTimer", entry.due());
            }
        }
        return json.toString();
    }

    private KeyStore store() {
        if (selected == null) {
            throw new IllegalStateException("key: none (expected: one to be selected)");
        }
        return selected;
    }

    private Agenda agenda() {
        if (agenda == null) {
            agenda = store().agenda().map(Agenda::fromBytes).orElseGet(Agenda::new);
        }
        return agenda;
    }

    private void save() {
        if (agenda == null || !agenda.isChanged()) {
            return;
        }
        if (agenda.isEmpty()) {
            store().removeAgenda();
            agenda = null;
        } else {
            store().putAgenda(agenda.toBytes());
        }
    }
}
