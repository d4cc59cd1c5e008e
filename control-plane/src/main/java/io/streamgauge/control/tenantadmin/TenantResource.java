package io.streamgauge.control.tenantadmin;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Principal;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.problem.Forbidden;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.JsonBody;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.VersionTag;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tenants by REST. Operators of the platform do everything; who belongs to a tenant sees it and its
 * use. A tenant that is not the caller's looks like one that does not exist.
 */
public final class TenantResource implements HttpService {

    /** Where the tenants are. */
    public static final String PATH = "/api/v1/tenants";

    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;
    private static final List<String> CURSOR_BINDING = List.of("tenants", "by id");

    private final TenantService service;

    public TenantResource(TenantService service) {
        this.service = service;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/", this::create)
                .get("/", this::list)
                .get("/{id}", this::get)
                .put("/{id}", this::update)
                .delete("/{id}", this::delete)
                .get("/{id}/usage", this::usage)
                .get("/{id}/deletion", this::deletion);
    }

    private void create(ServerRequest request, ServerResponse response) {
        Caller.of(request).requireOperator();
        JsonNode json = JsonBody.read(request, MAX_BODY_BYTES);
        Tenant created =
                service.create(
                        Origin.of(request), TenantReader.creation(json, service.tierNames()));
        response.status(Status.CREATED_201).header(HeaderNames.LOCATION, PATH + "/" + created.id());
        send(response, created);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Principal principal = Caller.of(request).principal();
        QueryParameters query = new QueryParameters(request.query(), "limit", Page.CURSOR);
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        String afterId =
                query.one(Page.CURSOR)
                        .map(cursor -> Cursor.decode(cursor, CURSOR_BINDING, 1).getFirst())
                        .orElse("");
        query.check();
        List<Tenant> found =
                principal.operator()
                        ? service.list(afterId, limit + 1)
                        : service.list(visible(principal), afterId, limit + 1);
        Page<Tenant> page =
                Page.of(
                        found,
                        limit,
                        last -> Cursor.encode(CURSOR_BINDING, List.of(last.id().value())));
        page.send(
                request,
                response,
                (tenant, json) -> json.writeRawValue(TenantJson.of(tenant).toString()));
    }

    private void get(ServerRequest request, ServerResponse response) {
        Tenant tenant = service.get(readable(request));
        requireServed(request, tenant);
        if (tenant.tag().isKnownTo(request)) {
            response.status(Status.NOT_MODIFIED_304)
                    .header(HeaderNames.ETAG, tenant.tag().toString());
            response.send();
            return;
        }
        send(response, tenant);
    }

    private void update(ServerRequest request, ServerResponse response) {
        TenantId tenant = changeable(request);
        Predicate<VersionTag> expected = VersionTag.ifMatch(request);
        JsonNode json = JsonBody.read(request, MAX_BODY_BYTES);
        send(
                response,
                service.update(
                        Origin.of(request),
                        tenant,
                        expected,
                        TenantReader.change(json, tenant, service.tierNames())));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        TenantId tenant = changeable(request);
        Deletion deletion = service.delete(Origin.of(request), tenant, VersionTag.ifMatch(request));
        response.status(Status.ACCEPTED_202)
                .header(HeaderNames.LOCATION, PATH + "/" + tenant + "/deletion");
        JsonResponse.send(response, TenantJson.of(deletion));
    }

    private void usage(ServerRequest request, ServerResponse response) {
        TenantService.Usage usage = service.usage(readable(request));
        requireServed(request, usage.tenant());
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        JsonResponse.send(response, TenantJson.of(usage.tenant(), usage.quotas()));
    }

    private void deletion(ServerRequest request, ServerResponse response) {
        Deletion deletion = service.deletion(changeable(request));
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        JsonResponse.send(response, TenantJson.of(deletion));
    }

    private static Set<TenantId> visible(Principal principal) {
        return principal.grants().entrySet().stream()
                .filter(grant -> grant.getValue().contains(Scope.TENANT_READ))
                .map(Map.Entry::getKey)
                .collect(toUnmodifiableSet());
    }

    /** The tenant of the path, where the caller may see it. */
    private static TenantId readable(ServerRequest request) {
        TenantId tenant = id(request);
        Principal principal = Caller.of(request).principal();
        if (principal.operator()) {
            return tenant;
        }
        Set<Scope> scopes = principal.grants().get(tenant);
        if (scopes == null) {
            throw TenantService.notFound(tenant.value());
        }
        if (!scopes.contains(Scope.TENANT_READ)) {
            throw Forbidden.insufficientScope(Scope.TENANT_READ.wireName());
        }
        return tenant;
    }

    /** The tenant of the path, for operators only; others hear nothing of it. */
    private static TenantId changeable(ServerRequest request) {
        Caller.of(request).requireOperator();
        return id(request);
    }

    private static TenantId id(ServerRequest request) {
        String id = request.path().pathParameters().get("id");
        if (!TenantId.isValid(id)) {
            throw TenantService.notFound(id);
        }
        return new TenantId(id);
    }

    /** As everywhere: within a tenant that is not active its members can do nothing. */
    private static void requireServed(ServerRequest request, Tenant tenant) {
        if (!tenant.isServed() && !Caller.of(request).principal().operator()) {
            throw Forbidden.tenantInactive(tenant.id().value());
        }
    }

    private static void send(ServerResponse response, Tenant tenant) {
        response.header(HeaderNames.ETAG, tenant.tag().toString());
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
        JsonResponse.send(response, TenantJson.of(tenant));
    }
}
