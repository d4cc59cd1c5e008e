package io.streamgauge.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.client.LiveResult;
import io.streamgauge.local.LocalStack;
import io.streamgauge.local.LocalStackOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anomalies through the whole stack: from events to whoever watches, asks, or is to be woken. */
class AnomaliesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STREAM =
            """
            {"name":"load","fields":[
              {"name":"at","type":"timestamp","role":"timestamp"},
              {"name":"host","type":"string","role":"dimension"},
              {"name":"load","type":"number","role":"measure"}],
             "windows":["1s"],"outOfOrderness":"0s"}
            """;
    private static final String ALERT =
            """
            {"name":"unusual","stream":"load","groupBy":["host"],
             "condition":{"kind":"anomaly","score":0.4,"kinds":["spike"]}}
            """;

    /** Windows after which a series is known well enough; more than the detector's least. */
    private static final int USUAL_WINDOWS = 60;

    @Test
    void aPlantedSpikeIsSeenLiveReadByRestAndWakesAnAlert(@TempDir Path dataDir) throws Exception {
        try (LocalStack stack = LocalStack.start(LocalStackOptions.onFreePorts(dataDir))) {
            String token =
                    stack.tokens()
                            .issue("test", LocalStack.DEMO, Set.of("admin"), Duration.ofHours(1));
            try (ApiClient api = new ApiClient(stack.apiUrl(), token)) {
                api.createStream(STREAM);
                api.send("POST", "/api/v1/alerts", ALERT);
                Frames frames = new Frames();
                try (JoinedSubscription live =
                        JoinedSubscription.of(
                                stack.apiUrl(),
                                token,
                                "{\"stream\":\"load\",\"kinds\":[\"anomalies\",\"bands\",\"alerts\"]}",
                                frames::take)) {
                    AtomicInteger sent = new AtomicInteger();
                    await().atMost(PATIENCE.multipliedBy(3))
                            .pollInterval(Duration.ofMillis(500))
                            .until(
                                    () -> {
                                        int number = sent.incrementAndGet();
                                        event(api, 10 + Math.floorMod(number * 37, 11) / 11.0);
                                        return frames.bands() >= USUAL_WINDOWS;
                                    });

                    await().atMost(PATIENCE)
                            .pollInterval(Duration.ofMillis(500))
                            .until(
                                    () -> {
                                        event(api, 5_000);
                                        return frames.has("anomaly", "spike");
                                    });

                    await().atMost(PATIENCE).until(() -> frames.has("alert", "firing"));
                    await().atMost(PATIENCE)
                            .untilAsserted(
                                    () ->
                                            assertThat(spikes(api))
                                                    .as("by REST as live")
                                                    .isSubsetOf(frames.anomalies)
                                                    .isNotEmpty());
                    await().atMost(PATIENCE)
                            .untilAsserted(
                                    () ->
                                            assertThat(status(api).at("/measures/active").asInt())
                                                    .as("%s", status(api))
                                                    .isEqualTo(1));
                    JsonNode incident =
                            api.get("/api/v1/streams/load/anomalies/incidents").at("/items/0");
                    assertThat(incident.at("/size/series").asInt()).as("%s", incident).isOne();
                    assertThat(incident.at("/members/0/measure").asText()).isEqualTo("load");
                }
            }
        }
    }

    private static Iterable<JsonNode> spikes(ApiClient api) throws Exception {
        return api.get("/api/v1/streams/load/anomalies?where=host=a&kind=spike&minScore=0.4")
                .path("items");
    }

    private static JsonNode status(ApiClient api) throws Exception {
        return api.get("/api/v1/streams/load/detection").path("status");
    }

    private static void event(ApiClient api, double load) throws Exception {
        JsonNode answer =
                api.ingest(
                        "load",
                        "application/json",
                        "[{\"at\":%d,\"host\":\"a\",\"load\":%s}]"
                                .formatted(System.currentTimeMillis(), load));
        assertThat(answer.path("accepted").asInt()).as(answer.toString()).isEqualTo(1);
    }

    /** What a subscriber is told. */
    private static final class Frames {

        private final Queue<JsonNode> anomalies = new ConcurrentLinkedQueue<>();
        private final Queue<JsonNode> alerts = new ConcurrentLinkedQueue<>();
        private final AtomicInteger bands = new AtomicInteger();

        int bands() {
            return bands.get();
        }

        /** Whether an anomaly of a kind has come, or an alert in a state. */
        boolean has(String kind, String what) {
            return kind.equals("anomaly")
                    ? anomalies.stream().anyMatch(it -> it.path("kind").asText().equals(what))
                    : alerts.stream().anyMatch(it -> it.path("state").asText().equals(what));
        }

        void take(LiveResult result) {
            switch (result.kind()) {
                case "anomaly" -> anomalies.add(result.value());
                case "alert" -> alerts.add(result.value());
                default -> bands.incrementAndGet();
            }
        }
    }
}
