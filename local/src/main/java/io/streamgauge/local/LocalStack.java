package io.streamgauge.local;

import static java.util.Objects.requireNonNull;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Topics;
import io.streamgauge.control.ControlPlane;
import io.streamgauge.control.config.ControlPlaneConfig;
import io.streamgauge.control.config.FlinkConfig;
import io.streamgauge.control.config.GatewayConfig;
import io.streamgauge.control.config.HttpConfig;
import io.streamgauge.control.config.IngestConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.config.RedisConfig;
import io.streamgauge.control.config.RetentionConfig;
import io.streamgauge.control.config.SignInConfig;
import io.streamgauge.control.config.TokenConfig;
import io.streamgauge.embedded.EmbeddedKafka;
import io.streamgauge.embedded.EmbeddedPostgres;
import io.streamgauge.local.agent.HostMetricsAgent;
import io.streamgauge.local.flink.FlinkRuntime;
import io.streamgauge.local.flink.ProductJobs;
import io.streamgauge.local.rules.AlertClient;
import io.streamgauge.local.rules.DemoAlerts;
import io.streamgauge.local.token.LocalKeys;
import io.streamgauge.local.token.TokenIssuer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * PostgreSQL, Kafka, Flink with its jobs, and the control plane, in this JVM and on one data
 * folder. What {@code streamgauge up} runs is this, and nothing more.
 *
 * <p>Started from the ground up, what does not depend on each other at once; closed from the top
 * down, so that nothing loses what it still writes to. All data is in the folder: a stack that is
 * started on it again goes on where the last one ended, however that ended.
 */
public final class LocalStack implements AutoCloseable {

    /** The tenant that every local installation has. */
    public static final TenantId DEMO = new TenantId("demo");

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration JOB_PATIENCE = Duration.ofSeconds(60);
    private static final int EVENT_PARTITIONS = 4;
    private static final int RESULT_PARTITIONS = 2;
    private static final Duration EVENT_RETENTION = Duration.ofDays(2);
    private static final long EVENT_BYTES_PER_PARTITION = 256L << 20;

    private final StartedParts parts;
    private final EmbeddedPostgres postgres;
    private final EmbeddedKafka kafka;
    private final FlinkRuntime flink;
    private final ControlPlane controlPlane;
    private final TokenIssuer tokens;
    private final ReentrantLock closing = new ReentrantLock();

    private LocalStack(
            StartedParts parts,
            EmbeddedPostgres postgres,
            EmbeddedKafka kafka,
            FlinkRuntime flink,
            ControlPlane controlPlane,
            TokenIssuer tokens) {
        this.parts = parts;
        this.postgres = postgres;
        this.kafka = kafka;
        this.flink = flink;
        this.controlPlane = controlPlane;
        this.tokens = tokens;
    }

    /**
     * Starts a stack and says nothing about it; see {@link #start(LocalStackOptions, Consumer)}.
     */
    public static LocalStack start(LocalStackOptions options) throws IOException {
        return start(options, progress -> {});
    }

    /**
     * Starts a stack and returns when all of it is ready and the job runs. Where a part does not
     * start, those that did are closed.
     *
     * @param progress is told, in a few words each, what has started
     * @throws StartException where a port or the folder is in use; the message names who uses it
     * @throws IOException where something else keeps a part from starting
     */
    public static LocalStack start(LocalStackOptions options, Consumer<String> progress)
            throws IOException {
        StartedParts parts = new StartedParts();
        try {
            return start(options, parts, progress);
        } catch (IOException | RuntimeException | Error e) {
            parts.close();
            throw e;
        }
    }

    private static LocalStack start(
            LocalStackOptions options, StartedParts parts, Consumer<String> progress)
            throws IOException {
        DataDir dataDir = new DataDir(options.dataDir());
        Files.createDirectories(dataDir.log().getParent());
        parts.addQuietly("the data folder's lock", DataDirLock.take(dataDir));
        requireFree(options.http());
        requireFree(options.flink());
        requireFree(options.kafka());
        if (!Files.exists(dataDir.postgres().resolve("postmaster.pid"))) {
            requireFree(options.postgres()); // otherwise our own, left over, may have it still
        }
        LocalKeys keys = LocalKeys.openOrCreate(dataDir.keys());
        TokenIssuer tokens = new TokenIssuer(keys, Clock.systemUTC());

        String ownerPassword = keys.password("postgres");
        ParallelStart together = new ParallelStart(parts, progress);
        var postgresStart =
                together.start("PostgreSQL", () -> postgres(dataDir, options, ownerPassword));
        var kafkaStart =
                together.start(
                        "Kafka",
                        () ->
                                EmbeddedKafka.start(
                                        new EmbeddedKafka.Options(
                                                dataDir.kafka(), options.kafkaPort())));
        var flinkStart =
                together.start(
                        "Flink",
                        () ->
                                FlinkRuntime.start(
                                        dataDir.flink(), options.flinkPort(), dataDir.log()));
        together.await();
        EmbeddedPostgres postgres = postgresStart.part();
        EmbeddedKafka kafka = kafkaStart.part();
        FlinkRuntime flink = flinkStart.part();

        ControlPlane controlPlane = controlPlane(options, keys, postgres, kafka, flink);
        // Flink stops before the control plane: it is above it in the flow of definitions.
        parts.addBelow("Flink", "the control plane", controlPlane);
        progress.accept("control plane");
        flink.run(ProductJobs.reading(kafka.bootstrapServers()), JOB_PATIENCE);
        progress.accept("jobs");
        LocalStack stack = new LocalStack(parts, postgres, kafka, flink, controlPlane, tokens);
        if (options.agent()) {
            parts.add("the host metrics agent", stack.startAgent(dataDir));
            progress.accept("host metrics");
        }
        dataDir.announce(stack.apiUrl().toString());
        parts.addQuietly("the announcement", dataDir::retract);
        return stack;
    }

    /** Where the API is; its paths start with {@code /api/v1}. */
    public URI apiUrl() {
        return URI.create("http://" + LOOPBACK + ":" + controlPlane.port());
    }

    /** Where Flink's web UI is. */
    public URI flinkUrl() {
        return flink.webUi();
    }

    /** Kafka's {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** The database, for looking at it as its owner. */
    public EmbeddedPostgres postgres() {
        return postgres;
    }

    /** The job's cluster. */
    public FlinkRuntime flink() {
        return flink;
    }

    /** Makes tokens that the API accepts. */
    public TokenIssuer tokens() {
        return tokens;
    }

    /** Completes with the cause where a part ends by itself; the stack should be closed then. */
    public CompletableFuture<Throwable> failure() {
        CompletableFuture<Throwable> databaseEnds =
                postgres.onExit()
                        .thenApply(end -> new IllegalStateException("PostgreSQL has ended"));
        return kafka.failure().applyToEither(databaseEnds, cause -> cause);
    }

    /** Closes everything, from the top down, and waits for it. */
    @Override
    public void close() {
        close(part -> {});
    }

    /**
     * Closes everything, from the top down, and waits for it.
     *
     * @param progress is told what is about to be closed
     */
    public void close(Consumer<String> progress) {
        closing.lock();
        try {
            parts.close(progress);
        } finally {
            closing.unlock();
        }
    }

    private HostMetricsAgent startAgent(DataDir dataDir) {
        return HostMetricsAgent.start(
                apiUrl(), () -> editorToken("host-metrics-agent"), () -> installAlerts(dataDir));
    }

    private void installAlerts(DataDir dataDir) {
        try (AlertClient client =
                new AlertClient(apiUrl(), editorToken("demo-alerts"), Optional.empty())) {
            DemoAlerts.install(client, dataDir.alertsInstalled());
        }
    }

    private String editorToken(String subject) {
        return tokens.issue(subject, DEMO, Set.of("editor"), HostMetricsAgent.TOKEN_TTL);
    }

    private static EmbeddedPostgres postgres(
            DataDir dataDir, LocalStackOptions options, String password) throws IOException {
        try {
            return EmbeddedPostgres.start(
                    new EmbeddedPostgres.Options(
                            dataDir.postgres(), options.postgresPort(), password));
        } catch (BindException e) {
            throw portInUse(options.postgres(), e);
        }
    }

    private static ControlPlane controlPlane(
            LocalStackOptions options,
            LocalKeys keys,
            EmbeddedPostgres postgres,
            EmbeddedKafka kafka,
            FlinkRuntime flink)
            throws IOException {
        LocalDatabase database = new LocalDatabase(postgres);
        try {
            ControlPlane controlPlane =
                    ControlPlane.start(
                            new ControlPlaneConfig(
                                    HttpConfig.plain(LOOPBACK, options.httpPort()),
                                    database.prepareUsers(),
                                    new KafkaConfig(
                                            kafka.bootstrapServers(),
                                            Topics.DEFAULT,
                                            EVENT_PARTITIONS,
                                            RESULT_PARTITIONS,
                                            (short) 1,
                                            EVENT_RETENTION,
                                            EVENT_BYTES_PER_PARTITION),
                                    new TokenConfig(
                                            keys.publicKeys().toString(),
                                            TokenIssuer.ISSUER,
                                            TokenIssuer.AUDIENCE),
                                    IngestConfig.DEFAULT,
                                    RetentionConfig.DEFAULT,
                                    GatewayConfig.DEFAULT,
                                    RedisConfig.NONE,
                                    new FlinkConfig(flink.webUi().toString()),
                                    SignInConfig.NONE));
            try {
                database.seed();
            } catch (SQLException | IOException | RuntimeException e) {
                controlPlane.close();
                throw e;
            }
            return controlPlane;
        } catch (SQLException e) {
            throw new IOException("the database cannot be prepared: " + e.getMessage(), e);
        }
    }

    /** Asked before anything starts, so that a start that cannot succeed changes nothing. */
    private static void requireFree(LocalStackOptions.Port port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.number()));
        } catch (BindException e) {
            throw portInUse(port, e);
        }
    }

    private static StartException portInUse(LocalStackOptions.Port port, BindException cause) {
        return new StartException(
                "port %d of %s is in use%s; choose another with %s"
                        .formatted(
                                port.number(),
                                port.purpose(),
                                PortOwner.of(port.number()).map(owner -> " by " + owner).orElse(""),
                                port.option()),
                requireNonNull(cause));
    }
}
