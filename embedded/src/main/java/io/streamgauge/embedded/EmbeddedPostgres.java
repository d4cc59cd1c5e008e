package io.streamgauge.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One PostgreSQL server as a child of this JVM, reachable on the loopback interface only.
 *
 * <p>The binaries come from Maven artefacts. Starting and stopping them is done here and not by the
 * library that these artefacts were made for, since a server that outlives its JVM or shares its
 * terminal needs more care:
 *
 * <ul>
 *   <li>{@code pg_ctl} puts the server into a session of its own, so that Ctrl-C in a terminal
 *       reaches the JVM alone, which then stops things in their right order.
 *   <li>A {@link Watchdog} stops the server where the JVM ended without doing so, {@code kill -9}
 *       included. What even that misses, the next start on the same folder finds and stops.
 *   <li>PostgreSQL refuses to run as root; {@link Account} says what is done about that.
 * </ul>
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

    private static final String USER = "postgres";
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);

    private final Options options;
    private final Cluster cluster;
    private final FolderLock lock;
    private final int port;
    private final ProcessHandle server;
    private final Watchdog watchdog;
    private final ReentrantLock closing = new ReentrantLock();
    private boolean closed;

    /**
     * Where a server keeps its data and listens.
     *
     * @param dataDir made where missing; its name with {@code .lock} added is used, too
     * @param port of the loopback interface; 0 means any free one
     * @param password of the superuser, fixed when {@code dataDir} is first used; empty means that
     *     every local user is trusted, who then can do all that the superuser can, which includes
     *     running programs: for tests only
     * @param deleteOnClose whether {@code dataDir} goes with the server, which then need not care
     *     for its durability
     */
    public record Options(Path dataDir, int port, String password, boolean deleteOnClose) {

        public Options {
            requireNonNull(password, "password");
            dataDir = dataDir.toAbsolutePath().normalize();
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(
                        "PostgreSQL port: " + port + " (expected: 0 to 65535)");
            }
        }

        /** A server whose data stays. */
        public Options(Path dataDir, int port, String password) {
            this(dataDir, port, password, false);
        }

        /** A server for a test: any free port, no password, a folder that close() deletes. */
        public static Options ephemeral() {
            try {
                Path folder = Files.createTempDirectory("streamgauge-postgres-");
                return new Options(folder.resolve("data"), 0, "", true);
            } catch (IOException e) {
                throw new UncheckedIOException("a temporary folder could not be made", e);
            }
        }

        @Override
        public String toString() {
            return "Options[dataDir=%s, port=%d, deleteOnClose=%s]"
                    .formatted(dataDir, port, deleteOnClose);
        }
    }

    private EmbeddedPostgres(
            Options options, Cluster cluster, FolderLock lock, Cluster.Running running)
            throws IOException {
        this.options = options;
        this.cluster = cluster;
        this.lock = lock;
        this.port = running.port();
        this.server = running.process();
        this.watchdog = Watchdog.guard(server);
    }

    /**
     * Starts a server and returns when it takes connections. On first use the data folder is
     * initialized; a server that a dead JVM left behind on it is stopped first.
     *
     * @throws BindException where the port is in use; the message names it
     * @throws IOException where another process uses the folder, or where the server does not
     *     start; the message says why
     */
    public static EmbeddedPostgres start(Options options) throws IOException {
        Path parent = requireNonNull(options.dataDir().getParent(), "dataDir's parent");
        Files.createDirectories(parent);
        FolderLock lock = FolderLock.take(options.dataDir());
        try {
            Account account = Account.forThisProcess();
            PostgresBinaries binaries = PostgresBinaries.unpacked(account);
            Cluster cluster = new Cluster(options.dataDir(), binaries, account);
            cluster.stopLeftOver();
            cluster.initializeWhereNew(USER, options.password(), options.deleteOnClose());
            Cluster.Running running = cluster.start(options.port(), options.deleteOnClose());
            LOG.info(
                    "PostgreSQL, process {}, serves port {} from {}",
                    running.process().pid(),
                    running.port(),
                    options.dataDir());
            return new EmbeddedPostgres(options, cluster, lock, running);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Where JDBC connects to; carries no credentials. */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** The superuser, who owns the database. */
    public String user() {
        return USER;
    }

    /** The superuser's password; empty where none is asked for. */
    public String password() {
        return options.password();
    }

    /** The port clients connect to. */
    public int port() {
        return port;
    }

    /** The server's process id. */
    public long pid() {
        return server.pid();
    }

    /** Completes when the server's process ends, for whatever reason. */
    public CompletableFuture<Void> onExit() {
        return server.onExit().thenAccept(process -> {});
    }

    /** Stops the server, ending its connections, and waits for it. */
    @Override
    public void close() {
        closing.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            cluster.stop(server, stopModes(), STOP_PATIENCE);
            watchdog.dismiss();
            lock.close();
            if (options.deleteOnClose()) {
                Folders.delete(requireNonNull(options.dataDir().getParent()));
            }
        } finally {
            closing.unlock();
        }
    }

    private List<String> stopModes() {
        return options.deleteOnClose() ? List.of("immediate") : List.of("fast", "immediate");
    }
}
