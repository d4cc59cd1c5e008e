package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.Interest;
import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.expression.Constraint;
import io.streamgauge.contracts.expression.EvaluationException;
import io.streamgauge.contracts.expression.Expression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rules of one stream that an event can matter to, at a cost that depends on how many
 * these are and not on how many there are in all.
 *
 * <p>What a rule wants to see is given as alternatives, each a list of conditions that must all
 * hold. Of each alternative one condition that compares a field with constants goes into an index
 * by that field: a hash of values, or a tree of ranges. Of several, the one that is shared with the
 * fewest others is taken. The other conditions are evaluated for what the index finds, each
 * distinct text once for an event, whoever shares it. Alternatives without such a condition are
 * evaluated for each event, in the same way.
 *
 * <p>A rule whose condition fails on an event does not want it, but its owner should hear of the
 * failure. Where the field that a rule is indexed by has no value, every condition on it fails: to
 * say so costs a look at each, so it is done only for the events that the caller chooses.
 *
 * <p>Immutable but for the memory of one event's results, so for one thread. A search allocates
 * nothing for rules that it does not find.
 *
 * @param <T> what is found
 */
final class RuleIndex<T> {

    private static final byte FALSE = 0;
    private static final byte TRUE = 1;
    private static final byte FAILED = 2;

    /** A rule, and what it wants to see. */
    record Entry<T>(T rule, Interest interest) {

        /** What it wants to see, each condition taken apart into those that it consists of. */
        private List<List<Expression>> alternatives() {
            return interest.alternatives().stream()
                    .map(
                            conjunction ->
                                    conjunction.stream()
                                            .flatMap(condition -> condition.conjuncts().stream())
                                            .toList())
                    .toList();
        }
    }

    /** Takes what is found. */
    interface Findings<T> {

        /** A rule wants the event. Once for each rule. */
        void wanted(T rule);

        /** A rule's condition has no value for the event, and no alternative holds. */
        void failed(T rule, String reason);

        /** Whether a rule may be asked. Once for each of its alternatives. */
        boolean mayCost(T rule);

        /**
         * A condition was evaluated for a rule; others that share it have it for nothing.
         *
         * @param cost as {@link Expression#cost()}
         */
        void cost(T rule, long cost);
    }

    /**
     * One alternative of one rule.
     *
     * @param indexed what it is indexed by
     * @param residual slots of its other conditions
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Alternative(int rule, @Nullable Expression indexed, int[] residual) {}

    private final List<T> rules = new ArrayList<>();
    private final Alternative[] alternatives;
    private final Expression[] expressions;
    private final FieldIndex[] fields;
    private final int[] unindexed;

    // One event's memory: what is marked with its number is of it, all else is of earlier ones.
    private final byte[] results;
    private final int[] evaluatedFor;
    private final int[] foundFor;
    private final List<@Nullable String> reasons;
    private final List<Alternative> failures = new ArrayList<>();
    private int event;

    /** An index of what wants to see events. */
    RuleIndex(List<Entry<T>> entries) {
        Map<String, Integer> slots = new HashMap<>();
        List<Expression> distinct = new ArrayList<>();
        List<Alternative> built = new ArrayList<>();
        List<Integer> scanned = new ArrayList<>();
        FieldIndex.Builder builder = new FieldIndex.Builder();
        Map<Object, Integer> sharing = sharing(entries);
        for (Entry<T> entry : entries) {
            int rule = rules.size();
            rules.add(entry.rule());
            for (List<Expression> conjunction : entry.alternatives()) {
                Expression indexed = mostSelective(conjunction, sharing);
                int[] residual =
                        conjunction.stream()
                                .filter(condition -> condition != indexed)
                                .mapToInt(
                                        condition ->
                                                slots.computeIfAbsent(
                                                        condition.canonical(),
                                                        unknown -> {
                                                            distinct.add(condition);
                                                            return distinct.size() - 1;
                                                        }))
                                .toArray();
                if (indexed == null) {
                    scanned.add(built.size());
                } else {
                    builder.add(indexed.constraint().orElseThrow(), built.size());
                }
                built.add(new Alternative(rule, indexed, residual));
            }
        }
        alternatives = built.toArray(Alternative[]::new);
        expressions = distinct.toArray(Expression[]::new);
        fields = builder.build();
        unindexed = FieldIndex.ints(scanned);
        results = new byte[expressions.length];
        evaluatedFor = new int[expressions.length];
        reasons = new ArrayList<>(Collections.nCopies(expressions.length, null));
        foundFor = new int[rules.size()];
    }

    /** How many alternatives share each constraint. */
    private static <T> Map<Object, Integer> sharing(List<Entry<T>> entries) {
        Map<Object, Integer> sharing = new HashMap<>();
        for (Entry<T> entry : entries) {
            for (List<Expression> conjunction : entry.alternatives()) {
                for (Expression condition : conjunction) {
                    condition
                            .constraint()
                            .ifPresent(constraint -> sharing.merge(constraint, 1, Integer::sum));
                }
            }
        }
        return sharing;
    }

    private static @Nullable Expression mostSelective(
            List<Expression> conjunction, Map<Object, Integer> sharing) {
        Expression best = null;
        long least = Long.MAX_VALUE;
        for (Expression condition : conjunction) {
            Constraint constraint = condition.constraint().orElse(null);
            if (constraint == null) {
                continue;
            }
            // Ranges overlap, values do not: any value is taken before any range.
            long weight =
                    sharing.getOrDefault(constraint, 1)
                            + switch (constraint) {
                                case Constraint.Equal equal -> 0L;
                                case Constraint.In in -> in.values().size();
                                case Constraint.Range range -> Integer.MAX_VALUE;
                            };
            if (weight < least) {
                least = weight;
                best = condition;
            }
        }
        return best;
    }

    /**
     * Finds the rules that an event can matter to.
     *
     * @param allFailures whether those are to be found, too, that fail since the event lacks the
     *     field that they are indexed by
     */
    void find(EventRow row, boolean allFailures, Findings<T> findings) {
        nextEvent();
        for (int alternative : unindexed) {
            check(alternative, row, findings);
        }
        for (FieldIndex index : fields) {
            Object value = row.get(index.field());
            if (value != null) {
                index.find(value, alternative -> check(alternative, row, findings));
            }
        }
        if (allFailures) {
            checkFailing(row, findings);
        }
        if (!failures.isEmpty()) {
            report(row, findings);
        }
    }

    private void check(int number, EventRow row, Findings<T> findings) {
        Alternative alternative = alternatives[number];
        if (foundFor[alternative.rule()] == event
                || !findings.mayCost(rules.get(alternative.rule()))) {
            return;
        }
        byte holds = TRUE;
        for (int slot : alternative.residual()) {
            byte result = result(slot, alternative.rule(), row, findings);
            if (result == FALSE) {
                return;
            }
            if (result == FAILED) {
                holds = FAILED;
            }
        }
        if (holds == FAILED) {
            failures.add(alternative);
            return;
        }
        foundFor[alternative.rule()] = event;
        findings.wanted(rules.get(alternative.rule()));
    }

    /**
     * Looks at what is indexed by a field without a value. After all else, and for nothing: when
     * the caller asks for it must make no difference to what the others cost.
     */
    private void checkFailing(EventRow row, Findings<T> findings) {
        for (FieldIndex index : fields) {
            if (row.get(index.field()) == null) {
                for (int number : index.all()) {
                    Alternative alternative = alternatives[number];
                    if (findings.mayCost(rules.get(alternative.rule()))
                            && noneIsFalse(alternative, row)) {
                        failures.add(alternative);
                    }
                }
            }
        }
    }

    private boolean noneIsFalse(Alternative alternative, EventRow row) {
        for (int slot : alternative.residual()) {
            if (evaluatedFor[slot] != event) {
                evaluate(slot, row);
            }
            if (results[slot] == FALSE) {
                return false;
            }
        }
        return true;
    }

    private byte result(int slot, int rule, EventRow row, Findings<T> findings) {
        if (evaluatedFor[slot] != event) {
            findings.cost(rules.get(rule), expressions[slot].cost());
            evaluate(slot, row);
        }
        return results[slot];
    }

    private void evaluate(int slot, EventRow row) {
        evaluatedFor[slot] = event;
        try {
            results[slot] = expressions[slot].test(row) ? TRUE : FALSE;
        } catch (EvaluationException failed) {
            results[slot] = FAILED;
            reasons.set(slot, failed.getMessage());
        }
    }

    private void report(EventRow row, Findings<T> findings) {
        for (Alternative failure : failures) {
            if (foundFor[failure.rule()] != event) {
                foundFor[failure.rule()] = event;
                findings.failed(rules.get(failure.rule()), reason(failure, row));
            }
        }
        failures.clear();
    }

    private String reason(Alternative failure, EventRow row) {
        for (int slot : failure.residual()) {
            String reason = results[slot] == FAILED ? reasons.get(slot) : null;
            if (reason != null) {
                return reason;
            }
        }
        try {
            if (failure.indexed() != null) {
                failure.indexed().test(row);
            }
        } catch (EvaluationException e) {
            return String.valueOf(e.getMessage());
        }
        return "no value";
    }

    private void nextEvent() {
        event++;
        if (event == 0) { // after four thousand million events
            Arrays.fill(evaluatedFor, 0);
            Arrays.fill(foundFor, 0);
            event = 1;
        }
    }
}
