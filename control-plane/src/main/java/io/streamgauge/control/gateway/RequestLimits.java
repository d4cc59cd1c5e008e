package io.streamgauge.control.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.helidon.webserver.http.ServerRequest;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.ratelimit.Demand;
import io.streamgauge.control.ratelimit.DemandSource;
import io.streamgauge.control.ratelimit.Demands;
import io.streamgauge.control.ratelimit.Limit;
import io.streamgauge.control.request.RequestNotes;
import io.streamgauge.control.tenant.Quota;
import io.streamgauge.control.tenant.TenantState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which limits a request counts toward: that of its route class, and that of its tenant's tier. A
 * request outside of any tenant, as an operator's, counts for its principal alone.
 */
public final class RequestLimits implements DemandSource {

    private static final Duration HOUR = Duration.ofHours(1);

    /** A bucket refills a token a nanosecond at most. */
    private static final long MOST_PER_HOUR = HOUR.toNanos();

    private static final int KEPT = 20_000;
    private static final Duration KEPT_FOR = Duration.ofMinutes(10);

    /** Not by access: noting that would cost each request more than what is kept is worth. */
    private final Cache<Key, Demands> demands =
            Caffeine.newBuilder().maximumSize(KEPT).expireAfterWrite(KEPT_FOR).build();

    /** Everything that a request's demands depend on. */
    private record Key(String who, String tier, long tierLimit, RouteClass route) {}

    @Override
    public Demands of(ServerRequest request) {
        Optional<RouteClass> route = RequestNotes.of(request).find(RouteClass.class);
        return route.isEmpty() ? Demands.NONE : of(Caller.of(request), route.get());
    }

    /** What a caller's request to a class of routes counts toward. */
    public Demands of(Caller caller, RouteClass route) {
        Key key =
                caller.state()
                        .map(state -> key(state, route))
                        .orElseGet(
                                () ->
                                        new Key(
                                                "principal/" + caller.principal().subject(),
                                                "",
                                                0,
                                                route));
        return demands.get(key, RequestLimits::demands);
    }

    private static Key key(TenantState state, RouteClass route) {
        long tierLimit =
                route.config().tierLimit() ? state.limit(Quota.REQUESTS_PER_HOUR) : Long.MAX_VALUE;
        return new Key("tenant/" + state.id().value(), state.tier(), tierLimit, route);
    }

    private static Demands demands(Key key) {
        List<Demand> demands = new ArrayList<>();
        String name = key.route().config().name();
        key.route()
                .config()
                .limit()
                .ifPresent(
                        amount ->
                                demands.add(
                                        Demand.one(
                                                name,
                                                key.who() + "/route/" + name,
                                                new Limit(amount, key.route().config().window()))));
        if (key.route().config().tierLimit() && !key.tier().isEmpty()) {
            demands.add(
                    Demand.one(
                            key.tier(),
                            key.who() + "/tier",
                            Limit.perHour(Math.clamp(key.tierLimit(), 1, MOST_PER_HOUR))));
        }
        return Demands.of(demands.toArray(Demand[]::new));
    }
}
