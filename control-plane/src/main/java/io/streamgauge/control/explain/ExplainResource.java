package io.streamgauge.control.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.ExplainRequest;
import io.streamgauge.control.alertlookup.AlertLookup;
import io.streamgauge.control.alertlookup.KnownAlert;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.problem.Conflict;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.QueryParameters;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The present state of an alert for one key by REST, as the job that judges it sees it. The alert
 * is looked up among the caller's own before the job is asked, and the job's answer has to name the
 * same tenant.
 */
public final class ExplainResource implements HttpService {

    /** Where an alert is asked about. */
    public static final String PATH = "/api/v1/alerts/{id}/explain";

    private final QuestionClient questions;
    private final AlertLookup alerts;
    private final Supplier<UUID> ids;
    private final Clock clock;

    public ExplainResource(
            QuestionClient questions, AlertLookup alerts, Supplier<UUID> ids, Clock clock) {
        this.questions = questions;
        this.alerts = alerts;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::explain);
    }

    private void explain(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.ALERTS_READ).tenant();
        KnownAlert alert = alerts.get(tenant, request.path().pathParameters().get("id"));
        AlertSpec spec =
                alerts.spec(alert, alert.activeVersion())
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "alert %s has no version %d"
                                                        .formatted(
                                                                alert.id(),
                                                                alert.activeVersion())));
        QueryParameters parameters = new QueryParameters(request.query(), KeyParameter.NAME);
        String key = KeyParameter.read(parameters, spec.groupBy());
        parameters.check();
        if (alert.paused()) {
            throw new Conflict(
                    ErrorCode.PAUSED,
                    "alert: %s is paused (expected: one that is judged)".formatted(alert.name()));
        }
        ObjectNode answer = questions.ask(new ExplainRequest(ids.get(), tenant, alert.id(), key));
        answer.remove("id");
        answer.set("key", tree(key)); // the job has it as a text, and the clock as a number
        if (answer.path("clock").isIntegralNumber()) {
            Instant at = Instant.ofEpochMilli(answer.path("clock").longValue());
            answer.put("clock", at.toString());
            Duration behind = Duration.between(at, clock.instant());
            answer.put("behindMillis", behind.isNegative() ? 0 : behind.toMillis());
        }
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        JsonResponse.send(response, answer);
    }

    private static JsonNode tree(String key) {
        try {
            return Json.mapper().readTree(key);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a key that was written could not be read", e);
        }
    }
}
