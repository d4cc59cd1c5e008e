package io.streamgauge.control.model;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.model.TrainingRepository.Position;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.PathId;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.TimeRange;
import io.streamgauge.control.stream.StreamCatalog;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What becomes of trainings, by REST, the newest first. */
public final class TrainingResource implements HttpService {

    /** Where the trainings are. */
    public static final String PATH = "/api/v1/trainings";

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final TrainingService service;
    private final StreamCatalog catalog;

    public TrainingResource(TrainingService service, StreamCatalog catalog) {
        this.service = service;
        this.catalog = catalog;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list).get("/{id}", this::get);
    }

    private void list(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_READ).tenant();
        QueryParameters query =
                new QueryParameters(request.query(), "stream", "limit", Page.CURSOR);
        Optional<String> stream = query.one("stream");
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        Optional<String> cursor = query.one(Page.CURSOR);
        query.check();
        Optional<StreamDefinition> of = stream.map(it -> catalog.get(tenant, it));
        List<String> binding =
                List.of(tenant.value(), "trainings", of.map(it -> it.id().toString()).orElse(""));
        Optional<Position> after = cursor.map(text -> position(Cursor.decode(text, binding, 2)));
        Page.of(
                        service.list(tenant, of.map(StreamDefinition::id), after, limit + 1),
                        limit,
                        last ->
                                Cursor.encode(
                                        binding,
                                        List.of(
                                                last.requestedAt().toString(),
                                                last.id().toString())))
                .send(request, response, (it, json) -> json.writeRawValue(it.toJson().toString()));
    }

    private void get(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_READ).tenant();
        UUID id = PathId.of(request, "id", TrainingService::notFound);
        Training training = service.get(tenant, id);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        JsonResponse.send(response, training.toJson());
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
