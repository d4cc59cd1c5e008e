package io.streamgauge.control.silence;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.JsonBody;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.PathId;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.TimeRange;
import io.streamgauge.control.rest.VersionTag;
import io.streamgauge.control.silence.SilenceRepository.Position;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** Silences by REST, those that end last first. */
public final class SilenceResource implements HttpService {

    /** Where the silences are. */
    public static final String PATH = "/api/v1/silences";

    private static final int MAX_BODY_BYTES = 32 * 1024;
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final SilenceService service;

    public SilenceResource(SilenceService service) {
        this.service = service;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/", this::create)
                .get("/", this::list)
                .get("/{id}", this::get)
                .put("/{id}", this::update)
                .delete("/{id}", this::delete)
                .post("/{id}/expire", this::expire);
    }

    private void create(ServerRequest request, ServerResponse response) {
        TenantId tenant = tenant(request, Scope.ALERTS_WRITE);
        SilenceSpec spec = SilenceSpec.of(JsonBody.read(request, MAX_BODY_BYTES), service.now());
        Silence created = service.create(tenant, spec, Origin.of(request));
        response.status(Status.CREATED_201).header(HeaderNames.LOCATION, PATH + "/" + created.id());
        send(response, created);
    }

    private void list(ServerRequest request, ServerResponse response) {
        TenantId tenant = tenant(request, Scope.ALERTS_READ);
        QueryParameters query = new QueryParameters(request.query(), "state", "limit", Page.CURSOR);
        Optional<Silence.State> state =
                query.parsed("state", "pending, active or expired", SilenceResource::state);
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        Optional<String> cursor = query.one(Page.CURSOR);
        query.check();
        List<String> binding =
                List.of(tenant.value(), "silences", state.map(Enum::name).orElse(""));
        Optional<Position> after = cursor.map(text -> position(Cursor.decode(text, binding, 2)));
        Instant now = service.now();
        Page.of(
                        service.list(tenant, state, after, limit + 1),
                        limit,
                        last ->
                                Cursor.encode(
                                        binding,
                                        List.of(last.spec().to().toString(), last.id().toString())))
                .send(
                        request,
                        response,
                        (silence, json) -> json.writeRawValue(silence.toJson(now).toString()));
    }

    private void get(ServerRequest request, ServerResponse response) {
        Silence silence = service.get(tenant(request, Scope.ALERTS_READ), id(request));
        send(response, silence);
    }

    private void update(ServerRequest request, ServerResponse response) {
        TenantId tenant = tenant(request, Scope.ALERTS_WRITE);
        UUID id = id(request);
        Predicate<VersionTag> expected = VersionTag.ifMatch(request);
        SilenceSpec spec = SilenceSpec.of(JsonBody.read(request, MAX_BODY_BYTES), service.now());
        send(response, service.update(tenant, id, expected, spec, Origin.of(request)));
    }

    private void expire(ServerRequest request, ServerResponse response) {
        TenantId tenant = tenant(request, Scope.ALERTS_WRITE);
        send(response, service.expire(tenant, id(request), Origin.of(request)));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        TenantId tenant = tenant(request, Scope.ALERTS_WRITE);
        service.delete(tenant, id(request), VersionTag.ifMatch(request), Origin.of(request));
        response.status(Status.NO_CONTENT_204).send();
    }

    private static TenantId tenant(ServerRequest request, Scope scope) {
        return Caller.of(request).require(scope).tenant();
    }

    private static UUID id(ServerRequest request) {
        return PathId.of(request, "id", SilenceService::notFound);
    }

    private static Optional<Silence.State> state(String name) {
        return Arrays.stream(Silence.State.values())
                .filter(state -> state.wireName().equals(name))
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

    private void send(ServerResponse response, Silence silence) {
        response.header(HeaderNames.ETAG, silence.tag().toString());
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
        JsonResponse.send(response, silence.toJson(service.now()));
    }
}
