package io.streamgauge.control.gateway;

import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.ratelimit.Demands;
import io.streamgauge.control.ratelimit.RateLimiter;
import io.streamgauge.control.ratelimit.Verdict;
import java.util.Optional;
import java.util.function.Function;

/**
 * Counts a live connection as a request to its route class. Upgrades do not pass the filters, so
 * the live endpoint asks here.
 */
public final class LiveRateLimit implements Function<Caller, Optional<String>> {

    private static final String PATH = "/api/v1/live";

    private final RateLimiter limiter;
    private final RequestLimits limits;
    private final RouteClass route;

    public LiveRateLimit(RateLimiter limiter, RequestLimits limits, RouteTable routes) {
        this.limiter = limiter;
        this.limits = limits;
        route = routes.find(PATH).orElseThrow();
    }

    /** Why the caller may not connect now; empty where it may. */
    @Override
    public Optional<String> apply(Caller caller) {
        Demands demands = limits.of(caller, route);
        if (demands.list().isEmpty()) {
            return Optional.empty();
        }
        Verdict verdict = limiter.tryConsumeAll(demands.list());
        return verdict.allowed()
                ? Optional.empty()
                : Optional.of(
                        "rate limit %s: exhausted (expected: another try in %d s)"
                                .formatted(verdict.demand().policy(), verdict.refillSeconds()));
    }
}
