package io.streamgauge.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.Topics;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.embedded.TopicContents;
import io.streamgauge.local.LocalStack;
import io.streamgauge.local.cli.Main;
import io.streamgauge.local.token.LocalKeys;
import io.streamgauge.local.token.TokenIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code streamgauge up} as a process of its own, ended in the middle of a stream of events. */
class RestartIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Goes around with each host's events, so that one host at least is above the level always. */
    private static final String HIGH =
            """
            {"name":"high","stream":"s","groupBy":["host"],
             "condition":{"kind":"threshold","measure":"load","op":">","value":40,"recovery":20}}
            """;

    private static final String ROUND =
            """
            {"name":"round","stream":"s","groupBy":["host"],"keepFiringFor":"1s",
             "condition":{"kind":"sequence","within":"2s","on":"both","steps":[
               {"name":"top","where":"event.load == 49"},
               {"name":"bottom","where":"event.load == 5 && event.n > steps.top[0].n"}]}}
            """;

    @TempDir private Path folder;
    private Path dataDir;
    private int httpPort;
    private int flinkPort;
    private int kafkaPort;
    private int postgresPort;
    private @Nullable Process process;

    @SuppressWarnings("NullAway.Init") // JUnit calls prepare before the tests.
    RestartIT() {}

    @BeforeEach
    void prepare() throws IOException {
        dataDir = folder.resolve("data");
        List<ServerSocket> sockets = new ArrayList<>(); // all open at once, so that they differ
        for (int i = 0; i < 4; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        httpPort = sockets.get(0).getLocalPort();
        flinkPort = sockets.get(1).getLocalPort();
        kafkaPort = sockets.get(2).getLocalPort();
        postgresPort = sockets.get(3).getLocalPort();
        for (ServerSocket socket : sockets) {
            socket.close();
        }
    }

    @AfterEach
    void endProcess() throws InterruptedException {
        stop();
    }

    @Test
    void nothingIsLostOrDoubledWhenItIsKilledInTheMiddleOfAStreamOfEvents() throws Exception {
        up();
        api().createStream(
                        """
                        {"name":"s","fields":[
                          {"name":"at","type":"timestamp","role":"timestamp"},
                          {"name":"host","type":"string","role":"dimension"},
                          {"name":"n","type":"number","role":"measure"},
                          {"name":"load","type":"number","role":"measure"}],
                         "windows":["1s","10s"],"outOfOrderness":"100ms","allowedLateness":"10m"}
                        """);
        Map<String, Instant> inForce = new HashMap<>();
        for (String alert : List.of(HIGH, ROUND)) {
            inForce.putAll(createAlert(alert));
        }
        Instant from = Instant.now().minusSeconds(10);
        Producer producer = new Producer();
        producer.start();
        producer.awaitAcknowledged(2_000);

        Instant killed = Instant.now();
        kill();
        up();
        producer.awaitAcknowledged(4_000);
        Instant stopped = Instant.now();
        stop(); // in good order, with windows open
        up();
        producer.awaitAcknowledged(6_000);
        producer.stop();

        BatchOracle oracle = logged(producer.acknowledged);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> oracle.assertEquals(stored(from)));
        AlertOracle alerts =
                new AlertOracle(
                        "s",
                        read(Topics.DEFAULT.control()),
                        read(Topics.DEFAULT.events()),
                        inForce);
        assertThat(alerts.open(killed)).as("fire at the kill").isPositive();
        assertThat(alerts.open(stopped)).as("fire at the stop").isPositive();
        for (String alert : List.of("high", "round")) {
            assertThat(alerts.count(alert, InstanceState.RESOLVED)).as(alert).isGreaterThan(10);
        }
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(
                        () -> {
                            try (ApiClient api = api()) {
                                alerts.assertStored(api.instances(inForce.keySet(), from));
                            }
                        });
        alerts.assertTold(read(Topics.DEFAULT.alerts()));
    }

    /** Creates an alert; gives its id, and since when all of the job judges by it. */
    private Map<String, Instant> createAlert(String specification) throws Exception {
        try (ApiClient api = api()) {
            String id = api.send("POST", "/api/v1/alerts", specification).path("id").asText();
            List<JsonNode> status = new ArrayList<>();
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                JsonNode version =
                                        api.get("/api/v1/alerts/" + id + "/status")
                                                .path("versions")
                                                .path(0);
                                status.add(version);
                                return version.path("subtasks").asInt() > 0
                                        && version.path("activeSubtasks").asInt()
                                                == version.path("subtasks").asInt();
                            });
            return Map.of(id, Instant.parse(status.getLast().path("effectiveFrom").asText()));
        }
    }

    /**
     * What the log holds, which is what should be counted; and that all that was acknowledged is in
     * it.
     */
    private BatchOracle logged(Set<Integer> acknowledged) throws IOException {
        BatchOracle oracle = new BatchOracle(Duration.ofSeconds(1), Duration.ofSeconds(10));
        Set<Integer> logged = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : read(Topics.DEFAULT.events())) {
            Header tenant = record.headers().lastHeader(RecordHeaders.TENANT);
            if (tenant != null
                    && new String(tenant.value(), StandardCharsets.UTF_8).equals("demo")) {
                JsonNode event = Json.mapper().readTree(record.value());
                logged.add(event.path("n").asInt());
                oracle.add(
                        new BatchOracle.Sent(
                                event.path("at").asLong(),
                                "{\"host\":\"" + event.path("host").asText() + "\"}",
                                Map.of(
                                        "n",
                                        event.path("n").asDouble(),
                                        "load",
                                        event.path("load").asDouble())));
            }
        }
        assertThat(logged).containsAll(acknowledged);
        return oracle;
    }

    private List<Aggregate> stored(Instant from) throws Exception {
        List<Aggregate> stored = new ArrayList<>();
        try (ApiClient api = api()) {
            for (String window : List.of("1s", "10s")) {
                stored.addAll(api.aggregates("s", window, from, Instant.now()));
            }
        }
        return stored;
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        return TopicContents.read("127.0.0.1:" + kafkaPort, topic);
    }

    /**
     * Sends small batches without a pause, numbers its events, and goes on whatever the server
     * does.
     */
    private final class Producer {

        private static final int BATCH = 10;

        private final Set<Integer> acknowledged = new HashSet<>();
        private final AtomicBoolean running = new AtomicBoolean(true);
        private final Thread thread = new Thread(this::run, "producer");
        private int next;

        void start() {
            thread.start();
        }

        void awaitAcknowledged(int count) {
            await().atMost(PATIENCE).until(() -> acknowledged() >= count);
        }

        void stop() throws InterruptedException {
            running.set(false);
            thread.join();
        }

        private synchronized int acknowledged() {
            return acknowledged.size();
        }

        private void run() {
            try (ApiClient api = api()) {
                while (running.get()) {
                    send(api);
                }
            } catch (Exception e) {
                throw new IllegalStateException("producer ended", e);
            }
        }

        private void send(ApiClient api) throws Exception {
            List<String> events = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                int n = next + i;
                int load = (n / 3 + 17 * (n % 3)) % 50;
                events.add(
                        "{\"at\":%d,\"host\":\"h%d\",\"n\":%d,\"load\":%d}"
                                .formatted(System.currentTimeMillis(), n % 3, n, load));
            }
            JsonNode answer;
            try {
                answer = api.ingest("s", "application/json", events.toString());
            } catch (IOException away) {
                next += BATCH; // perhaps in the log, perhaps not: never sent again
                return;
            }
            if (answer.path("accepted").asInt() == BATCH) {
                synchronized (this) {
                    for (int i = 0; i < BATCH; i++) {
                        acknowledged.add(next + i);
                    }
                }
            }
            next += BATCH;
        }
    }

    private ApiClient api() throws IOException {
        String token =
                new TokenIssuer(LocalKeys.openOrCreate(dataDir.resolve("keys")), Clock.systemUTC())
                        .issue("test", LocalStack.DEMO, Set.of("admin"), Duration.ofHours(1));
        return new ApiClient(URI.create("http://127.0.0.1:" + httpPort), token);
    }

    private void up() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("streamgauge.jvm.flags").split(" ")));
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "up"));
        command.addAll(List.of("--data-dir", dataDir.toString(), "--no-agent"));
        command.addAll(List.of("--port", "" + httpPort, "--flink-port", "" + flinkPort));
        command.addAll(
                List.of("--kafka-port", "" + kafkaPort, "--postgres-port", "" + postgresPort));
        Process started =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve("console").toFile()))
                        .start();
        process = started;
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            assertThat(started.isAlive()).as("streamgauge up is alive").isTrue();
                            return isReady();
                        });
    }

    private boolean isReady() throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            "http://127.0.0.1:"
                                                                    + httpPort
                                                                    + "/ready"))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("streamgauge stopped").isTrue();
        }
    }
}
