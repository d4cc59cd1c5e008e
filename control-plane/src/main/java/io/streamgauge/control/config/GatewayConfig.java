package io.streamgauge.control.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the gateway treats requests.
 *
 * @param routes the classes of routes; every path under {@code /api} is in one of them
 * @param cacheTtl how long a response is given again before it is made anew
 * @param cacheBytes what all kept responses may come to
 */
public record GatewayConfig(List<RouteConfig> routes, Duration cacheTtl, long cacheBytes) {

    /** The root of everything that needs a credential. */
    public static final String API = "/api";

    /** The class whose requests bring data and change nothing that is read by other requests. */
    public static final String INGEST = "ingest";

    private static final Set<String> ANY = Set.of("jwt", "api-key");
    private static final Duration HOUR = Duration.ofHours(1);

    /** As {@code application.yaml} has it. */
    public static final GatewayConfig DEFAULT =
            new GatewayConfig(
                    List.of(
                            new RouteConfig(
                                    INGEST,
                                    List.of("/api/v1/streams/{id}/events"),
                                    ANY,
                                    Set.of(),
                                    Optional.empty(),
                                    HOUR,
                                    false,
                                    false,
                                    true,
                                    Optional.empty()),
                            inProcess(
                                    "real-time",
                                    List.of(
                                            "/api/v1/live",
                                            "/api/v1/streams/{id}/live",
                                            "/api/v1/streams/{id}/aggregates",
                                            "/api/v1/streams/{id}/rejected-events",
                                            "/api/v1/streams/{id}/anomalies",
                                            "/api/v1/alerts/{id}/status",
                                            "/api/v1/alerts:backtest",
                                            "/api/v1/alerts/active",
                                            "/api/v1/alerts/{id}/instances",
                                            "/api/v1/alerts/{id}/shadow/diff",
                                            "/api/v1/alerts/{id}/explain",
                                            "/api/v1/alert-instances",
                                            "/api/v1/silences"),
                                    5_000,
                                    false,
                                    true),
                            inProcess(
                                    "definitions",
                                    List.of("/api/v1/streams", "/api/v1/alerts"),
                                    5_000,
                                    true,
                                    true),
                            inProcess(
                                    "enterprise",
                                    List.of(
                                            "/api/v1/tenants",
                                            "/api/v1/tiers",
                                            "/api/v1/audit",
                                            "/api/v1/api-keys",
                                            "/api/v1/members"),
                                    500,
                                    false,
                                    false),
                            new RouteConfig(
                                    "platform",
                                    List.of("/api/v1/jobs"),
                                    ANY,
                                    Set.of(),
                                    Optional.of(5_000L),
                                    HOUR,
                                    false,
                                    false,
                                    false,
                                    Optional.empty()),
                            inProcess("api", List.of(API), 500, false, true)),
                    Duration.ofMinutes(5),
                    64L << 20);

    /**
     * @throws InvalidConfigException with every problem
     */
    public GatewayConfig {
        routes = routes.stream().sorted(Comparator.comparing(RouteConfig::name)).toList();
        ConfigChecks checks = new ConfigChecks("gateway");
        checks.within("cache-ttl", cacheTtl, Duration.ofSeconds(1), Duration.ofDays(1))
                .within("cache-bytes", cacheBytes, 0, 1L << 40);
        Map<String, String> owners = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (RouteConfig route : routes) {
            checks.check(!names.contains(route.name()), "routes", route.name(), "each name once");
            names.add(route.name());
            for (String path : route.paths()) {
                String other = owners.putIfAbsent(path, route.name());
                checks.check(
                        other == null,
                        "routes",
                        "%s in %s and %s".formatted(path, other, route.name()),
                        "each path in one class");
            }
        }
        checks.check(owners.containsKey(API), "routes", "no class has " + API, "one for the rest");
        checks.done();
    }

    private static RouteConfig inProcess(
            String name, List<String> paths, long limit, boolean cacheable, boolean tenant) {
        return new RouteConfig(
                name,
                paths,
                ANY,
                Set.of(),
                Optional.of(limit),
                HOUR,
                true,
                cacheable,
                tenant,
                Optional.empty());
    }
}
