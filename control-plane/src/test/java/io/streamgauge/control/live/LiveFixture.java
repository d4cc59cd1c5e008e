package io.streamgauge.control.live;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.websocket.WsRouting;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.config.HttpConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.http.HttpListener;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.live.connection.LiveAdmission;
import io.streamgauge.control.live.connection.LiveOptions;
import io.streamgauge.control.live.endpoint.LiveListenerFactory;
import io.streamgauge.control.live.feed.ResumeOptions;
import io.streamgauge.control.problem.ProblemHandlers;
import io.streamgauge.control.ratelimit.LeasedCounters;
import io.streamgauge.control.stream.StreamCatalog;
import io.streamgauge.control.tenant.TenantDirectory;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.Results;
import io.streamgauge.control.testing.TestingAuthenticator;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A server with live connections only, in front of a real broker and a real database. */
final class LiveFixture implements AutoCloseable {

    /** A site whose pages may connect. */
    static final String LISTED_ORIGIN = "https://app.example.com";

    /** Short enough for tests to wait for. */
    static final LiveOptions OPTIONS =
            new LiveOptions(
                    Duration.ofSeconds(1),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    256,
                    1 << 20,
                    Duration.ofMillis(20),
                    Duration.ofMillis(50));

    private static final String SPEC =
            """
            {"name":"metrics","fields":[
              {"name":"host","type":"string","role":"dimension"},
              {"name":"v","type":"number","role":"measure"}],
             "windows":["1s","10s"]}
            """;

    final TestingAuthenticator authenticator = new TestingAuthenticator();
    final HttpClient http = HttpClient.newHttpClient();
    final KafkaConfig kafka;
    final TenantId tenant;
    final StreamDefinition stream;
    final Results results;
    final LiveHub hub;
    final LeasedCounters leases = LeasedCounters.open(Optional.empty());
    private final LiveOptions options;
    private final HttpListener listener = HttpListener.open(HttpConfig.plain("127.0.0.1", 0));
    private final WebServer server;

    LiveFixture(Backends backends, LiveOptions options) {
        this(backends, backends.kafka(), options, ResumeOptions.DEFAULT);
    }

    /** One that remembers as much as it is told. */
    LiveFixture(Backends backends, KafkaConfig kafka, LiveOptions options, ResumeOptions resume) {
        this(backends, kafka, options, resume, backends.newTenant(), Optional.empty());
    }

    /** Another replica of one that runs. */
    LiveFixture(Backends backends, LiveFixture first, ResumeOptions resume) {
        this(backends, first.kafka, first.options, resume, first.tenant, Optional.of(first.stream));
    }

    private LiveFixture(
            Backends backends,
            KafkaConfig kafka,
            LiveOptions options,
            ResumeOptions resume,
            TenantId tenant,
            Optional<StreamDefinition> stream) {
        TopicProvisioner.provision(kafka);
        this.kafka = kafka;
        this.options = options;
        this.tenant = tenant;
        this.stream = stream.orElseGet(() -> backends.newStream(tenant, SPEC));
        results = new Results(kafka);
        hub = LiveHub.start(kafka, backends.database(), options, resume, changed -> {});
        HttpRouting.Builder routing = HttpRouting.builder();
        ProblemHandlers.register(routing);
        server =
                WebServer.builder()
                        .update(it -> listener.applyTo(it, LiveListenerFactory.protocol()))
                        .shutdownHook(false)
                        .directHandlers(ProblemHandlers.direct())
                        .addRouting(routing)
                        .addRouting(
                                WsRouting.builder()
                                        .endpoint(
                                                LiveListenerFactory.PATH,
                                                new LiveListenerFactory(
                                                        hub,
                                                        authenticator,
                                                        new TenantAccess(
                                                                new TenantDirectory(
                                                                        backends.database())),
                                                        new StreamCatalog(backends.database()),
                                                        new LiveAdmission(
                                                                leases, caller -> Optional.empty()),
                                                        List.of(LISTED_ORIGIN))))
                        .build()
                        .start();
    }

    int port() {
        return server.port();
    }

    /** A connection with every scope, past its init. */
    TestingClient connect() {
        return TestingClient.connect(http, port(), authenticator.token(tenant));
    }

    /** The same without a library. */
    RawClient connectRaw() throws java.io.IOException {
        RawClient client = new RawClient(port());
        client.send(
                "{\"type\":\"connection_init\",\"payload\":{\"token\":\"%s\"}}"
                        .formatted(authenticator.token(tenant)));
        return client;
    }

    @Override
    public void close() {
        hub.close();
        server.stop();
        listener.close();
        results.close();
        http.shutdownNow();
    }
}
