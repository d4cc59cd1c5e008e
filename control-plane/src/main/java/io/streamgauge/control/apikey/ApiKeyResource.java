package io.streamgauge.control.apikey;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.streamgauge.control.rest.VersionTag;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * API keys by REST, for a tenant's administrators. Nobody gives a key more than they may do
 * themselves, and no key can administer keys.
 */
public final class ApiKeyResource implements HttpService {

    /** Where the API keys are. */
    public static final String PATH = "/api/v1/api-keys";

    private static final int MAX_BODY_BYTES = 16 * 1024;
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final ApiKeyService service;
    private final Clock clock;

    public ApiKeyResource(ApiKeyService service, Clock clock) {
        this.service = service;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/", this::create)
                .get("/", this::list)
                .get("/{id}", this::get)
                .put("/{id}", this::update)
                .delete("/{id}", this::delete);
    }

    private void create(ServerRequest request, ServerResponse response) {
        Caller caller = Caller.of(request).require(Scope.TENANT_ADMIN);
        TenantId tenant = caller.tenant();
        ApiKeySpec spec =
                ApiKeySpec.ofCreation(JsonBody.read(request, MAX_BODY_BYTES), clock.instant());
        spec.scopes().forEach(caller::require);
        ApiKeyService.Issued issued = service.create(tenant, spec, Origin.of(request));
        ObjectNode json = issued.key().toJson().put("key", issued.text().reveal());
        response.status(Status.CREATED_201)
                .header(HeaderNames.LOCATION, PATH + "/" + issued.key().id())
                .header(HeaderNames.ETAG, issued.key().tag().toString())
                .header(HeaderNames.CACHE_CONTROL, "no-store");
        JsonResponse.send(response, json);
    }

    private void list(ServerRequest request, ServerResponse response) {
        TenantId tenant = tenant(request);
        QueryParameters query = new QueryParameters(request.query(), "limit", Page.CURSOR);
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        List<String> binding = List.of(tenant.value(), "api-keys", "by name");
        String afterName =
                query.one(Page.CURSOR)
                        .map(cursor -> Cursor.decode(cursor, binding, 1).getFirst())
                        .orElse("");
        query.check();
        Page.of(
                        service.list(tenant, afterName, limit + 1),
                        limit,
                        last -> Cursor.encode(binding, List.of(last.spec().name())))
                .send(
                        request,
                        response,
                        (key, json) -> json.writeRawValue(key.toJson().toString()));
    }

    private void get(ServerRequest request, ServerResponse response) {
        ApiKey key = service.get(tenant(request), id(request));
        if (key.tag().isKnownTo(request)) {
            response.status(Status.NOT_MODIFIED_304).header(HeaderNames.ETAG, key.tag().toString());
            response.send();
            return;
        }
        send(response, key);
    }

    private void update(ServerRequest request, ServerResponse response) {
        Caller caller = Caller.of(request).require(Scope.TENANT_ADMIN);
        TenantId tenant = caller.tenant();
        UUID id = id(request);
        Predicate<VersionTag> expected = VersionTag.ifMatch(request);
        ApiKeySpec spec = ApiKeySpec.ofChange(JsonBody.read(request, MAX_BODY_BYTES));
        spec.scopes().forEach(caller::require);
        send(response, service.update(tenant, id, expected, spec, Origin.of(request)));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        TenantId tenant = tenant(request);
        service.delete(tenant, id(request), VersionTag.ifMatch(request), Origin.of(request));
        response.status(Status.NO_CONTENT_204).send();
    }

    private static TenantId tenant(ServerRequest request) {
        return Caller.of(request).require(Scope.TENANT_ADMIN).tenant();
    }

    private static UUID id(ServerRequest request) {
        return PathId.of(request, "id", ApiKeyService::notFound);
    }

    private static void send(ServerResponse response, ApiKey key) {
        response.header(HeaderNames.ETAG, key.tag().toString());
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
        JsonResponse.send(response, key.toJson());
    }
}
