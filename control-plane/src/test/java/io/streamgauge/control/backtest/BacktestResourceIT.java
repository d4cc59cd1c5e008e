package io.streamgauge.control.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.testing.AlertRows;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.time.Instant;
import java.util.Optional;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An alert is tried before it is trusted. */
class BacktestResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String PATH = "/api/v1/alerts:backtest";

    private static final String HOT =
            """
            {"name": "hot", "stream": "sensors", "groupBy": ["room"],
             "annotations": {"summary": "{{ key.room }} has {{ value }}"},
             "condition": {"kind": "threshold", "measure": "celsius", "op": ">", "value": 30}}\
            """;

    private final TenantId tenant = SERVER.backends().newTenant();
    private final ApiClient client = SERVER.admin(tenant);
    private final StreamDefinition stream =
            SERVER.backends()
                    .newStream(
                            tenant,
                            """
                            {"name":"sensors","fields":[
                              {"name":"room","type":"string","role":"dimension"},
                              {"name":"at","type":"timestamp","role":"timestamp"},
                              {"name":"celsius","type":"number","role":"measure"}]}
                            """);

    @Test
    void judgesEventsOfTheRequest() {
        Answer answer =
                client.post(
                        PATH,
                        """
                        {"alert": %s, "events": [
                          {"room": "a", "at": "2026-01-01T00:00:00Z", "celsius": 20},
                          {"room": "a", "at": "2026-01-01T00:00:10Z", "celsius": 31},
                          {"room": "b", "at": "2026-01-01T00:00:11Z", "celsius": 29},
                          {"room": "a", "at": "2026-01-01T00:00:20Z", "celsius": 25}]}
                        """
                                .formatted(HOT));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode report = answer.json();
        assertThat(report.at("/counts/instances").asInt()).isEqualTo(1);
        assertThat(report.at("/counts/firing").asInt()).isEqualTo(1);
        assertThat(report.at("/counts/resolved").asInt()).isEqualTo(1);
        JsonNode instance = report.at("/instances/0");
        assertThat(instance.at("/key/room").asText()).isEqualTo("a");
        assertThat(instance.path("startedAt").asText()).isEqualTo("2026-01-01T00:00:10Z");
        assertThat(instance.path("transitions").findValuesAsText("state"))
                .containsExactly("firing", "resolved");
        assertThat(instance.at("/transitions/0/annotations/summary").asText())
                .startsWith("a has 31");
        assertThat(report.at("/events/read").asInt()).isEqualTo(4);
        assertThat(report.path("truncated").asBoolean()).isFalse();
    }

    @Test
    void judgesWhatIsStored() {
        new AlertRows(SERVER.backends(), tenant).alert("hot", Optional.of(stream.id()), HOT);
        Answer sent =
                client.post(
                        "/api/v1/streams/sensors/events",
                        """
                        [{"room": "a", "at": "%1$s", "celsius": 31},
                         {"room": "b", "at": "%1$s", "celsius": 20},
                         {"room": "c", "at": "%1$s", "celsius": 35}]
                        """
                                .formatted(Instant.now()));
        assertThat(sent.status()).as(sent.body()).isBetween(200, 202);

        await().untilAsserted(
                        () -> {
                            Answer answer = client.post(PATH, "{\"alert\": \"hot\"}");
                            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                            JsonNode report = answer.json();
                            assertThat(report.at("/events/read").asInt()).isEqualTo(3);
                            assertThat(report.at("/counts/firing").asInt()).isEqualTo(2);
                            assertThat(report.at("/events/retention").asText()).isNotEmpty();
                            assertThat(report.has("elapsedMillis")).isTrue();
                        });
    }

    @Test
    void aRuleThatRunsAwayIsEndedByABoundThatIsNamed() {
        StringJoiner events = new StringJoiner(",", "[", "]");
        for (int i = 0; i < 1_500; i++) {
            events.add(
                    "{\"room\":\"a\",\"at\":%d,\"celsius\":%d}"
                            .formatted(1_767_225_600_000L + i * 1_000L, 20 + i % 2 * 20));
        }

        Answer answer = client.post(PATH, "{\"alert\": %s, \"events\": %s}".formatted(HOT, events));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode report = answer.json();
        assertThat(report.path("truncated").asBoolean()).isTrue();
        assertThat(report.path("truncatedBy").asText()).isEqualTo("transitions");
        assertThat(report.path("truncatedReason").asText())
                .startsWith("transitions: ")
                .contains("at most 1,000 transitions");
        assertThat(report.at("/counts/firing").asInt()).isEqualTo(500);
        assertThat(report.path("until").asText()).isLessThan(report.path("to").asText());
    }

    @Test
    void tellsWhatIsWrong() {
        assertThat(client.post(PATH, "{}").json().at("/errors/0/pointer").asText())
                .isEqualTo("#/alert");
        assertThat(client.post(PATH, "{\"alert\": \"unknown\"}").status()).isEqualTo(404);
        Answer spec = client.post(PATH, "{\"alert\": {\"name\": \"x\", \"stream\": \"sensors\"}}");
        assertThat(spec.status()).isEqualTo(400);
        assertThat(spec.json().at("/errors/0/pointer").asText()).startsWith("#/alert/");
        Answer stream =
                client.post(PATH, "{\"alert\": %s}".formatted(HOT.replace("sensors", "no")));
        assertThat(stream.status()).isEqualTo(400);
        assertThat(stream.json().at("/errors/0/pointer").asText()).isEqualTo("#/alert/stream");
        Answer event =
                client.post(
                        PATH, "{\"alert\": %s, \"events\": [{\"celsius\": \"x\"}]}".formatted(HOT));
        assertThat(event.status()).isEqualTo(400);
        assertThat(event.json().at("/errors/0/pointer").asText()).isEqualTo("#/events/0/celsius");
    }

    @Test
    void knowsNothingOfOthers() {
        ApiClient stranger = SERVER.admin(SERVER.backends().newTenant());
        new AlertRows(SERVER.backends(), tenant).alert("hot", Optional.of(stream.id()), HOT);

        assertThat(stranger.post(PATH, "{\"alert\": \"hot\"}").status()).isEqualTo(404);
        assertThat(stranger.post(PATH, "{\"alert\": %s}".formatted(HOT)).status()).isEqualTo(400);
    }
}
