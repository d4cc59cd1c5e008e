package io.streamgauge.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.local.LocalStack;
import io.streamgauge.local.LocalStackOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts through the whole stack: from a definition and an event to whoever watches. */
@SuppressWarnings("NullAway.Init") // JUnit calls start before the tests.
class AlertsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STREAM =
            """
            {"name":"%s","fields":[
              {"name":"at","type":"timestamp","role":"timestamp"},
              {"name":"host","type":"string","role":"dimension"},
              {"name":"load","type":"number","role":"measure"},
              {"name":"state","type":"string","role":"attribute"}],
             "outOfOrderness":"0s"}
            """;
    private static final String THRESHOLD =
            """
            {"name":"%s","stream":"%s","groupBy":["host"],
             "annotations":{"summary":"{{ key.host }} is at {{ value }}"},
             "condition":{"kind":"threshold","measure":"load","op":">","value":%d}}
            """;

    private static LocalStack stack;
    private static ApiClient api;
    private static String token;

    @BeforeAll
    static void start(@TempDir Path dataDir) throws Exception {
        stack = LocalStack.start(LocalStackOptions.onFreePorts(dataDir));
        token = stack.tokens().issue("test", LocalStack.DEMO, Set.of("admin"), Duration.ofHours(1));
        api = new ApiClient(stack.apiUrl(), token);
    }

    @AfterAll
    static void stop() {
        api.close();
        stack.close();
    }

    @Test
    void aNewAlertAndAChangedOneJudgeEventsWhileTheJobRuns() throws Exception {
        api.createStream(STREAM.formatted("quick"));
        List<Long> millis = new ArrayList<>();
        try (Frames frames = Frames.subscribe("quick")) {
            for (int round = 0; round < 5; round++) {
                String alert = THRESHOLD.formatted("quick", "quick", 10 + round);
                api.send(
                        round == 0 ? "POST" : "PUT",
                        round == 0 ? "/api/v1/alerts" : "/api/v1/alerts/quick",
                        alert);
                long changed = System.nanoTime();
                int version = round + 1;
                await().pollInterval(Duration.ofMillis(10))
                        .atMost(PATIENCE)
                        .until(
                                () -> {
                                    event("quick", "\"host\":\"a\",\"load\":99");
                                    return frames.has("firing", version);
                                });
                millis.add((System.nanoTime() - changed) / 1_000_000);
            }
        }
        System.out.println("from a definition's answer to its first firing, ms: " + millis);
    }

    @Test
    void anIncidentIsToldStoredExplainedAndFoundByABacktest() throws Exception {
        api.createStream(STREAM.formatted("story"));
        String begin = Instant.now().toString();
        api.send("POST", "/api/v1/alerts", THRESHOLD.formatted("story", "story", 50));
        awaitActiveEverywhere("story");
        try (Frames frames = Frames.subscribe("story")) {
            event("story", "\"host\":\"a\",\"load\":10");
            event("story", "\"host\":\"a\",\"load\":60");
            event("story", "\"host\":\"b\",\"load\":20");
            await().atMost(PATIENCE).until(() -> frames.has("firing", 1));

            JsonNode explained = api.get("/api/v1/alerts/story/explain?key=host=b");
            assertThat(explained.toString()).contains("20");
            // It is told live before it is stored.
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    api.get("/api/v1/alerts/active?alert=story")
                                                            .path("items"))
                                            .extracting(
                                                    it -> it.at("/annotations/summary").asText())
                                            .containsExactly("a is at 60"));

            event("story", "\"host\":\"a\",\"load\":10");
            await().atMost(PATIENCE).until(() -> frames.has("resolved", 1));
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(instances("story")).containsExactly("a resolved"));

        JsonNode backtest =
                api.send(
                        "POST",
                        "/api/v1/alerts:backtest",
                        "{\"alert\":\"story\",\"from\":\"%s\"}".formatted(begin));
        assertThat(backtest.path("instances")).as(backtest.toString()).hasSize(1);
        assertThat(backtest.path("instances").get(0).path("key").path("host").asText())
                .isEqualTo("a");
    }

    @Test
    void aSequenceFiresForTheKeyThatHasIt() throws Exception {
        api.createStream(STREAM.formatted("logins"));
        api.send(
                "POST",
                "/api/v1/alerts",
                """
                {"name":"guessed","stream":"logins","groupBy":["host"],
                 "condition":{"kind":"sequence","within":"1m","steps":[
                   {"name":"failures","where":"event.state == 'failed'","times":3},
                   {"name":"success","contiguity":"next","where":"event.state == 'ok'"}]}}
                """);
        awaitActiveEverywhere("guessed");
        try (Frames frames = Frames.subscribe("logins")) {
            for (String host : List.of("a", "b")) {
                for (int i = 0; i < (host.equals("a") ? 3 : 2); i++) {
                    event("logins", "\"host\":\"%s\",\"state\":\"failed\"".formatted(host));
                }
                event("logins", "\"host\":\"%s\",\"state\":\"ok\"".formatted(host));
            }
            await().atMost(PATIENCE).until(() -> frames.has("firing", 1));
            assertThat(frames.alerts)
                    .allSatisfy(
                            alert ->
                                    assertThat(alert.path("key").path("host").asText())
                                            .isEqualTo("a"));
        }
    }

    private static void awaitActiveEverywhere(String alert) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            JsonNode version =
                                    api.get("/api/v1/alerts/" + alert + "/status")
                                            .path("versions")
                                            .path(0);
                            return version.path("subtasks").asInt() > 0
                                    && version.path("activeSubtasks").asInt()
                                            == version.path("subtasks").asInt();
                        });
    }

    private static List<String> instances(String alert) throws Exception {
        List<String> instances = new ArrayList<>();
        for (JsonNode instance : api.get("/api/v1/alerts/" + alert + "/instances").path("items")) {
            instances.add(
                    instance.path("key").path("host").asText()
                            + " "
                            + instance.path("state").asText());
        }
        return instances;
    }

    private static void event(String stream, String members)
            throws IOException, InterruptedException {
        JsonNode answer =
                api.ingest(
                        stream,
                        "application/json",
                        "[{\"at\":%d,%s}]".formatted(System.currentTimeMillis(), members));
        assertThat(answer.path("accepted").asInt()).as(answer.toString()).isEqualTo(1);
    }

    /** What a subscriber to alerts is told. */
    private static final class Frames implements AutoCloseable {

        private final Queue<JsonNode> alerts = new ConcurrentLinkedQueue<>();
        private final JoinedSubscription subscription;

        private Frames(String stream) throws IOException {
            subscription =
                    JoinedSubscription.of(
                            stack.apiUrl(),
                            token,
                            "{\"stream\":\"%s\",\"kinds\":[\"alerts\"]}".formatted(stream),
                            result -> alerts.add(result.value()));
        }

        static Frames subscribe(String stream) throws IOException {
            return new Frames(stream);
        }

        boolean has(String state, int version) {
            return alerts.stream()
                    .anyMatch(
                            alert ->
                                    alert.path("state").asText().equals(state)
                                            && alert.path("version").asInt() == version);
        }

        @Override
        public void close() {
            subscription.close();
        }
    }
}
