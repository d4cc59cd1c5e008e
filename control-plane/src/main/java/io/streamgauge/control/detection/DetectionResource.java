package io.streamgauge.control.detection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.detection.Exclusion;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.rest.JsonBody;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.rest.Page;
import io.streamgauge.control.rest.PathId;
import io.streamgauge.control.rest.VersionTag;
import io.streamgauge.control.stream.StreamCatalog;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** How sensitive the detection of a stream is, and what it leaves out, by REST. */
public final class DetectionResource implements HttpService {

    /** Where a stream's settings are. */
    public static final String PATH = "/api/v1/streams/{id}/detection";

    private static final int MAX_BODY_BYTES = 256 * 1024;

    private final DetectionService service;
    private final StreamCatalog catalog;
    private final InForce inForce;

    /**
     * @param inForce adds what is known of the model that the stream is judged by
     */
    public DetectionResource(DetectionService service, StreamCatalog catalog, InForce inForce) {
        this.service = service;
        this.catalog = catalog;
        this.inForce = inForce;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::get)
                .put("/", this::update)
                .get("/exclusions", this::list)
                .post("/exclusions", this::exclude)
                .get("/exclusions/{exclusionId}", this::exclusion)
                .put("/exclusions/{exclusionId}", this::change)
                .delete("/exclusions/{exclusionId}", this::include);
    }

    private void get(ServerRequest request, ServerResponse response) {
        StreamDefinition stream = stream(request);
        send(response, service.get(stream.tenant(), stream.id()));
    }

    private void update(ServerRequest request, ServerResponse response) {
        TenantId tenant = writer(request);
        Predicate<VersionTag> expected = VersionTag.ifMatch(request);
        send(
                response,
                service.update(
                        tenant,
                        id(request),
                        expected,
                        JsonBody.read(request, MAX_BODY_BYTES),
                        Origin.of(request)));
    }

    private void list(ServerRequest request, ServerResponse response) {
        StreamDefinition stream = stream(request);
        new Page<>(service.get(stream.tenant(), stream.id()).exclusions(), Optional.empty())
                .send(
                        request,
                        response,
                        (it, json) -> json.writeRawValue(Detection.toJson(it).toString()));
    }

    private void exclude(ServerRequest request, ServerResponse response) {
        TenantId tenant = writer(request);
        Exclusion added =
                service.exclude(
                        tenant,
                        id(request),
                        JsonBody.read(request, MAX_BODY_BYTES),
                        Origin.of(request));
        response.status(Status.CREATED_201)
                .header(
                        HeaderNames.LOCATION,
                        request.path().absolute().rawPath() + "/" + added.id());
        send(response, added);
    }

    private void exclusion(ServerRequest request, ServerResponse response) {
        StreamDefinition stream = stream(request);
        send(response, service.exclusion(stream.tenant(), stream.id(), exclusionId(request)));
    }

    private void change(ServerRequest request, ServerResponse response) {
        TenantId tenant = writer(request);
        send(
                response,
                service.change(
                        tenant,
                        id(request),
                        exclusionId(request),
                        JsonBody.read(request, MAX_BODY_BYTES),
                        Origin.of(request)));
    }

    private void include(ServerRequest request, ServerResponse response) {
        TenantId tenant = writer(request);
        service.include(tenant, id(request), exclusionId(request), Origin.of(request));
        response.status(Status.NO_CONTENT_204).send();
    }

    private StreamDefinition stream(ServerRequest request) {
        return catalog.get(Caller.of(request).require(Scope.STREAMS_READ).tenant(), id(request));
    }

    private static TenantId writer(ServerRequest request) {
        return Caller.of(request).require(Scope.STREAMS_WRITE).tenant();
    }

    private static String id(ServerRequest request) {
        return request.path().pathParameters().get("id");
    }

    private static UUID exclusionId(ServerRequest request) {
        return PathId.of(request, "exclusionId", DetectionService::notFound);
    }

    private void send(ServerResponse response, Detection detection) {
        ObjectNode json = detection.toJson();
        inForce.describe(detection.tenant(), detection.stream(), json);
        service.status(detection.tenant(), detection.stream()).write(json);
        // Of the settings: what the job says changes without them.
        response.header(HeaderNames.ETAG, detection.tag().toString());
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
        JsonResponse.send(response, json);
    }

    private static void send(ServerResponse response, Exclusion exclusion) {
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
        JsonResponse.send(response, Detection.toJson(exclusion));
    }
}
