package io.streamgauge.control.silence;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * What one label has to be, as in Alertmanager: a label that is not there is the empty text, and an
 * expression has to match the whole of it. Expressions are RE2's, which take time in proportion to
 * the text, whatever a tenant writes.
 *
 * @param pattern of the value; empty where it is compared as it stands
 */
record Matcher(String name, Operator operator, String value, Optional<Pattern> pattern) {

    /** How a label is compared. */
    enum Operator {
        EQUAL("=", false, true),
        NOT_EQUAL("!=", false, false),
        REGEX("=~", true, true),
        NOT_REGEX("!~", true, false);

        private final String wireName;
        private final boolean regex;
        private final boolean positive;

        Operator(String wireName, boolean regex, boolean positive) {
            this.wireName = wireName;
            this.regex = regex;
            this.positive = positive;
        }

        /** Name on the wire. */
        String wireName() {
            return wireName;
        }

        /** Empty where there is no such operator. */
        static Optional<Operator> ofWireName(String name) {
            return Arrays.stream(values()).filter(it -> it.wireName.equals(name)).findFirst();
        }
    }

    /**
     * RE2 repeats what is repeated a number of times that often in its program: what that may come
     * to, in characters. Nested repetitions of a few characters would else take all memory.
     */
    private static final int MAX_EXPANDED_CHARACTERS = 2_000;

    private static final java.util.regex.Pattern REPETITION =
            java.util.regex.Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?\\}");

    /**
     * @throws PatternSyntaxException where the value should be an expression and is none, or one
     *     that repeats too much
     */
    static Matcher of(String name, Operator operator, String value) {
        if (operator.regex && expanded(value) > MAX_EXPANDED_CHARACTERS) {
            throw new PatternSyntaxException(
                    "repeats too much (expected: less than %d characters with all repetitions written out)"
                            .formatted(MAX_EXPANDED_CHARACTERS),
                    value);
        }
        return new Matcher(
                name,
                operator,
                value,
                operator.regex ? Optional.of(Pattern.compile(value)) : Optional.empty());
    }

    /** An upper bound: takes all repetitions for nested. */
    private static double expanded(String expression) {
        double length = expression.length();
        java.util.regex.Matcher repetitions = REPETITION.matcher(expression);
        while (repetitions.find()) {
            String most = repetitions.group(2);
            String times = most == null || most.isEmpty() ? repetitions.group(1) : most;
            length *= Math.max(1, Long.parseLong(times));
        }
        return length;
    }

    boolean matches(Map<String, String> labels) {
        String label = labels.getOrDefault(name, "");
        boolean same = pattern.map(it -> it.matches(label)).orElseGet(() -> value.equals(label));
        return same == operator.positive;
    }

    /** Whether it matches where the label is not there. */
    boolean matchesNothing() {
        return matches(Map.of());
    }
}
