package io.streamgauge.control.health;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.rest.JsonResponse;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /health}: this process lives; restart it where it does not answer. {@code /ready}: it can
 * serve; send it no requests where it says no.
 */
public final class HealthResource implements HttpService {

    private final Readiness readiness;

    public HealthResource(Readiness readiness) {
        this.readiness = readiness;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/health", HealthResource::health).get("/ready", this::ready);
    }

    private static void health(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        JsonResponse.send(response, Json.mapper().createObjectNode().put("status", "up"));
    }

    private void ready(ServerRequest request, ServerResponse response) {
        Map<String, Optional<String>> problems = readiness.problems();
        boolean ready = problems.values().stream().allMatch(Optional::isEmpty);
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("status", ready ? "ready" : "not-ready");
        ObjectNode checks = json.putObject("checks");
        problems.forEach(
                (name, problem) -> {
                    ObjectNode check = checks.putObject(name);
                    check.put("status", problem.isEmpty() ? "up" : "down");
                    problem.ifPresent(text -> check.put("detail", text));
                });
        response.status(ready ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        JsonResponse.send(response, json);
    }
}
