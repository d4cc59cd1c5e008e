package io.streamgauge.control;

import io.streamgauge.control.auth.Scope;
import java.util.List;
import java.util.Optional;

/** Every route of the API: who may use it, and what makes it succeed. */
final class IsolationRoutes {

    /** Who may use a route. */
    sealed interface Access {

        /** Everyone who reaches the port. */
        record Open() implements Access {}

        /** Whoever has a credential; the tenant does not matter. */
        record Authenticated() implements Access {}

        /** Those who have a scope in the tenant. */
        record Scoped(Scope scope) implements Access {}

        /** Operators of the platform. */
        record Operator() implements Access {}
    }

    /**
     * One route.
     *
     * @param id which of a scenario's ids the path has
     * @param body of a request that succeeds; empty for none
     * @param query of a request that succeeds; empty for none
     */
    record Route(
            String method,
            String pattern,
            Access access,
            Optional<Scenario.Kind> id,
            Optional<String> body,
            String query) {

        /**
         * @param ids what the placeholders are, with slashes between them; the last for all others
         */
        String path(String ids) {
            String path = pattern.replace("{n}", "1");
            String last = "";
            for (String id : ids.split("/", -1)) {
                path = path.replaceFirst("\\{[^}]+}", id);
                last = id;
            }
            return path.replaceAll("\\{[^}]+}", last) + (query.isEmpty() ? "" : "?" + query);
        }

        /** The scope that is needed; empty where it is none. */
        Optional<Scope> scope() {
            return access instanceof Access.Scoped scoped
                    ? Optional.of(scoped.scope())
                    : Optional.empty();
        }

        /** Whether ids of other tenants are to be hidden here. */
        boolean hidesForeignIds() {
            return id.isPresent() && !(access instanceof Access.Operator);
        }

        /** Whether a request that names no tenant, and could be of several, is refused. */
        boolean needsATenant() {
            return access instanceof Access.Scoped
                    && id.filter(Scenario.Kind.TENANT::equals).isEmpty();
        }

        @Override
        public String toString() {
            return method + " " + pattern;
        }
    }

    private static final String STREAM =
            """
            {"name": "another", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
            """;

    private static final String EXCLUSION =
            "/api/v1/streams/{id}/detection/exclusions/{exclusionId}";

    private static final List<Route> ALL =
            List.of(
                            open("/health"),
                            open("/ready"),
                            open("/openapi.yaml"),
                            open("/asyncapi.yaml"),
                            open("/sign-in.json"),
                            route("GET", "/api/v1/streams", Scope.STREAMS_READ),
                            route("POST", "/api/v1/streams", Scope.STREAMS_WRITE).with(STREAM),
                            route("GET", "/api/v1/streams/{id}", Scope.STREAMS_READ)
                                    .of(Scenario.Kind.STREAM),
                            route("PUT", "/api/v1/streams/{id}", Scope.STREAMS_WRITE)
                                    .of(Scenario.Kind.STREAM)
                                    .with(Scenario.STREAM),
                            route("DELETE", "/api/v1/streams/{id}", Scope.STREAMS_WRITE)
                                    .of(Scenario.Kind.FREE_STREAM),
                            route("POST", "/api/v1/streams/{id}/events", Scope.EVENTS_WRITE)
                                    .of(Scenario.Kind.STREAM)
                                    .with("[{\"v\": 1}]"),
                            route("GET", "/api/v1/streams/{id}/live", Scope.STREAMS_READ)
                                    .of(Scenario.Kind.STREAM)
                                    .asking("until=synced"),
                            route("GET", "/api/v1/streams/{id}/aggregates", Scope.STREAMS_READ)
                                    .of(Scenario.Kind.STREAM),
                            route("GET", "/api/v1/streams/{id}/rejected-events", Scope.STREAMS_READ)
                                    .of(Scenario.Kind.STREAM),
                            route("GET", "/api/v1/streams/{id}/anomalies", Scope.STREAMS_READ)
                                    .of(Scenario.Kind.STREAM),
                            route(
                                            "GET",
                                            "/api/v1/streams/{id}/anomalies/incidents",
                                            Scope.STREAMS_READ)
                                    .of(Scenario.Kind.STREAM),
                            route(
                                            "GET",
                                            "/api/v1/streams/{id}/anomalies/incidents/{anomalyId}",
                                            Scope.STREAMS_READ)
                                    .of(Scenario.Kind.ANOMALY),
                            route(
                                            "GET",
                                            "/api/v1/streams/{id}/anomalies/feedback",
                                            Scope.STREAMS_READ)
                                    .of(Scenario.Kind.STREAM),
                            route(
                                            "POST",
                                            "/api/v1/streams/{id}/anomalies/{anomalyId}/feedback",
                                            Scope.STREAMS_WRITE)
                                    .of(Scenario.Kind.ANOMALY)
                                    .with("{\"verdict\": false}"),
                            route(
                                            "DELETE",
                                            "/api/v1/streams/{id}/anomalies/{anomalyId}/feedback",
                                            Scope.STREAMS_WRITE)
                                    .of(Scenario.Kind.ANOMALY),
                            route("GET", "/api/v1/streams/{id}/detection", Scope.STREAMS_READ)
                                    .of(Scenario.Kind.STREAM),
                            route("PUT", "/api/v1/streams/{id}/detection", Scope.STREAMS_WRITE)
                                    .of(Scenario.Kind.STREAM)
                                    .with("{\"sensitivity\": \"low\"}"),
                            route(
                                            "GET",
                                            "/api/v1/streams/{id}/detection/exclusions",
                                            Scope.STREAMS_READ)
                                    .of(Scenario.Kind.STREAM),
                            route(
                                            "POST",
                                            "/api/v1/streams/{id}/detection/exclusions",
                                            Scope.STREAMS_WRITE)
                                    .of(Scenario.Kind.STREAM)
                                    .with(Scenario.EXCLUSION),
                            route("GET", EXCLUSION, Scope.STREAMS_READ).of(Scenario.Kind.EXCLUSION),
                            route("PUT", EXCLUSION, Scope.STREAMS_WRITE)
                                    .of(Scenario.Kind.EXCLUSION)
                                    .with(Scenario.EXCLUSION),
                            route("DELETE", EXCLUSION, Scope.STREAMS_WRITE)
                                    .of(Scenario.Kind.EXCLUSION),
                            route("GET", "/api/v1/models", Scope.STREAMS_READ),
                            route("POST", "/api/v1/models:train", Scope.STREAMS_WRITE)
                                    .with("{\"stream\": \"metrics\"}"),
                            route("GET", "/api/v1/models/{id}", Scope.STREAMS_READ)
                                    .of(Scenario.Kind.MODEL),
                            route("POST", "/api/v1/models/{id}/activate", Scope.STREAMS_WRITE)
                                    .of(Scenario.Kind.MODEL),
                            route("POST", "/api/v1/models/{id}/deactivate", Scope.STREAMS_WRITE)
                                    .of(Scenario.Kind.MODEL),
                            route("POST", "/api/v1/models/{id}/rollback", Scope.STREAMS_WRITE)
                                    .of(Scenario.Kind.MODEL),
                            route("GET", "/api/v1/trainings", Scope.STREAMS_READ),
                            route("GET", "/api/v1/trainings/{id}", Scope.STREAMS_READ)
                                    .of(Scenario.Kind.TRAINING),
                            route("GET", "/api/v1/alerts", Scope.ALERTS_READ),
                            route("POST", "/api/v1/alerts", Scope.ALERTS_WRITE)
                                    .with(Scenario.alert("another", 3)),
                            route("GET", "/api/v1/alerts/{id}", Scope.ALERTS_READ)
                                    .of(Scenario.Kind.ALERT),
                            route("PUT", "/api/v1/alerts/{id}", Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.ALERT)
                                    .with(Scenario.alert("too-high", 4)),
                            route("DELETE", "/api/v1/alerts/{id}", Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.ALERT),
                            route("GET", "/api/v1/alerts/{id}/status", Scope.ALERTS_READ)
                                    .of(Scenario.Kind.ALERT),
                            route("POST", "/api/v1/alerts/{id}/pause", Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.ALERT),
                            route("POST", "/api/v1/alerts/{id}/resume", Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.ALERT),
                            route("GET", "/api/v1/alerts/{id}/versions", Scope.ALERTS_READ)
                                    .of(Scenario.Kind.ALERT),
                            route("GET", "/api/v1/alerts/{id}/versions/{n}", Scope.ALERTS_READ)
                                    .of(Scenario.Kind.ALERT),
                            route("GET", "/api/v1/alerts/{id}/versions/{n}/diff", Scope.ALERTS_READ)
                                    .of(Scenario.Kind.ALERT)
                                    .asking("against=2"),
                            route(
                                            "POST",
                                            "/api/v1/alerts/{id}/versions/{n}/restore",
                                            Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.ALERT),
                            route("PUT", "/api/v1/alerts/{id}/shadow", Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.ALERT)
                                    .with(Scenario.alert("too-high", 5)),
                            route("DELETE", "/api/v1/alerts/{id}/shadow", Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.ALERT),
                            route("POST", "/api/v1/alerts/{id}/shadow/promote", Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.ALERT),
                            route("POST", "/api/v1/alerts:backtest", Scope.ALERTS_WRITE)
                                    .with(
                                            "{\"alert\": %s, \"events\": [{\"v\": 1}]}"
                                                    .formatted(Scenario.ALERT)),
                            route("GET", "/api/v1/alerts/active", Scope.ALERTS_READ),
                            route("GET", "/api/v1/alerts/{id}/instances", Scope.ALERTS_READ)
                                    .of(Scenario.Kind.ALERT),
                            route("GET", "/api/v1/alerts/{id}/shadow/diff", Scope.ALERTS_READ)
                                    .of(Scenario.Kind.ALERT),
                            route("GET", "/api/v1/alerts/{id}/explain", Scope.ALERTS_READ)
                                    .of(Scenario.Kind.ALERT),
                            route("GET", "/api/v1/alert-instances/{id}", Scope.ALERTS_READ)
                                    .of(Scenario.Kind.INSTANCE),
                            route("POST", "/api/v1/alert-instances/{id}/ack", Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.INSTANCE)
                                    .with("{\"note\": \"seen\"}"),
                            route("DELETE", "/api/v1/alert-instances/{id}/ack", Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.INSTANCE),
                            route("GET", "/api/v1/silences", Scope.ALERTS_READ),
                            route("POST", "/api/v1/silences", Scope.ALERTS_WRITE)
                                    .with(Scenario.SILENCE),
                            route("GET", "/api/v1/silences/{id}", Scope.ALERTS_READ)
                                    .of(Scenario.Kind.SILENCE),
                            route("PUT", "/api/v1/silences/{id}", Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.SILENCE)
                                    .with(Scenario.SILENCE),
                            route("DELETE", "/api/v1/silences/{id}", Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.SILENCE),
                            route("POST", "/api/v1/silences/{id}/expire", Scope.ALERTS_WRITE)
                                    .of(Scenario.Kind.SILENCE),
                            route("GET", "/api/v1/api-keys", Scope.TENANT_ADMIN),
                            route("POST", "/api/v1/api-keys", Scope.TENANT_ADMIN)
                                    .with(
                                            "{\"name\": \"another\", \"scopes\":"
                                                    + " [\"streams:read\"]}"),
                            route("GET", "/api/v1/api-keys/{id}", Scope.TENANT_ADMIN)
                                    .of(Scenario.Kind.KEY),
                            route("PUT", "/api/v1/api-keys/{id}", Scope.TENANT_ADMIN)
                                    .of(Scenario.Kind.KEY)
                                    .with(
                                            "{\"name\": \"renamed\", \"scopes\":"
                                                    + " [\"streams:read\"]}"),
                            route("DELETE", "/api/v1/api-keys/{id}", Scope.TENANT_ADMIN)
                                    .of(Scenario.Kind.KEY),
                            route("GET", "/api/v1/members", Scope.TENANT_ADMIN),
                            route("POST", "/api/v1/members", Scope.TENANT_ADMIN)
                                    .with("{\"subject\": \"another\", \"role\": \"viewer\"}"),
                            route("GET", "/api/v1/members/{userId}", Scope.TENANT_ADMIN)
                                    .of(Scenario.Kind.MEMBER),
                            route("PUT", "/api/v1/members/{userId}", Scope.TENANT_ADMIN)
                                    .of(Scenario.Kind.MEMBER)
                                    .with("{\"role\": \"editor\"}"),
                            route("DELETE", "/api/v1/members/{userId}", Scope.TENANT_ADMIN)
                                    .of(Scenario.Kind.MEMBER),
                            route("GET", "/api/v1/audit", Scope.TENANT_ADMIN),
                            operator("GET", "/api/v1/jobs"),
                            new Draft("GET", "/api/v1/tiers", new Access.Authenticated()),
                            new Draft("GET", "/api/v1/tenants", new Access.Authenticated()),
                            operator("POST", "/api/v1/tenants")
                                    .with(
                                            "{\"id\": \"%s\", \"name\": \"New\"}"
                                                    .formatted(Scenario.NEW_TENANT)),
                            route("GET", "/api/v1/tenants/{id}", Scope.TENANT_READ)
                                    .of(Scenario.Kind.TENANT),
                            operator("PUT", "/api/v1/tenants/{id}")
                                    .of(Scenario.Kind.TENANT)
                                    .with(
                                            "{\"name\": \"Renamed\", \"tier\": \"gold\","
                                                    + " \"active\": true}"),
                            operator("DELETE", "/api/v1/tenants/{id}").of(Scenario.Kind.TENANT),
                            route("GET", "/api/v1/tenants/{id}/usage", Scope.TENANT_READ)
                                    .of(Scenario.Kind.TENANT),
                            operator("GET", "/api/v1/tenants/{id}/deletion")
                                    .of(Scenario.Kind.DELETED_TENANT))
                    .stream()
                    .map(Draft::route)
                    .toList();

    private IsolationRoutes() {}

    static List<Route> all() {
        return ALL;
    }

    private static Draft open(String path) {
        return new Draft("GET", path, new Access.Open());
    }

    private static Draft route(String method, String path, Scope scope) {
        return new Draft(method, path, new Access.Scoped(scope));
    }

    private static Draft operator(String method, String path) {
        return new Draft(method, path, new Access.Operator());
    }

    /** A route in the making. */
    private record Draft(Route route) {

        Draft(String method, String pattern, Access access) {
            this(new Route(method, pattern, access, Optional.empty(), Optional.empty(), ""));
        }

        Draft of(Scenario.Kind id) {
            return new Draft(
                    new Route(
                            route.method(),
                            route.pattern(),
                            route.access(),
                            Optional.of(id),
                            route.body(),
                            route.query()));
        }

        Draft with(String body) {
            return new Draft(
                    new Route(
                            route.method(),
                            route.pattern(),
                            route.access(),
                            route.id(),
                            Optional.of(body),
                            route.query()));
        }

        Draft asking(String query) {
            return new Draft(
                    new Route(
                            route.method(),
                            route.pattern(),
                            route.access(),
                            route.id(),
                            route.body(),
                            query));
        }
    }
}
