package io.streamgauge.control.member;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Role;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.member.MemberRepository.Position;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.JsonBody;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.PathId;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.VersionTag;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Members of a tenant by REST, for its administrators. Nobody gives a role that may do more than
 * they may themselves: else a token that was narrowed could widen itself.
 */
public final class MemberResource implements HttpService {

    /** Where the members are. */
    public static final String PATH = "/api/v1/members";

    private static final int MAX_BODY_BYTES = 16 * 1024;
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final MemberService service;
    private final String usualIssuer;

    /**
     * @param usualIssuer of the tokens of members where no other is named
     */
    public MemberResource(MemberService service, String usualIssuer) {
        this.service = service;
        this.usualIssuer = usualIssuer;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/", this::create)
                .get("/", this::list)
                .get("/{userId}", this::get)
                .put("/{userId}", this::update)
                .delete("/{userId}", this::delete);
    }

    private void create(ServerRequest request, ServerResponse response) {
        Caller caller = Caller.of(request).require(Scope.TENANT_ADMIN);
        TenantId tenant = caller.tenant();
        MemberSpec spec =
                MemberSpec.ofCreation(JsonBody.read(request, MAX_BODY_BYTES), usualIssuer);
        requireAllOf(caller, spec.change().role());
        Member created = service.create(tenant, spec, Origin.of(request));
        response.status(Status.CREATED_201)
                .header(HeaderNames.LOCATION, PATH + "/" + created.userId());
        send(response, created);
    }

    private void list(ServerRequest request, ServerResponse response) {
        TenantId tenant = tenant(request);
        QueryParameters query = new QueryParameters(request.query(), "limit", Page.CURSOR);
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        List<String> binding = List.of(tenant.value(), "members", "by subject");
        Position after =
                query.one(Page.CURSOR)
                        .map(cursor -> position(Cursor.decode(cursor, binding, 2)))
                        .orElse(Position.START);
        query.check();
        Page.of(
                        service.list(tenant, after, limit + 1),
                        limit,
                        last ->
                                Cursor.encode(
                                        binding, List.of(last.subject(), last.userId().toString())))
                .send(
                        request,
                        response,
                        (member, json) -> json.writeRawValue(member.toJson().toString()));
    }

    private void get(ServerRequest request, ServerResponse response) {
        Member member = service.get(tenant(request), userId(request));
        if (member.tag().isKnownTo(request)) {
            response.status(Status.NOT_MODIFIED_304)
                    .header(HeaderNames.ETAG, member.tag().toString());
            response.send();
            return;
        }
        send(response, member);
    }

    private void update(ServerRequest request, ServerResponse response) {
        Caller caller = Caller.of(request).require(Scope.TENANT_ADMIN);
        TenantId tenant = caller.tenant();
        UUID userId = userId(request);
        Predicate<VersionTag> expected = VersionTag.ifMatch(request);
        MemberSpec.Change change = MemberSpec.ofChange(JsonBody.read(request, MAX_BODY_BYTES));
        requireAllOf(caller, change.role());
        send(response, service.update(tenant, userId, expected, change, Origin.of(request)));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        TenantId tenant = tenant(request);
        service.delete(tenant, userId(request), VersionTag.ifMatch(request), Origin.of(request));
        response.status(Status.NO_CONTENT_204).send();
    }

    private static TenantId tenant(ServerRequest request) {
        return Caller.of(request).require(Scope.TENANT_ADMIN).tenant();
    }

    private static void requireAllOf(Caller caller, Role role) {
        role.scopes().stream().sorted().forEach(caller::require);
    }

    private static UUID userId(ServerRequest request) {
        return PathId.of(request, "userId", MemberService::notFound);
    }

    private static Position position(List<String> parts) {
        try {
            return new Position(parts.get(0), UUID.fromString(parts.get(1)));
        } catch (IllegalArgumentException notOurs) {
            throw Cursor.invalid();
        }
    }

    private static void send(ServerResponse response, Member member) {
        response.header(HeaderNames.ETAG, member.tag().toString());
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
        JsonResponse.send(response, member.toJson());
    }
}
