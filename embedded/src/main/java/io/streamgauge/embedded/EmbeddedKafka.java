package io.streamgauge.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka node, broker and controller, in this JVM, reachable on the loopback interface only.
 *
 * <p>The parts are put together here as {@code KafkaRaftServer} does, with two differences. Its
 * sockets are bound before anything else starts: a port in use fails at once and the controller
 * needs no fixed port. And a fatal fault completes {@link #failure()} where Kafka would halt the
 * JVM, which holds more than Kafka.
 *
 * <p>Data written before a {@code kill -9} is there after the next start: acknowledged records are
 * in the operating system's page cache by then. Only a crash of the whole machine can lose the last
 * of them.
 */
public final class EmbeddedKafka implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);

    static final int NODE_ID = 1;
    static final String CLIENT_LISTENER = "CLIENTS";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    /** How long a shutdown may hand things over in good order before it just stops. */
    private static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(10);

    private final Options options;
    private final LoopbackSockets sockets;
    private final BrokerServer broker;
    private final ControllerServer controller;
    private final CompletableFuture<Throwable> failure;
    private final ReentrantLock closing = new ReentrantLock();
    private boolean closed;

    /**
     * Where a node keeps its data and listens.
     *
     * @param dataDir made where missing
     * @param port of the loopback interface; 0 means any free one
     * @param deleteOnClose whether {@code dataDir} goes with the node
     */
    public record Options(Path dataDir, int port, boolean deleteOnClose) {

        public Options {
            requireNonNull(dataDir, "dataDir");
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(
                        "Kafka port: " + port + " (expected: 0 to 65535)");
            }
        }

        /** A node whose data stays. */
        public Options(Path dataDir, int port) {
            this(dataDir, port, false);
        }

        /** A node for a test: any free port, and a folder of its own that close() deletes. */
        public static Options ephemeral() {
            try {
                return new Options(Files.createTempDirectory("streamgauge-kafka-"), 0, true);
            } catch (IOException e) {
                throw new UncheckedIOException("a temporary folder could not be made", e);
            }
        }
    }

    private EmbeddedKafka(Options options, LoopbackSockets sockets, KafkaConfig config)
            throws IOException {
        this.options = options;
        this.sockets = sockets;
        this.failure = new CompletableFuture<>();
        var logDirs = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        MetaPropertiesEnsemble properties = logDirs._1();
        SharedServer shared =
                new SharedServer(
                        config,
                        properties,
                        Time.SYSTEM,
                        Server.initializeMetrics(
                                config, Time.SYSTEM, properties.clusterId().orElseThrow()),
                        CompletableFuture.completedFuture(
                                Map.of(NODE_ID, sockets.address(CONTROLLER_LISTENER))),
                        List.of(),
                        (name, fatal, action) -> new FaultReporter(name, fatal, action, failure),
                        sockets);
        this.controller =
                new ControllerServer(shared, KafkaRaftServer.configSchema(), logDirs._2());
        this.broker = new BrokerServer(shared);
    }

    /**
     * Starts a node and returns when clients can use it. The data folder is formatted on first use.
     *
     * @throws java.net.BindException where the port is in use; the message names it
     * @throws IOException where the data folder cannot be used or the node does not start
     */
    public static EmbeddedKafka start(Options options) throws IOException {
        LoopbackSockets sockets = LoopbackSockets.bind(options.port());
        EmbeddedKafka kafka = null;
        try {
            Files.createDirectories(options.dataDir());
            formatWhereNew(options.dataDir());
            KafkaConfig config =
                    new KafkaConfig(
                            NodeSettings.of(
                                    options.dataDir(),
                                    sockets.address(CLIENT_LISTENER).getPort(),
                                    sockets.address(CONTROLLER_LISTENER).getPort()),
                            false);
            kafka = new EmbeddedKafka(options, sockets, config);
            kafka.controller.startup();
            kafka.broker.startup();
            LOG.info("Kafka serves {} from {}", kafka.bootstrapServers(), options.dataDir());
            return kafka;
        } catch (IOException | RuntimeException e) {
            if (kafka != null) {
                kafka.close();
            } else {
                sockets.close();
            }
            throw new IOException(
                    "Kafka did not start on " + options.dataDir() + ": " + e.getMessage(), e);
        }
    }

    /** What clients set as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        InetSocketAddress address = sockets.address(CLIENT_LISTENER);
        return InetAddress.getLoopbackAddress().getHostAddress() + ":" + address.getPort();
    }

    /** The port clients connect to. */
    public int port() {
        return sockets.address(CLIENT_LISTENER).getPort();
    }

    /**
     * Completes, with the cause, where the node cannot go on. It must be closed then; until then it
     * may answer some requests and not others.
     */
    public CompletableFuture<Throwable> failure() {
        return failure.copy();
    }

    /** Stops the node and waits for it. */
    @Override
    public void close() {
        closing.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            broker.shutdown(SHUTDOWN_PATIENCE);
            controller.shutdown();
            broker.awaitShutdown();
            controller.awaitShutdown();
            sockets.close();
            if (options.deleteOnClose()) {
                Folders.delete(options.dataDir());
            }
        } finally {
            closing.unlock();
        }
    }

    private static void formatWhereNew(Path dataDir) throws IOException {
        if (Files.exists(dataDir.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
            return;
        }
        try {
            new Formatter()
                    .setNodeId(NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setControllerListenerName(CONTROLLER_LISTENER)
                    .addDirectory(dataDir.toString())
                    .setMetadataLogDirectory(dataDir.toString())
                    .setHasDynamicQuorum(false)
                    .setPrintStream(
                            new java.io.PrintStream(java.io.OutputStream.nullOutputStream()))
                    .run();
        } catch (Exception e) {
            throw new IOException("the folder could not be formatted: " + e.getMessage(), e);
        }
    }
}
