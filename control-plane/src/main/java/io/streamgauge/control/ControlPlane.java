package io.streamgauge.control;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.websocket.WsRouting;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.aggregate.AggregateResource;
import io.streamgauge.control.alert.AlertsOfStreams;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.config.ControlPlaneConfig;
import io.streamgauge.control.config.FlinkConfig;
import io.streamgauge.control.config.RedisConfig;
import io.streamgauge.control.dashboard.DashboardHandler;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.event.EventLog;
import io.streamgauge.control.event.IngestService;
import io.streamgauge.control.gateway.AccessLog;
import io.streamgauge.control.gateway.AccessLogFilter;
import io.streamgauge.control.gateway.AuthenticationFilter;
import io.streamgauge.control.gateway.ConnectionGuard;
import io.streamgauge.control.gateway.LiveRateLimit;
import io.streamgauge.control.gateway.RequestLimits;
import io.streamgauge.control.gateway.RouteTable;
import io.streamgauge.control.gateway.TenantFilter;
import io.streamgauge.control.health.HealthResource;
import io.streamgauge.control.health.Readiness;
import io.streamgauge.control.http.CorsFilter;
import io.streamgauge.control.http.HttpListener;
import io.streamgauge.control.job.JobMonitor;
import io.streamgauge.control.job.JobResource;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.live.LiveHub;
import io.streamgauge.control.live.connection.LiveAdmission;
import io.streamgauge.control.live.endpoint.LiveListenerFactory;
import io.streamgauge.control.live.endpoint.LiveResource;
import io.streamgauge.control.outbox.Outbox;
import io.streamgauge.control.outbox.OutboxRelay;
import io.streamgauge.control.problem.ProblemHandlers;
import io.streamgauge.control.projection.Projection;
import io.streamgauge.control.quota.SeriesGate;
import io.streamgauge.control.ratelimit.EventBudget;
import io.streamgauge.control.ratelimit.FallbackRateLimiter;
import io.streamgauge.control.ratelimit.LeasedCounters;
import io.streamgauge.control.ratelimit.RateLimitFilter;
import io.streamgauge.control.redis.Invalidation;
import io.streamgauge.control.redis.InvalidationBus;
import io.streamgauge.control.redis.SharedStore;
import io.streamgauge.control.redis.Topic;
import io.streamgauge.control.rejection.RejectionResource;
import io.streamgauge.control.request.RequestIdFilter;
import io.streamgauge.control.request.SecurityHeaders;
import io.streamgauge.control.responsecache.CacheFilter;
import io.streamgauge.control.responsecache.ResponseCache;
import io.streamgauge.control.rest.Routes;
import io.streamgauge.control.retention.Retention;
import io.streamgauge.control.signin.SignInResource;
import io.streamgauge.control.stream.StreamCatalog;
import io.streamgauge.control.stream.StreamResource;
import io.streamgauge.control.stream.StreamService;
import io.streamgauge.control.tenant.Quota;
import io.streamgauge.control.tenant.TenantDirectory;
import io.streamgauge.control.tenantadmin.TenantDeletions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * The control plane as one piece: everything is made here, by hand, in the order in which it needs
 * each other, and closed in reverse; the areas of its API each in a class of their own. A start
 * that fails closes what it had started.
 */
public final class ControlPlane implements AutoCloseable {

    /** Enough for some millions of series that are sent to in an hour. */
    private static final long SERIES_GATE_BYTES = 64L * 1024 * 1024;

    private final Parts parts = new Parts();
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
        parts.close();
    }

    private WebServer build(ControlPlaneConfig config) {
        // What can be wrong in the configuration first: it should not cost the start of the rest.
        Server.requireFree(config.http());
        HttpListener listener = parts.opened(HttpListener.open(config.http()));
        RouteTable routeTable = new RouteTable(config.gateway().routes());
        Database database = parts.opened(Database.open(config.database()));
        Optional<SharedStore> shared = shared(config.redis());
        InvalidationBus bus = parts.opened(InvalidationBus.open(shared));
        Credentials credentials = Credentials.of(database, config.token(), bus, clock);
        TenantDirectory tenants = credentials.tenants();
        TopicProvisioner.provision(config.kafka());
        Outbox outbox = new Outbox();
        OutboxRelay relay =
                parts.opened(OutboxRelay.start(database, outbox, config.kafka(), clock));
        parts.opened(Retention.start(database, config.retention(), clock));
        AuditLog audit = new AuditLog(clock);
        TenantDeletions deletions =
                parts.opened(TenantDeletions.start(database, outbox, audit, clock));
        EventLog events = parts.opened(EventLog.open(config.kafka(), config.ingest()));
        StreamCatalog catalog = new StreamCatalog(database);
        Projection projection = parts.opened(Projection.start(config.kafka(), database));
        ResponseCache responses =
                new ResponseCache(config.gateway().cacheTtl(), config.gateway().cacheBytes());
        bus.subscribe(
                Topic.CACHE,
                change -> {
                    switch (change) {
                        case Invalidation.Key key -> responses.invalidate(new TenantId(key.key()));
                        case Invalidation.Everything all -> responses.invalidateAll();
                    }
                });
        SeriesGate series = new SeriesGate(SERIES_GATE_BYTES);
        LiveHub live =
                parts.opened(
                        LiveHub.start(
                                config.kafka(),
                                database,
                                new ControlChanges(catalog, responses, series)));
        Readiness readiness =
                parts.opened(new Readiness(ReadinessChecks.of(database, events, relay)));
        FallbackRateLimiter limiter = parts.opened(limiter(config.redis(), shared));
        EventBudget eventBudget =
                new EventBudget(
                        limiter,
                        tenant ->
                                Math.min(
                                        tenants.limit(tenant, Quota.EVENTS_PER_SECOND),
                                        EventBudget.UNLIMITED));
        LeasedCounters leases = parts.opened(LeasedCounters.open(shared));
        RequestLimits requestLimits = new RequestLimits();
        LiveAdmission admission =
                new LiveAdmission(leases, new LiveRateLimit(limiter, requestLimits, routeTable));
        parts.opened(new Metrics())
                .of(events)
                .of(series)
                .of(relay)
                .of(projection)
                .of(live)
                .of(responses)
                .of(limiter)
                .of(listener);

        StreamService streams =
                new StreamService(
                        database,
                        catalog,
                        new AlertsOfStreams(),
                        outbox,
                        audit,
                        clock,
                        UUID::randomUUID);
        Backbone backbone =
                new Backbone(database, outbox, audit, bus, catalog, streams, clock, parts);
        routes.register(StreamResource.PATH, new StreamResource(streams))
                .register(
                        StreamResource.PATH,
                        new IngestService(
                                catalog,
                                events,
                                config.ingest(),
                                series,
                                tenant -> tenants.limit(tenant, Quota.SERIES_PER_STREAM),
                                eventBudget))
                .register(
                        LiveResource.PATH,
                        new LiveResource(
                                live,
                                credentials.authenticator(),
                                credentials.access(),
                                catalog,
                                admission))
                .register(AggregateResource.PATH, new AggregateResource(database, catalog, clock))
                .register(RejectionResource.PATH, new RejectionResource(database, catalog, clock))
                .register(JobResource.PATH, new JobResource(jobs(config.flink()), clock))
                .register(
                        new HealthResource(readiness),
                        new SignInResource(config.token(), config.signIn()),
                        new ApiDescription("openapi.yaml", "asyncapi.yaml"));

        AlertApi.register(routes, backbone, config.kafka());
        DetectionApi.register(routes, backbone, config.training());
        TenantApi.register(
                routes,
                backbone,
                deletions,
                new TenantUsage(leases, series, streams),
                config.token().issuer());

        HttpRouting.Builder routing = HttpRouting.builder();
        // The id first: what the other filters refuse has one, too.
        routing.addFilter(new RequestIdFilter());
        routing.addFilter(new AccessLogFilter(parts.opened(AccessLog.open())));
        routing.addFilter(new SecurityHeaders());
        // Before authentication: a browser asks for leave without a token.
        routing.addFilter(new CorsFilter(config.http().allowedOrigins()));
        routing.addFilter(new AuthenticationFilter(routeTable, credentials.authenticator()));
        routing.addFilter(new TenantFilter(credentials.access()));
        routing.addFilter(new RateLimitFilter(limiter, requestLimits));
        // Last: what is given again is the right tenant's, and counts as a request.
        routing.addFilter(
                new CacheFilter(responses, tenant -> bus.publish(Topic.CACHE, tenant.value())));
        ProblemHandlers.register(routing);
        routes.applyTo(routing);
        Upstreams upstreams = parts.opened(Upstreams.of(config.gateway().routes()));
        upstreams.applyTo(routing);
        // Last: its page is what a browser gets of every path that is nobody's.
        new DashboardHandler(SignInResource.origin(config.token(), config.signIn()))
                .register(routing);
        UnaryOperator<Http1Upgrader> webSocketRelay =
                upstreams.relay(
                        new ConnectionGuard(
                                routeTable,
                                credentials.authenticator(),
                                credentials.access(),
                                requestLimits,
                                limiter,
                                leases));
        WsRouting.Builder webSockets =
                WsRouting.builder()
                        .endpoint(
                                LiveListenerFactory.PATH,
                                new LiveListenerFactory(
                                        live,
                                        credentials.authenticator(),
                                        credentials.access(),
                                        catalog,
                                        admission,
                                        config.http().allowedOrigins()));
        WebServer serving =
                Server.start(config, parts, listener, webSocketRelay, routing, webSockets);
        // Closed before the server, or the clients do not hear that they should come again.
        parts.closeFirst(upstreams);
        parts.closeFirst(live);
        return serving;
    }

    private Optional<JobMonitor> jobs(FlinkConfig flink) {
        return flink.isConfigured()
                ? Optional.of(parts.opened(JobMonitor.of(flink, clock)))
                : Optional.empty();
    }

    private Optional<SharedStore> shared(RedisConfig redis) {
        return redis.isConfigured()
                ? Optional.of(parts.opened(SharedStore.open(redis)))
                : Optional.empty();
    }

    private static FallbackRateLimiter limiter(RedisConfig config, Optional<SharedStore> shared) {
        return shared.map(
                        store -> FallbackRateLimiter.sharedThrough(store, config.commandTimeout()))
                .orElseGet(FallbackRateLimiter::local);
    }
}
