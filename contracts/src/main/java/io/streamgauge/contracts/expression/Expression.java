package io.streamgauge.contracts.expression;

import io.streamgauge.contracts.event.EventRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A compiled condition. Immutable; may be evaluated by several threads at once. Two expressions
 * that were compiled for one schema and have equal {@link #canonical()} text have equal values for
 * equal input.
 *
 * <p>Evaluation is bounded: in the rounds of comprehensions, and in the size of texts and lists
 * that it makes. Regular expressions are RE2's, linear in the text.
 */
public final class Expression {

    /** {@link #cost} of what takes about a microsecond. */
    public static final long COST_UNIT = 100;

    /** Measured, as is what each part costs: a short cut's, and CEL's. */
    private static final long FAST_COST = 1;

    private static final long FAST_PART_COST = 1;
    private static final long CEL_COST = 5;
    private static final long CEL_PART_COST = 2;

    private final String source;
    private final String canonical;
    private final boolean usesSteps;
    private final List<Expression> conjuncts;
    private final Optional<Constraint> constraint;
    private final Optional<FastTest> fast;
    private final CelTest cel;
    private final Cost cost;
    private final long costAlone;

    Expression(
            String source,
            String canonical,
            boolean usesSteps,
            List<Expression> conjuncts,
            Optional<Constraint> constraint,
            Optional<FastTest> fast,
            CelTest cel,
            Cost cost) {
        this.source = source;
        this.canonical = canonical;
        this.usesSteps = usesSteps;
        this.conjuncts = conjuncts.isEmpty() ? List.of(this) : List.copyOf(conjuncts);
        this.constraint = constraint;
        this.fast = fast;
        this.cel = cel;
        this.cost = cost;
        this.costAlone = cost(cost.parts(Map.of()));
    }

    private long cost(long parts) {
        return fast.isPresent()
                ? FAST_COST + FAST_PART_COST * parts
                : CEL_COST + CEL_PART_COST * parts;
    }

    /** The text that was compiled; of a conjunct, its canonical text. */
    public String source() {
        return source;
    }

    /** Normalised text: for comparing, not for compiling. */
    public String canonical() {
        return canonical;
    }

    /** Whether it looks at events of earlier steps. */
    public boolean usesSteps() {
        return usesSteps;
    }

    /**
     * The expressions that are all true where this one is: split at each {@code &&} that is below
     * nothing but {@code &&}. This one alone where there is none.
     */
    public List<Expression> conjuncts() {
        return conjuncts;
    }

    /** What it demands of one field, where that is all that it does. */
    public Optional<Constraint> constraint() {
        return constraint;
    }

    /**
     * Evaluates it for an event, with no events of earlier steps.
     *
     * @throws EvaluationException where it has no value
     */
    public boolean test(EventRow event) throws EvaluationException {
        return test(event, Map.of());
    }

    /**
     * Evaluates it for an event.
     *
     * @param steps events of earlier steps by the step's name; steps without events may be left out
     * @throws EvaluationException where it has no value
     */
    public boolean test(EventRow event, Map<String, List<EventRow>> steps)
            throws EvaluationException {
        return fast.isPresent() ? fast.get().test(event) : cel.test(event, steps);
    }

    /**
     * What {@link #test(EventRow)} costs at most, in {@link #COST_UNIT}s' parts: of the expression
     * alone, the same everywhere and for every event.
     */
    public long cost() {
        return costAlone;
    }

    /** What {@link #test(EventRow, Map)} costs at most, with that many events of earlier steps. */
    public long cost(Map<String, List<EventRow>> steps) {
        return cost.isConstant() ? costAlone : cost(cost.parts(steps));
    }

    /** As {@link #test}, always with CEL's runtime: what the short cut is compared with. */
    boolean testWithCel(EventRow event, Map<String, List<EventRow>> steps)
            throws EvaluationException {
        return cel.test(event, steps);
    }

    /** Whether there is a short cut. */
    boolean isFast() {
        return fast.isPresent();
    }

    @Override
    public String toString() {
        return source;
    }
}
