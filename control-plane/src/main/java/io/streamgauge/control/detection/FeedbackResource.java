package io.streamgauge.control.detection;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.detection.FeedbackRepository.Position;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.JsonBody;
import io.streamgauge.control.rest.JsonProperties;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.PathId;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.TimeRange;
import io.streamgauge.control.stream.StreamCatalog;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What people say of a stream's anomalies, by REST. */
public final class FeedbackResource implements HttpService {

    /** Where a stream's anomalies are. */
    public static final String PATH = "/api/v1/streams/{id}/anomalies";

    private static final int MAX_BODY_BYTES = 16 * 1024;
    private static final int MAX_NOTE_CHARACTERS = 1_000;
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    private final FeedbackService service;
    private final StreamCatalog catalog;

    public FeedbackResource(FeedbackService service, StreamCatalog catalog) {
        this.service = service;
        this.catalog = catalog;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/feedback", this::list)
                .post("/{anomalyId}/feedback", this::say)
                .delete("/{anomalyId}/feedback", this::takeBack);
    }

    private void list(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_READ).tenant();
        StreamDefinition stream = catalog.get(tenant, id(request));
        QueryParameters query =
                new QueryParameters(request.query(), "verdict", "limit", Page.CURSOR);
        Optional<Boolean> verdict =
                query.parsed("verdict", "true or false", FeedbackResource::truth);
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        Optional<String> cursor = query.one(Page.CURSOR);
        query.check();
        List<String> binding =
                List.of(
                        tenant.value(),
                        "feedback",
                        stream.id().toString(),
                        verdict.map(String::valueOf).orElse(""));
        Optional<Position> after = cursor.map(text -> position(Cursor.decode(text, binding, 2)));
        Page.of(
                        service.list(tenant, stream.id(), verdict, after, limit + 1),
                        limit,
                        last ->
                                Cursor.encode(
                                        binding,
                                        List.of(
                                                last.saidAt().toString(),
                                                last.anomaly().toString())))
                .send(request, response, (it, json) -> json.writeRawValue(it.toJson().toString()));
    }

    private void say(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_WRITE).tenant();
        UUID anomaly = anomalyId(request);
        JsonProperties properties =
                new JsonProperties(
                        JsonBody.read(request, MAX_BODY_BYTES),
                        Set.of("verdict", "note"),
                        Set.of());
        JsonNode verdict = properties.get("verdict");
        if (!verdict.isBoolean()) {
            properties.violation(
                    "verdict",
                    verdict.isMissingNode() ? "required" : "type",
                    "expected: true where it was an anomaly, false where it was none");
        }
        Optional<String> note = properties.text("note", MAX_NOTE_CHARACTERS);
        properties.check();
        Feedback said =
                service.say(
                        tenant,
                        id(request),
                        anomaly,
                        verdict.booleanValue(),
                        note.orElse(""),
                        Origin.of(request));
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
        JsonResponse.send(response, said.toJson());
    }

    private void takeBack(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_WRITE).tenant();
        service.takeBack(tenant, id(request), anomalyId(request), Origin.of(request));
        response.status(Status.NO_CONTENT_204).send();
    }

    private static String id(ServerRequest request) {
        return request.path().pathParameters().get("id");
    }

    private static UUID anomalyId(ServerRequest request) {
        return PathId.of(request, "anomalyId", FeedbackService::notFound);
    }

    private static Optional<Boolean> truth(String text) {
        return switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Position position(List<String> parts) {
        try {
            return new Position(
                    TimeRange.instantOfCursor(parts.get(0)), UUID.fromString(parts.get(1)));
        } catch (IllegalArgumentException notOurs) {
            throw Cursor.invalid();
        }
    }
}
