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
     * @throws PatternSyntaxException where the value should be an expression and is none
     */
    static Matcher of(String name, Operator operator, String value) {
        return new Matcher(
                name,
                operator,
                value,
                operator.regex ? Optional.of(Pattern.compile(value)) : Optional.empty());
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
