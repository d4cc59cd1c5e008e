package io.streamgauge.control.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.streamgauge.control.ControlPlaneMain;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.config.KafkaConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A control plane that is a process of its own, as replicas are. What it says goes to the test's
 * error output, where it is of use when a test fails.
 */
public final class ControlPlaneProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Process process;
    private final int port;

    private ControlPlaneProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one, and does not wait for it.
     *
     * @param jwks the keys that it believes
     * @param settings more of its environment
     */
    public static ControlPlaneProcess start(
            Backends backends, KafkaConfig kafka, Path jwks, Map<String, String> settings)
            throws IOException {
        int port = freePort();
        DatabaseConfig database = backends.databaseConfig();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("streamgauge.jvm.flags", "").split(" ", -1)));
        command.removeIf(String::isBlank);
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ControlPlaneMain.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(
                        Map.ofEntries(
                                Map.entry("STREAMGAUGE_HTTP_HOST", "127.0.0.1"),
                                Map.entry("STREAMGAUGE_HTTP_PORT", Integer.toString(port)),
                                Map.entry("STREAMGAUGE_DATABASE_JDBC_URL", database.jdbcUrl()),
                                Map.entry("STREAMGAUGE_DATABASE_OWNER_USER", database.ownerUser()),
                                Map.entry("STREAMGAUGE_DATABASE_POOL_SIZE", "4"),
                                Map.entry(
                                        "STREAMGAUGE_KAFKA_BOOTSTRAP_SERVERS",
                                        kafka.bootstrapServers()),
                                Map.entry(
                                        "STREAMGAUGE_KAFKA_TOPIC_PREFIX",
                                        kafka.topics().events().replace(".events", "")),
                                Map.entry("STREAMGAUGE_KAFKA_EVENT_PARTITIONS", "3"),
                                Map.entry("STREAMGAUGE_KAFKA_RESULT_PARTITIONS", "3"),
                                Map.entry("STREAMGAUGE_KAFKA_REPLICATION_FACTOR", "1"),
                                Map.entry("STREAMGAUGE_KAFKA_EVENT_RETENTION", "1h"),
                                Map.entry("STREAMGAUGE_TOKEN_JWKS", jwks.toString()),
                                Map.entry("STREAMGAUGE_TOKEN_ISSUER", TestingIssuer.ISSUER),
                                Map.entry("STREAMGAUGE_TOKEN_AUDIENCE", TestingIssuer.AUDIENCE)));
        builder.environment().putAll(settings);
        Process process = builder.start();
        Thread.ofVirtual().start(() -> passOn(process, port));
        return new ControlPlaneProcess(process, port);
    }

    public int port() {
        return port;
    }

    /** Waits until it serves. */
    public void awaitReady() {
        ApiClient anonymous = new ApiClient(port, "");
        await().atMost(START_LIMIT)
                .ignoreExceptions()
                .failFast("the process has ended", () -> !process.isAlive())
                .until(() -> anonymous.get("/ready").status() == 200);
    }

    /** What it counts under a name, without labels; -1 where there is nothing of that name. */
    public double metric(String name) {
        return new ApiClient(port, "")
                .get("/metrics", "Accept", "text/plain")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElse(-1);
    }

    /** Ends it at once, so that it can tell nobody. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    private static void passOn(Process process, int port) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            lines.lines().forEach(line -> System.err.println("replica " + port + ": " + line));
        } catch (IOException e) {
            System.err.println("replica " + port + ": " + e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
