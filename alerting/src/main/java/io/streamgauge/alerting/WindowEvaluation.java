package io.streamgauge.alerting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.alert.Statistic;
import java.util.OptionalDouble;

/**
 * A threshold on a sliding window, or on its change. A window is looked at once, when events for it
 * have had the stream's out-of-orderness to arrive; those that come still later count for the
 * windows that were not yet looked at. Panes are cells of the store.
 *
 * <p>Where nothing is in the window any more, and so nothing changes, it is not looked at until
 * something does.
 */
final class WindowEvaluation extends Evaluation {

    private static final long NONE = Long.MIN_VALUE;

    private final WindowCondition condition;
    private Lifecycle lifecycle = new Lifecycle();

    /** First and last pane that the key was heard in; of the first, since it is known. */
    private long knownSince = NONE;

    private long lastPane = NONE;

    /** No pane before is stored. */
    private long lowestPane = NONE;

    private long nextInstant = NONE;
    private long decided = NONE;
    private long late;
    private boolean forgotten;

    WindowEvaluation(WindowCondition condition) {
        this.condition = condition;
    }

    @Override
    void onEvent(JudgedEvent event, Judgement judgement) {
        double value = 0;
        if (condition.window().measure().isPresent()) {
            value = event.row().measure(condition.window().measure().get());
            if (Double.isNaN(value)) {
                return;
            }
        }
        long pane = condition.pane(event.timestamp());
        long undecided =
                Math.ceilDiv(
                        event.arrival() - judgement.rule().outOfOrderness(), condition.every());
        long first =
                Math.max(pane + 1, Math.max(undecided, decided == NONE ? undecided : decided + 1));
        if (first > pane + 1) {
            late++;
        }
        boolean inWindow = first <= pane + condition.panes();
        // What is too old for any window still counts for those that are compared with it.
        if (!inWindow && (isIdle() || first > pane + condition.reach())) {
            return;
        }
        add(pane, value, judgement);
        if (inWindow && (nextInstant == NONE || first < nextInstant)) {
            nextInstant = first;
        }
    }

    private void add(long index, double value, Judgement judgement) {
        Pane pane =
                judgement
                        .store()
                        .cell(judgement.ruleKey(), index)
                        .map(bytes -> Pane.fromBytes(condition.statistic(), bytes))
                        .orElseGet(() -> Pane.of(condition.statistic()));
        pane.add(value);
        judgement.store().putCell(judgement.ruleKey(), index, pane.toBytes());
        if (knownSince == NONE || index < knownSince) {
            knownSince = index;
        }
        if (lowestPane == NONE || index < lowestPane) {
            lowestPane = index;
        }
        lastPane = lastPane == NONE ? index : Math.max(lastPane, index);
    }

    @Override
    void onDue(Judgement judgement) {
        while (!forgotten && nextInstant != NONE && nextDue(judgement) <= judgement.clock()) {
            evaluate(nextInstant, judgement);
        }
    }

    @Override
    void resume(long from, Judgement judgement) {
        lifecycle.resume(from, judgement.clock());
        // Windows that reach back before have a hole: as if the key was not known then.
        knownSince = Math.max(knownSince, Math.ceilDiv(judgement.clock(), condition.every()));
        if (nextInstant != NONE) {
            nextInstant =
                    Math.max(
                            nextInstant,
                            Math.ceilDiv(
                                    judgement.clock() - judgement.rule().outOfOrderness(),
                                    condition.every()));
        }
    }

    @Override
    long nextDue(Judgement judgement) {
        return nextInstant == NONE
                ? KeyJudge.NEVER
                : nextInstant * condition.every() + judgement.rule().outOfOrderness();
    }

    private void evaluate(long instant, Judgement judgement) {
        decided = instant;
        Reading reading = read(instant, judgement);
        if (counts() && instant > lastPane + condition.known()) {
            lifecycle.endUnread(EndReason.KEY_FORGOTTEN, reading, judgement);
            forgotten = true;
            return;
        }
        OptionalDouble compared = compared(instant, reading);
        lifecycle.judge(
                reading,
                compared.isPresent()
                        && condition.holds(compared.getAsDouble(), lifecycle.isFiring()),
                judgement);
        forget(instant, judgement);
        schedule(instant, judgement);
    }

    private Reading read(long instant, Judgement judgement) {
        OptionalDouble value = value(instant, judgement);
        OptionalDouble before =
                condition.isChange() && instant - condition.reach() >= knownSince
                        ? value(instant - condition.offset(), judgement)
                        : OptionalDouble.empty();
        long time = instant * condition.every();
        return Reading.at(time, late)
                .withValues(value, before)
                .withWindow(time - condition.panes() * condition.every(), time);
    }

    private OptionalDouble value(long instant, Judgement judgement) {
        Pane sum = Pane.of(condition.statistic());
        long from = instant - condition.panes();
        if (from <= lastPane) {
            judgement
                    .store()
                    .cells(
                            judgement.ruleKey(),
                            Math.max(from, lowestPane),
                            Math.min(instant, lastPane + 1),
                            (at, bytes) -> {
                                judgement.work().add(Work.PANE);
                                sum.merge(Pane.fromBytes(condition.statistic(), bytes));
                            });
        }
        return sum.value();
    }

    private OptionalDouble compared(long instant, Reading reading) {
        if (reading.value().isEmpty()) {
            return OptionalDouble.empty();
        }
        double value = reading.value().getAsDouble();
        if (condition.isChange()) {
            return reading.reference().isPresent()
                    ? condition.change(value, reading.reference().getAsDouble())
                    : OptionalDouble.empty();
        }
        boolean whole = instant - condition.panes() >= knownSince;
        return whole || !condition.needsWholeWindow()
                ? OptionalDouble.of(value)
                : OptionalDouble.empty();
    }

    /** Removes the panes that no later window needs. */
    private void forget(long instant, Judgement judgement) {
        long end = instant - condition.reach() + 1;
        if (lowestPane < end) {
            judgement
                    .store()
                    .removeCells(judgement.ruleKey(), lowestPane, Math.min(end, lastPane + 1));
            lowestPane = end;
        }
    }

    private void schedule(long instant, Judgement judgement) {
        // One more than has events: the first empty window must be looked at as well.
        if (instant - condition.panes() <= lastPane) {
            nextInstant = instant + 1;
            return;
        }
        long needless = lastPane + condition.reach();
        if (!counts() && lifecycle.isClear() && instant >= needless) {
            forgotten = true;
            return;
        }
        long next = counts() ? lastPane + condition.known() + 1 : needless;
        long timer = lifecycle.nextTimer(judgement);
        if (timer != KeyJudge.NEVER) {
            long tick = Math.ceilDiv(timer, condition.every());
            next = next > instant ? Math.min(next, tick) : tick;
        }
        nextInstant = Math.max(next, instant + 1);
    }

    private boolean counts() {
        return condition.statistic() == Statistic.COUNT;
    }

    @Override
    boolean isOpen() {
        return lifecycle.isOpen();
    }

    @Override
    boolean isIdle() {
        return forgotten || knownSince == NONE;
    }

    @Override
    void end(EndReason reason, Judgement judgement) {
        lifecycle.endUnread(reason, Reading.at(judgement.clock(), late), judgement);
    }

    @Override
    void write(StateWriter out) {
        out.number(knownSince).number(lastPane - knownSince).number(lowestPane - knownSince);
        out.number(nextInstant - knownSince);
        out.number(decided == NONE ? 0 : withoutZero(decided - knownSince));
        out.number(late);
        lifecycle.write(out);
    }

    /** Zero stands for none; a window can have been decided before the key was known, or since. */
    private static long withoutZero(long number) {
        return number >= 0 ? number + 1 : number;
    }

    static WindowEvaluation read(WindowCondition condition, StateReader in) {
        WindowEvaluation evaluation = new WindowEvaluation(condition);
        long known = in.number();
        evaluation.knownSince = known;
        evaluation.lastPane = known + in.number();
        evaluation.lowestPane = known + in.number();
        evaluation.nextInstant = known + in.number();
        long decided = in.number();
        evaluation.decided = decided == 0 ? NONE : known + (decided > 0 ? decided - 1 : decided);
        evaluation.late = in.number();
        evaluation.lifecycle = Lifecycle.read(in);
        return evaluation;
    }

    @Override
    void explain(ObjectNode json, Judgement judgement) {
        lifecycle.explain(json, judgement);
        if (isIdle()) {
            return;
        }
        long instant = decided == NONE ? nextInstant : decided;
        Reading reading = read(instant, judgement);
        reading.value().ifPresent(value -> json.put("value", value));
        reading.reference().ifPresent(value -> json.put("reference", value));
        reading.window()
                .ifPresent(
                        window -> {
                            Explanation.time(json, "windowStart", window.from());
                            Explanation.time(json, "windowEnd", window.to());
                        });
        json.put("decided", decided != NONE);
        Explanation.time(json, "lastEventBefore", (lastPane + 1) * condition.every());
        json.put("lateEvents", late);
        unmet(json, instant, reading);
    }

    private void unmet(ObjectNode json, long instant, Reading reading) {
        Condition.Window window = condition.window();
        String what =
                window.measure()
                        .map(measure -> window.statistic().wireName() + " of " + measure)
                        .orElse("number of events");
        OptionalDouble compared = compared(instant, reading);
        if (compared.isPresent()) {
            Explanation.comparison(
                    json,
                    condition.isChange() ? "change of " + what : what,
                    compared.getAsDouble(),
                    condition.comparison(),
                    condition.level(lifecycle.isFiring()));
        } else if (reading.value().isEmpty()) {
            Explanation.unmet(json, "no event in the window (expected: one)");
        } else if (condition.isChange() && reading.reference().isEmpty()) {
            Explanation.unmet(json, "nothing is known of the window before (expected: a value)");
        } else if (condition.isChange()) {
            Explanation.unmet(json, what + " was 0 before (expected: a value to compare with)");
        } else {
            Explanation.unmet(
                    json, "the window began before the key was known (expected: a whole window)");
        }
    }
}
