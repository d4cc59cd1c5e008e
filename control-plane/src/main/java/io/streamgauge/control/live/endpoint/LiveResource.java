package io.streamgauge.control.live.endpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.auth.Authenticator;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.live.LiveHub;
import io.streamgauge.control.live.SubscriptionPlan;
import io.streamgauge.control.live.connection.LiveAdmission;
import io.streamgauge.control.live.connection.LiveConnection;
import io.streamgauge.control.live.connection.LiveIdentity;
import io.streamgauge.control.live.connection.LiveIdentity.RefusedException;
import io.streamgauge.control.live.connection.Transport;
import io.streamgauge.control.problem.Unavailable;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.stream.StreamCatalog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream's results as server-sent events: one subscription, told in the query, for those who have
 * no WebSocket at hand. Admitted, bounded and watched as a connection of the other kind; the
 * request itself was authenticated and counted by the filters, as every other.
 */
public final class LiveResource implements HttpService {

    /** Where a stream's results are. */
    public static final String PATH = "/api/v1/streams/{id}/live";

    private static final Logger LOG = LoggerFactory.getLogger(LiveResource.class);

    private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
    private static final HeaderName TENANT = HeaderNames.create(TenantAccess.TENANT_HEADER);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** The one subscription's; no client sees it. */
    private static final String ID = "1";

    private final LiveHub hub;
    private final Authenticator authenticator;
    private final TenantAccess access;
    private final StreamCatalog streams;
    private final LiveAdmission admission;

    public LiveResource(
            LiveHub hub,
            Authenticator authenticator,
            TenantAccess access,
            StreamCatalog streams,
            LiveAdmission admission) {
        this.hub = hub;
        this.authenticator = authenticator;
        this.access = access;
        this.streams = streams;
        this.admission = admission;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::follow);
    }

    private void follow(ServerRequest request, ServerResponse response) {
        QueryParameters parameters =
                new QueryParameters(
                        request.query(),
                        "kinds",
                        "where",
                        "windows",
                        "timings",
                        "severities",
                        "states",
                        "minScore",
                        "after",
                        "snapshot",
                        "until");
        boolean untilSynced =
                parameters
                        .parsed(
                                "until",
                                "synced",
                                text ->
                                        text.equals("synced")
                                                ? Optional.of(true)
                                                : Optional.empty())
                        .orElse(false);
        ObjectNode payload = payload(request, parameters);
        parameters.check();
        SubscriptionPlan plan = SubscriptionPlan.of(Caller.of(request), payload, streams);
        if (hub.isClosing()) {
            throw new Unavailable("the server restarts", RETRY_AFTER, null);
        }
        EventStreamTransport transport = new EventStreamTransport(untilSynced, hub.statistics());
        LiveConnection connection = open(request, plan.caller(), transport);
        try {
            plan.begin(connection, ID, hub);
            response.status(Status.OK_200)
                    .header(HeaderValues.create(HeaderNames.CONTENT_TYPE, "text/event-stream"))
                    .header(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
            try (OutputStream body = response.outputStream()) {
                transport.start(body);
                connection.awaitEnd();
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("live connection {}: has gone", connection.name(), e);
        } finally {
            connection.over();
        }
    }

    private LiveConnection open(ServerRequest request, Caller caller, Transport transport) {
        LiveAdmission.Lease lease = admission.openCounted(caller);
        try {
            LiveIdentity identity =
                    LiveIdentity.of(
                            authenticator,
                            access,
                            credential(request),
                            request.headers().first(TENANT).map(String::strip));
            LiveConnection connection = hub.open(transport);
            connection.acknowledge(identity, lease);
            return connection;
        } catch (RefusedException e) {
            lease.close();
            throw new Unavailable("who the client is has just changed", RETRY_AFTER, e);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    /** As the filters have found it; there is just one. */
    private static String credential(ServerRequest request) {
        return new LiveHandshake(request.prologue(), request.headers()).token().orElseThrow();
    }

    private static ObjectNode payload(ServerRequest request, QueryParameters parameters) {
        ObjectNode payload = Json.mapper().createObjectNode();
        payload.put("stream", request.path().pathParameters().get("id"));
        for (String name : List.of("kinds", "windows", "timings", "severities", "states")) {
            List<String> texts =
                    parameters.all(name).stream()
                            .flatMap(it -> List.of(it.split(",")).stream())
                            .map(String::strip)
                            .filter(it -> !it.isEmpty())
                            .toList();
            if (!texts.isEmpty()) {
                ArrayNode array = payload.putArray(name);
                texts.forEach(array::add);
            }
        }
        for (String condition : parameters.all("where")) {
            int equals = condition.indexOf('=');
            if (equals < 1) {
                parameters.violation(
                        "where",
                        "format",
                        "%s (expected: dimension=value)"
                                .formatted(QueryParameters.quote(condition)));
            } else {
                payload.withObject("/where")
                        .put(condition.substring(0, equals), condition.substring(equals + 1));
            }
        }
        parameters.fraction("minScore").ifPresent(it -> payload.put("minScore", it));
        // A browser that comes back repeats the address as it was, and says where it has been.
        request.headers()
                .first(LAST_EVENT_ID)
                .or(() -> parameters.one("after"))
                .ifPresentOrElse(
                        it -> payload.put("after", it),
                        () ->
                                parameters
                                        .parsed("snapshot", "true or false", LiveResource::bool)
                                        .ifPresent(it -> payload.put("snapshot", it)));
        return payload;
    }

    private static Optional<Boolean> bool(String text) {
        return switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
