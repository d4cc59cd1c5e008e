package io.streamgauge.control.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.model.ModelRepository.Position;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.JsonBody;
import io.streamgauge.control.rest.JsonProperties;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.PathId;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.TimeRange;
import io.streamgauge.control.stream.StreamCatalog;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Models by REST, the newest first, and by which of them a stream is judged. */
public final class ModelResource implements HttpService {

    /** Where the models are. */
    public static final String PATH = "/api/v1/models";

    private static final int MAX_BODY_BYTES = 16 * 1024;
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final ModelService service;
    private final StreamCatalog catalog;

    public ModelResource(ModelService service, StreamCatalog catalog) {
        this.service = service;
        this.catalog = catalog;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list)
                .get("/{id}", this::get)
                .post("/{id}/activate", this::activate)
                .post("/{id}/deactivate", this::deactivate)
                .post("/{id}/rollback", this::rollBack);
    }

    private void list(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_READ).tenant();
        QueryParameters query =
                new QueryParameters(request.query(), "stream", "state", "limit", Page.CURSOR);
        Optional<String> stream = query.one("stream");
        Optional<Model.State> state =
                query.parsed("state", "candidate, active or retired", ModelResource::state);
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        Optional<String> cursor = query.one(Page.CURSOR);
        query.check();
        Optional<StreamDefinition> of = stream.map(it -> catalog.get(tenant, it));
        List<String> binding =
                List.of(
                        tenant.value(),
                        "models",
                        of.map(it -> it.id().toString()).orElse(""),
                        state.map(Enum::name).orElse(""));
        Optional<Position> after = cursor.map(text -> position(Cursor.decode(text, binding, 2)));
        Page.of(
                        service.list(tenant, of.map(StreamDefinition::id), state, after, limit + 1),
                        limit,
                        last ->
                                Cursor.encode(
                                        binding,
                                        List.of(last.createdAt().toString(), last.id().toString())))
                .send(request, response, (it, json) -> json.writeRawValue(it.toJson().toString()));
    }

    private void get(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_READ).tenant();
        send(response, service.get(tenant, id(request)));
    }

    private void activate(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_WRITE).tenant();
        boolean force = request.content().hasEntity() && force(request);
        send(response, service.activate(tenant, id(request), force, Origin.of(request)));
    }

    private void deactivate(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_WRITE).tenant();
        send(response, service.deactivate(tenant, id(request), Origin.of(request)));
    }

    private void rollBack(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_WRITE).tenant();
        send(response, service.rollBack(tenant, id(request), Origin.of(request)));
    }

    private static boolean force(ServerRequest request) {
        JsonProperties properties =
                new JsonProperties(
                        JsonBody.read(request, MAX_BODY_BYTES), Set.of("force"), Set.of());
        boolean force = flag(properties, "force");
        properties.check();
        return force;
    }

    /** A property that is true or false, and false where it is not there. */
    static boolean flag(JsonProperties properties, String name) {
        JsonNode value = properties.get(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            properties.violation(
                    name,
                    "type",
                    "%s (expected: true or false)".formatted(JsonProperties.shown(value)));
        }
        return value.asBoolean();
    }

    private static UUID id(ServerRequest request) {
        return PathId.of(request, "id", ModelService::notFound);
    }

    private static Optional<Model.State> state(String name) {
        return Arrays.stream(Model.State.values())
                .filter(it -> it.wireName().equals(name))
                .findFirst();
    }

    private static Position position(List<String> parts) {
        try {
            return new Position(
                    TimeRange.instantOfCursor(parts.get(0)), UUID.fromString(parts.get(1)));
        } catch (IllegalArgumentException notOurs) {
            throw Cursor.invalid();
        }
    }

    private static void send(ServerResponse response, Model model) {
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
        JsonResponse.send(response, model.toJson());
    }
}
