package io.streamgauge.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PostgreSQL database cluster: one data folder, and the commands upon it. */
final class Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** Generous: recovery after a crash happens within. */
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);

    private static final Duration INITIALIZE_PATIENCE = Duration.ofMinutes(2);
    private static final int ATTEMPTS_AT_A_FREE_PORT = 3;

    private final Path dataDir;
    private final PostgresBinaries binaries;
    private final Account account;

    Cluster(Path dataDir, PostgresBinaries binaries, Account account) {
        this.dataDir = dataDir;
        this.binaries = binaries;
        this.account = account;
    }

    /** A server that takes connections. */
    record Running(ProcessHandle process, int port) {}

    /** Stops the server that a dead JVM left on this folder, and removes what it left. */
    void stopLeftOver() throws IOException {
        PostmasterFile file = PostmasterFile.of(dataDir);
        if (!file.exists()) {
            return;
        }
        var leftOver = file.server();
        if (leftOver.isPresent()) {
            LOG.info("stopping PostgreSQL, process {}, left over", leftOver.get().pid());
            stop(leftOver.get(), List.of("fast", "immediate"), Duration.ofSeconds(15));
        } else {
            // Its number may belong to a stranger by now, before whom PostgreSQL would shrink back.
            file.delete();
        }
    }

    /** Makes the folder a database cluster where it is none. */
    void initializeWhereNew(String user, String password, boolean ephemeral) throws IOException {
        if (Files.exists(dataDir.resolve("PG_VERSION"))) {
            checkVersion();
            account.own(dataDir);
            return;
        }
        // Under another name first, so that a start cut short leaves nothing half done.
        Path unfinished = dataDir.resolveSibling(dataDir.getFileName() + ".new");
        if (Files.exists(unfinished)) {
            Folders.delete(unfinished);
        }
        Files.createDirectory(unfinished);
        account.own(unfinished);
        checkReachable(unfinished);
        List<String> command =
                new ArrayList<>(
                        List.of(
                                binaries.program("initdb"),
                                "--pgdata=" + unfinished,
                                "--username=" + user,
                                "--encoding=UTF8",
                                "--locale=C"));
        if (ephemeral) {
            command.add("--no-sync");
        }
        if (password.isEmpty()) {
            command.add("--auth=trust");
            initialize(command);
        } else {
            Path file = Files.createTempFile("streamgauge-", ".password");
            try {
                Files.writeString(file, password + "\n");
                account.own(file);
                command.add("--auth=scram-sha-256");
                command.add("--pwfile=" + file);
                initialize(command);
            } finally {
                Files.deleteIfExists(file);
            }
        }
        Files.move(unfinished, dataDir, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Starts the server and waits until it takes connections.
     *
     * @param wantedPort 0 for any free one
     */
    Running start(int wantedPort, boolean ephemeral) throws IOException {
        Path log = dataDir.resolve("server.log");
        for (int attempt = 1; ; attempt++) {
            if (Files.exists(log)) {
                Files.move(
                        log, dataDir.resolve("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
            int port = freePort(wantedPort);
            Command.Result result = run(startCommand(log, port, ephemeral), START_PATIENCE);
            if (result.succeeded()) {
                return new Running(
                        PostmasterFile.of(dataDir)
                                .server()
                                .orElseThrow(
                                        () ->
                                                new IOException(
                                                        "PostgreSQL ended at once; see " + log)),
                        port);
            }
            String said = Files.exists(log) ? tail(log) : result.output().strip();
            boolean taken = said.contains("Address already in use");
            if (taken && wantedPort != 0) {
                throw portInUse(wantedPort);
            }
            if (!taken || attempt == ATTEMPTS_AT_A_FREE_PORT) {
                throw new IOException(
                        "PostgreSQL did not start on %s: %s".formatted(dataDir, said));
            }
        }
    }

    /**
     * Stops a server of this folder, trying one shutdown mode after the other.
     *
     * @param patience for each mode
     */
    void stop(ProcessHandle server, List<String> modes, Duration patience) {
        for (String mode : modes) {
            try {
                Command.Result result =
                        run(
                                List.of(
                                        binaries.program("pg_ctl"),
                                        "stop",
                                        "--silent",
                                        "--pgdata=" + dataDir,
                                        "--mode=" + mode,
                                        "--timeout=" + patience.toSeconds()),
                                patience.plusSeconds(5));
                if (result.succeeded() || !server.isAlive()) {
                    awaitEnd(server);
                    return;
                }
                LOG.warn("PostgreSQL did not stop ({}): {}", mode, result.output().strip());
            } catch (IOException e) {
                LOG.warn("PostgreSQL did not stop ({})", mode, e);
            }
        }
        server.destroyForcibly();
        awaitEnd(server);
    }

    private void initialize(List<String> command) throws IOException {
        run(command, INITIALIZE_PATIENCE).orThrow("PostgreSQL could not be initialized");
    }

    private Command.Result run(List<String> command, Duration patience) throws IOException {
        return Command.run(account.command(command), patience);
    }

    private List<String> startCommand(Path log, int port, boolean ephemeral) {
        return List.of(
                binaries.program("pg_ctl"),
                "start",
                "--silent",
                "--wait",
                "--timeout=" + START_PATIENCE.toSeconds(),
                "--pgdata=" + dataDir,
                "--log=" + log,
                "--options=" + ServerSettings.options(port, ephemeral));
    }

    private void checkVersion() throws IOException {
        String version = Files.readString(dataDir.resolve("PG_VERSION")).strip();
        if (!version.equals(PostgresBinaries.MAJOR_VERSION)) {
            throw new IOException(
                    "%s: data of PostgreSQL %s (expected: %s); move it away, or dump it with its own version"
                            .formatted(dataDir, version, PostgresBinaries.MAJOR_VERSION));
        }
    }

    private void checkReachable(Path folder) throws IOException {
        if (!account.canEnter(folder)) {
            throw new IOException(
                    "PostgreSQL does not run as root but as %s here, who cannot reach %s: choose a data folder that all users can reach, or run Streamgauge as a user other than root"
                            .formatted(account.owner().orElse("this user"), folder));
        }
    }

    private static int freePort(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            return socket.getLocalPort();
        } catch (BindException e) {
            BindException named = portInUse(wanted);
            named.initCause(e);
            throw named;
        }
    }

    private static BindException portInUse(int port) {
        return new BindException("PostgreSQL port: " + port + " (expected: a free port)");
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("; ", lines.subList(Math.max(0, lines.size() - 4), lines.size()));
    }

    /** The server tells of its end a moment before its process is gone. */
    private static void awaitEnd(ProcessHandle server) {
        try {
            requireNonNull(server).onExit().get(10, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("PostgreSQL, process {}, does not end", server.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
