package io.streamgauge.contracts.expression;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A condition on one field with nothing but constants, which an index can use. An expression with a
 * constraint is true for an event exactly where the constraint {@link #admits} the field's value;
 * where the event has none, the expression fails.
 */
public sealed interface Constraint {

    /** Name of the field. */
    String field();

    /** Whether a value of the field, as {@code EventRow.get} gives it, fulfils the condition. */
    boolean admits(@Nullable Object value);

    /**
     * The field is one value.
     *
     * @param value a {@link Double}, {@link String} or {@link Boolean}
     */
    record Equal(String field, Object value) implements Constraint {

        @Override
        public boolean admits(@Nullable Object candidate) {
            return same(value, candidate);
        }
    }

    /**
     * The field is one of several values.
     *
     * @param values as of {@link Equal}; may be empty
     */
    record In(String field, Set<Object> values) implements Constraint {

        public In {
            values = Set.copyOf(values);
        }

        @Override
        public boolean admits(@Nullable Object candidate) {
            return candidate != null && values.contains(positiveZero(candidate));
        }
    }

    /**
     * A number field is between two bounds, either of which may be infinite.
     *
     * @param lowInclusive whether {@code low} itself is admitted
     * @param highInclusive whether {@code high} itself is admitted
     */
    record Range(String field, double low, boolean lowInclusive, double high, boolean highInclusive)
            implements Constraint {

        @Override
        public boolean admits(@Nullable Object candidate) {
            return candidate instanceof Double number
                    && (lowInclusive ? number >= low : number > low)
                    && (highInclusive ? number <= high : number < high);
        }
    }

    private static boolean same(Object value, @Nullable Object candidate) {
        return candidate != null && value.equals(positiveZero(candidate));
    }

    /** 0 and -0 are one number; of the two, constraints hold the positive one. */
    private static Object positiveZero(Object value) {
        return value instanceof Double number && number == 0 ? (Object) 0.0 : value;
    }
}
