package io.streamgauge.control.live;

import static io.streamgauge.contracts.alert.InstanceState.FIRING;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.apikey.ApiKeyResource;
import io.streamgauge.control.testing.AlertRows;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.Results;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.Transitions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Results as server-sent events, and the state that a subscription begins with. */
class LiveEventsIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private final TenantId tenant = SERVER.backends().newTenant();
    private final StreamDefinition stream =
            SERVER.backends()
                    .newStream(
                            tenant,
                            """
                            {"name":"metrics","fields":[
                              {"name":"host","type":"string","role":"dimension"},
                              {"name":"v","type":"number","role":"measure"}],
                             "windows":["1s","10s"]}
                            """);
    private final Results results;

    LiveEventsIT() {
        results = new Results(SERVER.config().kafka());
    }

    @AfterEach
    void close() {
        results.close();
    }

    @Test
    void tellsTheStoredStateAndThenChangesAndGoesOnWhereItWasLeft() throws Exception {
        send("a", 0, 1);
        send("a", 1, 2);
        send("b", 1, 3);
        results.send(firing("a"));
        awaitStored(3);
        String last;

        try (EventStream events = open("kinds=aggregates,alerts&windows=1s", Map.of())) {
            List<Event> state = new ArrayList<>();
            Event event = events.next();
            while (event.name().isEmpty()) {
                state.add(event);
                event = events.next();
            }
            assertThat(state)
                    .extracting(it -> it.data().at("/aggregate/count").asLong())
                    .contains(2L, 3L)
                    .doesNotContain(1L);
            assertThat(state)
                    .extracting(it -> it.data().at("/alert/state").asText())
                    .contains("firing");
            assertThat(state).allMatch(it -> it.data().path("snapshot").asBoolean());
            assertThat(event.name()).isEqualTo("synced");
            assertThat(event.data().path("snapshot").asBoolean()).isTrue();
            send("a", 2, 4);
            Event change = events.next();
            assertThat(change.data().at("/aggregate/count").asLong()).isEqualTo(4);
            assertThat(change.data().has("snapshot")).isFalse();
            last = change.id();
        }
        send("a", 3, 5);

        try (EventStream events =
                open("kinds=aggregates,alerts&windows=1s", Map.of("Last-Event-ID", last))) {
            assertThat(events.next().data().at("/aggregate/count").asLong()).isEqualTo(5);
            assertThat(events.next().name()).isEqualTo("synced");
        }
    }

    @Test
    void endsWhereItIsAskedFor() throws Exception {
        try (EventStream events = open("until=synced&where=host=a", Map.of())) {
            assertThat(events.next().name()).isEqualTo("synced");
            assertThat(events.ends()).isTrue();
        }
    }

    @Test
    void showsSomeOfTheEventsAndTellsHowManyItPassedOver() throws Exception {
        ApiClient admin = SERVER.admin(tenant);
        String many =
                IntStream.range(0, 200)
                        .mapToObj(i -> "{\"host\":\"a\",\"v\":%d}".formatted(i))
                        .collect(joining(",", "[", "]"));
        try (EventStream events = open("kinds=events&where=host=a&snapshot=false", Map.of())) {
            assertThat(events.next().name()).isEqualTo("synced");
            // Until its reading has begun.
            AtomicBoolean reading = new AtomicBoolean();
            Thread sender =
                    Thread.startVirtualThread(
                            () -> {
                                while (!reading.get()) {
                                    admin.post(
                                            "/api/v1/streams/metrics/events",
                                            "[{\"host\":\"b\",\"v\":1}]");
                                    admin.post("/api/v1/streams/metrics/events", many);
                                }
                            });
            Set<Long> skipped = new HashSet<>();
            for (int i = 0; i < 25; i++) {
                JsonNode event = events.next().data();
                assertThat(event.path("kind").asText()).isEqualTo("event");
                assertThat(event.at("/event/host").asText()).isEqualTo("a");
                assertThat(event.at("/sample/perSecond").asInt()).isEqualTo(10);
                skipped.add(event.at("/sample/skipped").asLong());
            }
            reading.set(true);
            sender.join();
            assertThat(skipped).anyMatch(it -> it > 0);
        }
    }

    @Test
    void tellsOfChangedDefinitions() throws Exception {
        ApiClient admin = SERVER.admin(tenant);
        Answer created =
                admin.post(
                        "/api/v1/streams",
                        """
                        {"name":"doomed","fields":[
                          {"name":"v","type":"number","role":"measure"}]}
                        """);
        String id = created.json().path("id").asText();
        try (EventStream events =
                open("/api/v1/streams/doomed/live?kinds=definitions&snapshot=false", Map.of())) {
            assertThat(events.next().name()).isEqualTo("synced");
            admin.delete(created.header("Location"), "If-Match", "*");

            JsonNode change = events.next().data();
            while (!change.at("/definition/deleted").asBoolean(true)) {
                change = events.next().data(); // that it was made may come late
            }
            assertThat(change.path("kind").asText()).isEqualTo("definition");
            assertThat(change.at("/definition/object").asText()).isEqualTo("stream");
            assertThat(change.at("/definition/id").asText()).isEqualTo(id);
            assertThat(events.next().name()).isEqualTo("complete");
            assertThat(events.ends()).isTrue();
        }
    }

    @Test
    void holdsToTheFilters() throws Exception {
        try (EventStream events = open("where=host=b&snapshot=false", Map.of())) {
            assertThat(events.next().name()).isEqualTo("synced");
            send("a", 0, 1);
            send("b", 0, 2);

            assertThat(events.next().data().at("/aggregate/count").asLong()).isEqualTo(2);
        }
    }

    @Test
    void refusesWhatIsWrong() {
        ApiClient client = SERVER.admin(tenant);
        String path = "/api/v1/streams/metrics/live";

        assertThat(client.get(path + "?kinds=others").status()).isEqualTo(400);
        assertThat(client.get(path + "?where=host").status()).isEqualTo(400);
        assertThat(client.get(path + "?until=never").status()).isEqualTo(400);
        assertThat(client.get(path + "?kinds=anomalies&minScore=2").status()).isEqualTo(400);
        assertThat(client.get(path + "?minScore=0.5").status()).isEqualTo(400);
        assertThat(client.get(path + "?after=2:1047").body()).contains("#/after");
        assertThat(client.get("/api/v1/streams/nothing/live").status()).isEqualTo(404);
        assertThat(SERVER.anonymous().get(path).status()).isEqualTo(401);
    }

    @Test
    void endsWithinFiveSecondsOnceTheKeyIsRevoked() throws Exception {
        ApiClient admin = SERVER.admin(tenant);
        Answer key =
                admin.post(
                        ApiKeyResource.PATH, "{\"name\": \"k\", \"scopes\": [\"streams:read\"]}");
        try (EventStream events =
                new EventStream(
                        request("snapshot=false")
                                .header("X-API-Key", key.json().path("key").asText())
                                .build())) {
            assertThat(events.next().name()).isEqualTo("synced");
            long revoked = System.nanoTime();
            admin.delete(key.header("Location"), "If-Match", "*");

            Event close = events.next();

            assertThat(close.name()).isEqualTo("close");
            assertThat(close.data().path("code").asInt()).isEqualTo(4401);
            assertThat(events.ends()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - revoked))
                    .isLessThan(Duration.ofSeconds(5));
        }
    }

    private void send(String host, int second, long count) {
        results.send(
                Results.aggregate(
                        stream,
                        "{\"host\":\"%s\"}".formatted(host),
                        now.plusSeconds(second),
                        Duration.ofSeconds(1),
                        Timing.ON_TIME,
                        0,
                        count));
    }

    private AlertTransition firing(String host) {
        return Transitions.of(
                        tenant,
                        new AlertRows(SERVER.backends(), tenant)
                                .alert("too-high", Optional.of(stream.id()), "{}"),
                        "{\"host\":\"%s\"}".formatted(host),
                        now)
                .in(stream.id())
                .to(FIRING);
    }

    private void awaitStored(int rows) {
        await().until(() -> stored("aggregates") == rows && stored("alert_instances") == 1);
    }

    private int stored(String table) {
        return SERVER.backends()
                .owner()
                .withHandle(
                        handle ->
                                handle.createQuery(
                                                "SELECT count(*) FROM %s WHERE tenant_id = ?"
                                                        .formatted(table))
                                        .bind(0, tenant.value())
                                        .mapTo(Integer.class)
                                        .one());
    }

    private EventStream open(String query, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request =
                request(query)
                        .header(
                                "Authorization",
                                "Bearer " + SERVER.issuer().token(tenant, "admin"));
        headers.forEach(request::header);
        return new EventStream(request.build());
    }

    private static HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(
                URI.create(
                        "http://127.0.0.1:%d%s"
                                .formatted(
                                        SERVER.controlPlane().port(),
                                        query.startsWith("/")
                                                ? query
                                                : "/api/v1/streams/metrics/live?" + query)));
    }

    /** One event; its name is empty where it is a result. */
    private record Event(String name, String id, JsonNode data) {}

    /** A response that is read line by line. */
    private static final class EventStream implements AutoCloseable {

        private final HttpClient http = HttpClient.newHttpClient();
        private final BufferedReader lines;

        EventStream(HttpRequest request) throws IOException, InterruptedException {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
            lines =
                    new BufferedReader(
                            new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        /** The next that has data; a page hears of no others. */
        Event next() throws IOException {
            Map<String, String> fields = new HashMap<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && fields.containsKey("data")) {
                    return new Event(
                            fields.getOrDefault("event", ""),
                            fields.getOrDefault("id", ""),
                            Json.mapper().readTree(fields.get("data")));
                }
                if (line.isEmpty()) {
                    fields.clear();
                }
                int colon = line.indexOf(": ");
                if (colon > 0) {
                    fields.put(line.substring(0, colon), line.substring(colon + 2));
                }
            }
            throw new IOException("the stream of events has ended");
        }

        boolean ends() throws IOException {
            return lines.lines().allMatch(line -> line.isEmpty() || line.startsWith(":"));
        }

        @Override
        public void close() {
            http.shutdownNow();
        }
    }
}
