package io.streamgauge.control.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.stream.StreamSpecReader;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.JsonBody;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.VersionTag;
import java.util.List;
import java.util.function.Predicate;

/** Streams by REST. */
public final class StreamResource implements HttpService {

    /** Where the streams are. */
    public static final String PATH = "/api/v1/streams";

    /** Longest specification; the largest that the rules allow is far below. */
    static final int MAX_BODY_BYTES = 256 * 1024;

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final StreamService service;

    public StreamResource(StreamService service) {
        this.service = service;
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
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_WRITE).tenant();
        StreamDefinition created = service.create(tenant, spec(request), Origin.of(request));
        response.status(Status.CREATED_201).header(HeaderNames.LOCATION, PATH + "/" + created.id());
        send(request, response, created);
    }

    private void list(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_READ).tenant();
        QueryParameters query = new QueryParameters(request.query(), "limit", Page.CURSOR);
        int limit = query.integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
        List<String> binding = List.of(tenant.value(), "streams", "by name");
        String afterName =
                query.one(Page.CURSOR)
                        .map(cursor -> Cursor.decode(cursor, binding, 1).getFirst())
                        .orElse("");
        query.check();
        Page<StreamDefinition> page =
                Page.of(
                        service.list(tenant, afterName, limit + 1),
                        limit,
                        last -> Cursor.encode(binding, List.of(last.name())));
        page.send(
                request,
                response,
                (stream, json) ->
                        json.writeRawValue(StreamDefinitionCodec.toJson(stream).toString()));
    }

    private void get(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_READ).tenant();
        StreamDefinition stream = service.get(tenant, id(request));
        if (tag(stream).isKnownTo(request)) {
            response.status(Status.NOT_MODIFIED_304)
                    .header(HeaderNames.ETAG, tag(stream).toString());
            response.send();
            return;
        }
        send(request, response, stream);
    }

    private void update(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_WRITE).tenant();
        Predicate<StreamDefinition> expected = expected(request);
        StreamSpec spec = spec(request);
        send(
                request,
                response,
                service.update(tenant, id(request), expected, spec, Origin.of(request)));
    }

    private void delete(ServerRequest request, ServerResponse response) {
        TenantId tenant = Caller.of(request).require(Scope.STREAMS_WRITE).tenant();
        service.delete(tenant, id(request), expected(request), Origin.of(request));
        response.status(Status.NO_CONTENT_204).send();
    }

    private static String id(ServerRequest request) {
        return request.path().pathParameters().get("id");
    }

    private static StreamSpec spec(ServerRequest request) {
        JsonNode json = JsonBody.read(request, MAX_BODY_BYTES);
        try {
            return StreamSpecReader.read(json);
        } catch (InvalidInputException e) {
            throw new InvalidRequest(e);
        }
    }

    private static Predicate<StreamDefinition> expected(ServerRequest request) {
        Predicate<VersionTag> tags = VersionTag.ifMatch(request);
        return stream -> tags.test(tag(stream));
    }

    private static VersionTag tag(StreamDefinition stream) {
        return VersionTag.of(stream.id().value(), stream.version());
    }

    private static void send(
            ServerRequest request, ServerResponse response, StreamDefinition stream) {
        response.header(HeaderNames.ETAG, tag(stream).toString());
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
        JsonResponse.send(request, response, StreamDefinitionCodec.toJson(stream));
    }
}
