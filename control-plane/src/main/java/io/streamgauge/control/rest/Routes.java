package io.streamgauge.control.rest;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRoute;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.streamgauge.control.problem.MethodNotAllowed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every route of the server, as a list. Services register with it as they would with the server
 * itself; knowing all methods of a path, it can then answer the others with 405, and a test can
 * compare it with the API's description.
 */
public final class Routes implements HttpRules {

    /**
     * One route.
     *
     * @param pattern path with its parameters in braces
     */
    public record Route(Method method, String pattern, Handler handler) {}

    private final String prefix;
    private final List<Route> routes;

    public Routes() {
        this("", new ArrayList<>());
    }

    private Routes(String prefix, List<Route> routes) {
        this.prefix = prefix;
        this.routes = routes;
    }

    /** What was registered, in that order. */
    public List<Route> list() {
        return List.copyOf(routes);
    }

    /** Registers all routes with the server, and after them the answer to other methods. */
    public void applyTo(HttpRouting.Builder routing) {
        Map<String, List<String>> methods = new LinkedHashMap<>();
        for (Route route : routes) {
            routing.route(route.method(), route.pattern(), route.handler());
            methods.computeIfAbsent(route.pattern(), pattern -> new ArrayList<>())
                    .add(route.method().text());
        }
        methods.forEach(
                (pattern, allowed) ->
                        routing.any(
                                pattern,
                                (request, response) -> {
                                    throw new MethodNotAllowed(
                                            request.prologue().method().text(), allowed);
                                }));
    }

    @Override
    public HttpRules register(HttpService... services) {
        return register("", services);
    }

    @Override
    public HttpRules register(String pathPattern, HttpService... services) {
        for (HttpService service : services) {
            service.routing(new Routes(path(pathPattern), routes));
        }
        return this;
    }

    @Override
    public HttpRules route(Method method, String pathPattern, Handler handler) {
        routes.add(new Route(method, path(pathPattern), handler));
        return this;
    }

    @Override
    public HttpRules route(Method method, Handler handler) {
        return route(method, "", handler);
    }

    /**
     * @throws UnsupportedOperationException always: the list cannot tell what such a route matches
     */
    @Override
    public HttpRules route(HttpRoute route) {
        throw new UnsupportedOperationException(
                "route: %s (expected: a method and a path pattern)".formatted(route));
    }

    private String path(String pattern) {
        return pattern.isEmpty() || pattern.equals("/") ? prefix : prefix + pattern;
    }
}
