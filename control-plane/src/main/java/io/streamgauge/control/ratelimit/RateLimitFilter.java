package io.streamgauge.control.ratelimit;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.streamgauge.contracts.Durations;
import io.streamgauge.control.problem.RateLimitFields;
import io.streamgauge.control.problem.RateLimited;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lets a request through where all its limits allow it, and tells the client what is left, also
 * where the request is refused or fails later. Behind authentication, whose result decides which
 * limits apply; before the cache, so that cached responses count as well.
 */
public final class RateLimitFilter implements Filter {

    private final RateLimiter limiter;
    private final DemandSource demands;
    private final LongAdder refused = new LongAdder();

    public RateLimitFilter(RateLimiter limiter, DemandSource demands) {
        this.limiter = limiter;
        this.demands = demands;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        Demands wanted = demands.of(request);
        if (!wanted.list().isEmpty()) {
            Verdict verdict = limiter.tryConsumeAll(wanted.list());
            new RateLimitFields(wanted.policies(), Demands.limitField(verdict))
                    .keepFor(request, response);
            if (!verdict.allowed()) {
                refused.increment();
                throw refusal(verdict);
            }
        }
        chain.proceed();
    }

    /** How many requests were refused. */
    public long refused() {
        return refused.sum();
    }

    /** What a client is told whose demand was not met. */
    public static RateLimited refusal(Verdict verdict) {
        Demand demand = verdict.demand();
        return new RateLimited(
                "%s: exhausted (expected: at most %d in %s, refilled evenly)"
                        .formatted(
                                demand.policy(),
                                demand.limit().amount(),
                                Durations.format(demand.limit().window())),
                List.of(demand.policy()),
                Duration.ofSeconds(verdict.refillSeconds()),
                Map.of());
    }
}
