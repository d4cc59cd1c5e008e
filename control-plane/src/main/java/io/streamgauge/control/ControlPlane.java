package io.streamgauge.control;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.metrics.MetricsObserver;
import io.helidon.webserver.websocket.WsRouting;
import io.streamgauge.control.aggregate.AggregateResource;
import io.streamgauge.control.apikey.ApiKeyAuthenticator;
import io.streamgauge.control.apikey.ApiKeyResource;
import io.streamgauge.control.apikey.ApiKeyService;
import io.streamgauge.control.apikey.KeyText;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.AuditResource;
import io.streamgauge.control.auth.Authenticator;
import io.streamgauge.control.auth.CredentialAuthenticator;
import io.streamgauge.control.auth.DatabaseMemberships;
import io.streamgauge.control.auth.JwtAuthenticator;
import io.streamgauge.control.auth.RememberingAuthenticator;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.config.ControlPlaneConfig;
import io.streamgauge.control.config.HttpConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.event.EventLog;
import io.streamgauge.control.event.IngestService;
import io.streamgauge.control.event.UndecodedBodies;
import io.streamgauge.control.gateway.AccessLogFilter;
import io.streamgauge.control.gateway.AuthenticationFilter;
import io.streamgauge.control.gateway.RouteTable;
import io.streamgauge.control.gateway.TenantFilter;
import io.streamgauge.control.health.HealthResource;
import io.streamgauge.control.health.Readiness;
import io.streamgauge.control.http.CorsFilter;
import io.streamgauge.control.http.HttpListener;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.live.LiveHub;
import io.streamgauge.control.live.LiveListenerFactory;
import io.streamgauge.control.member.MemberResource;
import io.streamgauge.control.member.MemberService;
import io.streamgauge.control.outbox.Outbox;
import io.streamgauge.control.outbox.OutboxRelay;
import io.streamgauge.control.problem.ProblemHandlers;
import io.streamgauge.control.projection.Projection;
import io.streamgauge.control.rejection.RejectionResource;
import io.streamgauge.control.request.RequestIdFilter;
import io.streamgauge.control.request.SecurityHeaders;
import io.streamgauge.control.rest.Routes;
import io.streamgauge.control.retention.Retention;
import io.streamgauge.control.stream.StreamCatalog;
import io.streamgauge.control.stream.StreamResource;
import io.streamgauge.control.stream.StreamService;
import io.streamgauge.control.tenant.TenantDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control plane as one piece: everything is made here, by hand, in the order in which it needs
 * each other, and closed in reverse. A start that fails closes what it had started.
 */
public final class ControlPlane implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    /** Beyond the limits that the handlers themselves hold, and answer for in detail. */
    private static final long PAYLOAD_SLACK_BYTES = 1024 * 1024;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Clock clock = Clock.systemUTC();
    private final Routes routes = new Routes();
    private final WebServer server;

    private ControlPlane(ControlPlaneConfig config) {
        try {
            server = build(config);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Starts the control plane and returns when it serves.
     *
     * @throws RuntimeException where something it needs is missing or refuses; nothing is left
     *     running then
     */
    public static ControlPlane start(ControlPlaneConfig config) {
        return new ControlPlane(config);
    }

    /** Where the server listens. */
    public int port() {
        return server.port();
    }

    /** Every route, for the test that compares them with the API's description. */
    List<Routes.Route> routes() {
        return routes.list();
    }

    /** Stops serving, then everything behind it. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not close as it should", part.getClass().getSimpleName(), e);
            }
        }
    }

    private WebServer build(ControlPlaneConfig config) {
        // What can be wrong in the configuration first: it should not cost the start of the rest.
        requireFree(config.http());
        HttpListener listener = opened(HttpListener.open(config.http()));
        RouteTable routeTable = new RouteTable(config.gateway().routes());
        Database database = opened(Database.open(config.database()));
        DatabaseMemberships memberships = new DatabaseMemberships(database);
        RememberingAuthenticator tokens =
                new RememberingAuthenticator(
                        new JwtAuthenticator(config.token(), clock, memberships), clock);
        ApiKeyAuthenticator apiKeys = new ApiKeyAuthenticator(database, clock);
        Authenticator authenticator =
                new CredentialAuthenticator(KeyText::isMeant, apiKeys, tokens);
        TenantDirectory tenants = new TenantDirectory(database);
        TenantAccess access = new TenantAccess(tenants);
        TopicProvisioner.provision(config.kafka());
        Outbox outbox = new Outbox();
        OutboxRelay relay = opened(OutboxRelay.start(database, outbox, config.kafka(), clock));
        opened(Retention.start(database, config.retention(), clock));
        EventLog events = opened(EventLog.open(config.kafka(), config.ingest()));
        StreamCatalog catalog = new StreamCatalog(database);
        Projection projection = opened(Projection.start(config.kafka(), database));
        LiveHub live = opened(LiveHub.start(config.kafka()));
        Readiness readiness = opened(new Readiness(ReadinessChecks.of(database, events, relay)));
        opened(Metrics.of(events, relay, projection, live, listener));

        AuditLog audit = new AuditLog(clock);
        ApiKeyService keys =
                new ApiKeyService(
                        database,
                        audit,
                        clock,
                        UUID::randomUUID,
                        new SecureRandom(),
                        apiKeys::forget);
        MemberService members =
                new MemberService(
                        database,
                        audit,
                        clock,
                        () -> {
                            memberships.changed(); // first: the tokens' authenticator asks it
                            tokens.changed();
                        });
        StreamService streams =
                new StreamService(database, catalog, outbox, audit, clock, UUID::randomUUID);
        routes.register(StreamResource.PATH, new StreamResource(streams))
                .register(StreamResource.PATH, new IngestService(catalog, events, config.ingest()))
                .register(AggregateResource.PATH, new AggregateResource(database, catalog, clock))
                .register(RejectionResource.PATH, new RejectionResource(database, catalog, clock))
                .register(AuditResource.PATH, new AuditResource(database))
                .register(ApiKeyResource.PATH, new ApiKeyResource(keys, clock))
                .register(MemberResource.PATH, new MemberResource(members, config.token().issuer()))
                .register(
                        new HealthResource(readiness),
                        new ApiDescription("openapi.yaml", "asyncapi.yaml"));

        HttpRouting.Builder routing = HttpRouting.builder();
        // The id first: what the other filters refuse has one, too.
        routing.addFilter(new RequestIdFilter());
        routing.addFilter(new AccessLogFilter());
        routing.addFilter(new SecurityHeaders());
        // Before authentication: a browser asks for leave without a token.
        routing.addFilter(new CorsFilter(config.http().allowedOrigins()));
        routing.addFilter(new AuthenticationFilter(routeTable, authenticator));
        routing.addFilter(new TenantFilter(access));
        ProblemHandlers.register(routing);
        routes.applyTo(routing);
        WsRouting.Builder webSockets =
                WsRouting.builder()
                        .endpoint(
                                LiveListenerFactory.PATH,
                                new LiveListenerFactory(
                                        live,
                                        authenticator,
                                        access,
                                        catalog,
                                        config.http().allowedOrigins()));
        WebServer serving = serve(config, listener, routing, webSockets);
        // Closed before the server, or the clients do not hear that they should come again.
        parts.remove(live);
        parts.push(live);
        return serving;
    }

    private WebServer serve(
            ControlPlaneConfig config,
            HttpListener listener,
            HttpRouting.Builder routing,
            WsRouting.Builder webSockets) {
        WebServer built =
                WebServer.builder()
                        .update(server -> listener.applyTo(server, LiveListenerFactory.protocol()))
                        // Whoever started this stops it, in an order that a hook cannot know.
                        .shutdownHook(false)
                        .featuresDiscoverServices(false)
                        .addFeature(
                                ObserveFeature.builder()
                                        .observersDiscoverServices(false)
                                        .addObserver(
                                                MetricsObserver.builder()
                                                        .endpoint("/metrics")
                                                        .build())
                                        .build())
                        // Also bounds the chunks that the server reads in one piece.
                        .maxPayloadSize(config.ingest().maxBodyBytes() + PAYLOAD_SLACK_BYTES)
                        .contentEncoding(new UndecodedBodies())
                        .directHandlers(ProblemHandlers.direct())
                        .errorHandling(handling -> handling.includeEntity(true))
                        .routing(routing)
                        .addRouting(webSockets)
                        .build();
        parts.push(built::stop);
        built.start();
        if (!built.isRunning()) { // it has logged why, and throws nothing
            throw new IllegalStateException(
                    "http: %s:%d could not be served (expected: a free port of this host)"
                            .formatted(config.http().host(), config.http().port()));
        }
        return built;
    }

    /** Tells of a busy port at once, and of the reason, which the server itself only logs. */
    private static void requireFree(HttpConfig http) {
        if (http.port() == 0) {
            return;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(http.host(), http.port()));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "http.port: %s:%d: %s (expected: a free port of this host)"
                            .formatted(http.host(), http.port(), e.getMessage()),
                    e);
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }
}
