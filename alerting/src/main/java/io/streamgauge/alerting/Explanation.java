package io.streamgauge.alerting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.alert.Comparison;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;

/** Members and words that explanations of several kinds share. */
final class Explanation {

    private static final MathContext SHOWN = new MathContext(6);

    private Explanation() {}

    static void time(ObjectNode json, String name, long millis) {
        json.put(name, Instant.ofEpochMilli(millis).toString());
    }

    /** What is not fulfilled, in words. */
    static void unmet(ObjectNode json, String words) {
        json.put("unmet", words);
    }

    static void comparison(
            ObjectNode json, String what, double value, Comparison comparison, double level) {
        if (!comparison.holds(value, level)) {
            unmet(
                    json,
                    "%s is %s (expected: %s %s)"
                            .formatted(what, number(value), comparison.wireName(), number(level)));
        }
    }

    static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.toString(value);
        }
        return new BigDecimal(value).round(SHOWN).stripTrailingZeros().toPlainString();
    }
}
