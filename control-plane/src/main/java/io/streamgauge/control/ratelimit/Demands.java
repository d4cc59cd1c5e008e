package io.streamgauge.control.ratelimit;

import io.helidon.http.Header;
import io.helidon.http.HeaderValues;
import io.streamgauge.control.problem.RateLimitFields;
import java.util.ArrayList;
import java.util.List;

/**
 * What one request wants of all limits that apply to it. Made once for each tenant and class of
 * routes and used again and again: the parts of the header fields that do not change are written
 * here.
 */
public final class Demands {

    /** Of a request that is not limited. */
    public static final Demands NONE = new Demands(List.of());

    private final List<Demand> list;
    private final Header policies;

    private Demands(List<Demand> list) {
        this.list = list;
        List<String> texts = new ArrayList<>();
        for (Demand demand : list) {
            requireName(demand.policy());
            texts.add(
                    "\"%s\";q=%d;w=%d"
                            .formatted(
                                    demand.policy(),
                                    demand.limit().amount(),
                                    Math.max(1, demand.limit().window().toSeconds())));
        }
        policies =
                HeaderValues.createCached(RateLimitFields.POLICY_HEADER, String.join(", ", texts));
    }

    /** All of these must be met. */
    public static Demands of(Demand... demands) {
        return new Demands(List.of(demands));
    }

    /** The demands; empty where nothing is limited. */
    public List<Demand> list() {
        return list;
    }

    /** {@code RateLimit-Policy}. */
    Header policies() {
        return policies;
    }

    /**
     * Value of {@code RateLimit}: the tightest limit, what is left of it, and in how many seconds
     * there is more.
     */
    static String limitField(Verdict verdict) {
        return "\""
                + verdict.demand().policy()
                + "\";r="
                + verdict.remaining()
                + ";t="
                + verdict.refillSeconds();
    }

    /** A name that can stand between quotes in a structured field. */
    private static void requireName(String policy) {
        if (!policy.matches("[ !#-\\[\\]-~]+")) {
            throw new IllegalArgumentException(
                    "policy: %s (expected: printable ASCII without quotes and backslashes)"
                            .formatted(policy));
        }
    }
}
