package io.streamgauge.control;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.metrics.MetricsObserver;
import io.helidon.webserver.websocket.WsRouting;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.aggregate.AggregateResource;
import io.streamgauge.control.alert.AlertReader;
import io.streamgauge.control.alert.AlertResource;
import io.streamgauge.control.alert.AlertService;
import io.streamgauge.control.alert.AlertVersionResource;
import io.streamgauge.control.alert.AlertsOfStreams;
import io.streamgauge.control.alertinstance.ActiveAlertsResource;
import io.streamgauge.control.alertinstance.AlertHistoryResource;
import io.streamgauge.control.alertinstance.InstanceResource;
import io.streamgauge.control.alertinstance.InstanceService;
import io.streamgauge.control.alertinstance.ShadowService;
import io.streamgauge.control.alertlookup.AlertLookup;
import io.streamgauge.control.anomaly.AnomalyResource;
import io.streamgauge.control.anomaly.IncidentResource;
import io.streamgauge.control.apikey.ApiKeyResource;
import io.streamgauge.control.apikey.ApiKeyService;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.AuditResource;
import io.streamgauge.control.backtest.BacktestGate;
import io.streamgauge.control.backtest.BacktestResource;
import io.streamgauge.control.backtest.BacktestService;
import io.streamgauge.control.backtest.StoredEvents;
import io.streamgauge.control.backtest.SubjectFinder;
import io.streamgauge.control.config.ControlPlaneConfig;
import io.streamgauge.control.config.FlinkConfig;
import io.streamgauge.control.config.HttpConfig;
import io.streamgauge.control.config.RedisConfig;
import io.streamgauge.control.dashboard.DashboardHandler;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.detection.DetectionResource;
import io.streamgauge.control.detection.DetectionService;
import io.streamgauge.control.detection.FeedbackResource;
import io.streamgauge.control.detection.FeedbackService;
import io.streamgauge.control.event.EventLog;
import io.streamgauge.control.event.IngestService;
import io.streamgauge.control.event.UndecodedBodies;
import io.streamgauge.control.explain.ExplainResource;
import io.streamgauge.control.explain.QuestionClient;
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
import io.streamgauge.control.member.MemberResource;
import io.streamgauge.control.member.MemberService;
import io.streamgauge.control.model.ModelResource;
import io.streamgauge.control.model.ModelService;
import io.streamgauge.control.model.TrainModelResource;
import io.streamgauge.control.model.Trainer;
import io.streamgauge.control.model.TrainingResource;
import io.streamgauge.control.model.TrainingService;
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
import io.streamgauge.control.silence.ActiveSilences;
import io.streamgauge.control.silence.SilenceResource;
import io.streamgauge.control.silence.SilenceService;
import io.streamgauge.control.stream.StreamCatalog;
import io.streamgauge.control.stream.StreamResource;
import io.streamgauge.control.stream.StreamService;
import io.streamgauge.control.tenant.Quota;
import io.streamgauge.control.tenant.TenantDirectory;
import io.streamgauge.control.tenantadmin.TenantDeletions;
import io.streamgauge.control.tenantadmin.TenantResource;
import io.streamgauge.control.tenantadmin.TenantService;
import io.streamgauge.control.tenantadmin.TierResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
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

    /** Enough for some millions of series that are sent to in an hour. */
    private static final long SERIES_GATE_BYTES = 64L * 1024 * 1024;

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
        Optional<SharedStore> shared = shared(config.redis());
        InvalidationBus bus = opened(InvalidationBus.open(shared));
        Credentials credentials = Credentials.of(database, config.token(), bus, clock);
        TenantDirectory tenants = credentials.tenants();
        TopicProvisioner.provision(config.kafka());
        Outbox outbox = new Outbox();
        OutboxRelay relay = opened(OutboxRelay.start(database, outbox, config.kafka(), clock));
        opened(Retention.start(database, config.retention(), clock));
        AuditLog audit = new AuditLog(clock);
        TenantDeletions deletions = opened(TenantDeletions.start(database, outbox, audit, clock));
        EventLog events = opened(EventLog.open(config.kafka(), config.ingest()));
        StreamCatalog catalog = new StreamCatalog(database);
        Projection projection = opened(Projection.start(config.kafka(), database));
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
                opened(
                        LiveHub.start(
                                config.kafka(),
                                database,
                                new ControlChanges(catalog, responses, series)));
        Readiness readiness = opened(new Readiness(ReadinessChecks.of(database, events, relay)));
        FallbackRateLimiter limiter = opened(limiter(config.redis(), shared));
        EventBudget eventBudget =
                new EventBudget(
                        limiter,
                        tenant ->
                                Math.min(
                                        tenants.limit(tenant, Quota.EVENTS_PER_SECOND),
                                        EventBudget.UNLIMITED));
        LeasedCounters leases = opened(LeasedCounters.open(shared));
        RequestLimits requestLimits = new RequestLimits();
        LiveAdmission admission =
                new LiveAdmission(leases, new LiveRateLimit(limiter, requestLimits, routeTable));
        QuestionClient questions = opened(QuestionClient.open(config.kafka()));
        opened(new Metrics())
                .of(events)
                .of(series)
                .of(relay)
                .of(projection)
                .of(live)
                .of(responses)
                .of(limiter)
                .of(listener);

        ApiKeyService keys =
                new ApiKeyService(
                        database,
                        audit,
                        clock,
                        UUID::randomUUID,
                        new SecureRandom(),
                        prefix -> bus.publish(Topic.API_KEYS, prefix));
        MemberService members =
                new MemberService(database, audit, clock, () -> bus.publish(Topic.MEMBERS, "all"));
        StreamService streams =
                new StreamService(
                        database,
                        catalog,
                        new AlertsOfStreams(),
                        outbox,
                        audit,
                        clock,
                        UUID::randomUUID);
        AlertReader alertReader = new AlertReader(database);
        AlertService alerts =
                new AlertService(database, streams, outbox, audit, clock, UUID::randomUUID);
        ModelService models = new ModelService(database, streams, outbox, audit, clock);
        Trainer trainer =
                opened(
                        Trainer.start(
                                database,
                                streams,
                                models,
                                config.training(),
                                clock,
                                UUID::randomUUID));
        TrainingService trainings =
                new TrainingService(
                        database, streams, audit, clock, UUID::randomUUID, trainer::wake);
        DetectionService detection =
                new DetectionService(database, streams, outbox, audit, clock, UUID::randomUUID);
        TenantService tenantService =
                new TenantService(
                        database,
                        deletions,
                        outbox,
                        audit,
                        new TenantUsage(leases, series, streams),
                        tenant -> bus.publish(Topic.TENANTS, tenant.value()),
                        clock);
        AlertLookup alertLookup = new AlertLookup(database);
        ActiveSilences silences = new ActiveSilences(database, clock);
        InstanceService instances = new InstanceService(database, audit, clock);
        // Before the alerts themselves, whose ids could be read in the place of these words.
        routes.register(
                        ActiveAlertsResource.PATH,
                        new ActiveAlertsResource(instances, alertLookup, catalog, silences))
                .register(
                        AlertHistoryResource.PATH,
                        new AlertHistoryResource(
                                instances, new ShadowService(database), alertLookup, clock))
                .register(
                        ExplainResource.PATH,
                        new ExplainResource(questions, alertLookup, UUID::randomUUID, clock))
                .register(
                        BacktestResource.PATH,
                        new BacktestResource(
                                new BacktestService(
                                        new SubjectFinder(alertLookup, catalog),
                                        new StoredEvents(config.kafka()),
                                        opened(new BacktestGate()),
                                        clock)))
                .register(InstanceResource.PATH, new InstanceResource(instances, silences))
                .register(
                        SilenceResource.PATH,
                        new SilenceResource(
                                new SilenceService(database, audit, clock, UUID::randomUUID)));
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
                .register(AnomalyResource.PATH, new AnomalyResource(database, catalog, clock))
                .register(IncidentResource.PATH, new IncidentResource(database, catalog, clock))
                .register(
                        FeedbackResource.PATH,
                        new FeedbackResource(
                                new FeedbackService(database, streams, audit, clock), catalog))
                .register(
                        DetectionResource.PATH,
                        new DetectionResource(detection, catalog, models::describe))
                .register(ModelResource.PATH, new ModelResource(models, catalog))
                .register(TrainModelResource.PATH, new TrainModelResource(trainings))
                .register(TrainingResource.PATH, new TrainingResource(trainings, catalog))
                .register(
                        AlertResource.PATH,
                        new AlertResource(alertReader, alerts, catalog, clock),
                        new AlertVersionResource(alertReader, alerts))
                .register(AuditResource.PATH, new AuditResource(database))
                .register(TenantResource.PATH, new TenantResource(tenantService))
                .register(TierResource.PATH, new TierResource(tenantService))
                .register(ApiKeyResource.PATH, new ApiKeyResource(keys, clock))
                .register(MemberResource.PATH, new MemberResource(members, config.token().issuer()))
                .register(JobResource.PATH, new JobResource(jobs(config.flink()), clock))
                .register(
                        new HealthResource(readiness),
                        new SignInResource(config.token(), config.signIn()),
                        new ApiDescription("openapi.yaml", "asyncapi.yaml"));

        HttpRouting.Builder routing = HttpRouting.builder();
        // The id first: what the other filters refuse has one, too.
        routing.addFilter(new RequestIdFilter());
        routing.addFilter(new AccessLogFilter(opened(AccessLog.open())));
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
        Upstreams upstreams = opened(Upstreams.of(config.gateway().routes()));
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
        WebServer serving = serve(config, listener, webSocketRelay, routing, webSockets);
        // Closed before the server, or the clients do not hear that they should come again.
        for (AutoCloseable connected : List.of(upstreams, live)) {
            parts.remove(connected);
            parts.push(connected);
        }
        return serving;
    }

    private WebServer serve(
            ControlPlaneConfig config,
            HttpListener listener,
            UnaryOperator<Http1Upgrader> relay,
            HttpRouting.Builder routing,
            WsRouting.Builder webSockets) {
        WebServer built =
                WebServer.builder()
                        .update(
                                server ->
                                        listener.applyTo(
                                                server, relay, LiveListenerFactory.protocol()))
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

    private Optional<JobMonitor> jobs(FlinkConfig flink) {
        return flink.isConfigured()
                ? Optional.of(opened(JobMonitor.of(flink, clock)))
                : Optional.empty();
    }

    private Optional<SharedStore> shared(RedisConfig redis) {
        return redis.isConfigured()
                ? Optional.of(opened(SharedStore.open(redis)))
                : Optional.empty();
    }

    private static FallbackRateLimiter limiter(RedisConfig config, Optional<SharedStore> shared) {
        return shared.map(
                        store -> FallbackRateLimiter.sharedThrough(store, config.commandTimeout()))
                .orElseGet(FallbackRateLimiter::local);
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }
}
