package io.streamgauge.control.live;

import static io.streamgauge.contracts.alert.InstanceState.DISMISSED;
import static io.streamgauge.contracts.alert.InstanceState.FIRING;
import static io.streamgauge.contracts.alert.InstanceState.PENDING;
import static io.streamgauge.contracts.alert.InstanceState.RESOLVED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertTransitionCodec;
import io.streamgauge.contracts.alert.Severity;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.Results;
import io.streamgauge.control.testing.Transitions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who hears of which alerts. */
class LiveAlertsIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static LiveFixture live;

    private final AlertId alert = new AlertId(UUID.randomUUID());

    @BeforeAll
    static void start() {
        live = new LiveFixture(BACKENDS, LiveFixture.OPTIONS);
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    @Test
    void deliversTransitionsAsTheyStandInTheirTopic() throws Exception {
        AlertTransition firing = ofStream("a").to(FIRING);
        try (TestingClient client = live.connect()) {
            client.subscribe("1", "{\"stream\":\"metrics\",\"kinds\":[\"alerts\"]}");

            live.results.send(firing);

            JsonNode frame = client.next();
            assertThat(frame.path("type").asText()).isEqualTo("next");
            assertThat(frame.at("/payload/kind").asText()).isEqualTo("alert");
            assertThat(frame.at("/payload/alert"))
                    .isEqualTo(Json.mapper().readTree(AlertTransitionCodec.toBytes(firing)));
        }
    }

    @Test
    void deliversWhatASubscriptionAsksFor() {
        try (TestingClient client = live.connect()) {
            client.subscribe("all", "{\"kinds\":[\"alerts\"]}");
            client.subscribe("stream", "{\"kinds\":[\"alerts\"],\"stream\":\"metrics\"}");
            client.subscribe("host", "{\"kinds\":[\"alerts\"],\"where\":{\"host\":\"a\"}}");
            client.subscribe("critical", "{\"kinds\":[\"alerts\"],\"severities\":[\"critical\"]}");
            client.subscribe("ends", "{\"kinds\":[\"alerts\"],\"states\":[\"resolved\"]}");
            client.subscribe(
                    "both", "{\"kinds\":[\"alerts\",\"aggregates\"],\"stream\":\"metrics\"}");
            client.subscribe("aggregates", "{\"stream\":\"metrics\"}");
            Transitions composite = Transitions.of(live.tenant, alert, "{}", START);

            live.results.send(ofStream("a").to(PENDING));
            live.results.send(ofStream("b").severity(Severity.CRITICAL).to(RESOLVED));
            live.results.send(composite.to(DISMISSED));
            live.results.send(ofStream("c").ofShadow().to(FIRING));
            live.results.send(
                    Results.aggregate(
                            live.stream, "{}", START, Duration.ofSeconds(1), Timing.ON_TIME, 0, 1));

            List<String> frames = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                JsonNode frame = client.next();
                String state = frame.at("/payload/alert/state").asText();
                frames.add(
                        frame.path("id").asText() + " " + (state.isEmpty() ? "aggregate" : state));
            }
            assertThat(frames)
                    .containsExactlyInAnyOrder(
                            "all pending",
                            "all resolved",
                            "all dismissed",
                            "stream pending",
                            "stream resolved",
                            "host pending",
                            "critical resolved",
                            "ends resolved",
                            "both pending",
                            "both resolved",
                            "both aggregate",
                            "aggregates aggregate");
        }
    }

    @Test
    void deliversNothingOfOthersAndNothingThatIsMalformed() {
        TenantId other = BACKENDS.newTenant();
        AlertTransition foreign = Transitions.of(other, alert, "{}", START).to(FIRING);
        try (TestingClient client = live.connect()) {
            client.subscribe("1", "{\"kinds\":[\"alerts\"]}");

            live.results.send(foreign);
            // Another tenant's value under our tenant's header, and what is not JSON.
            live.results.sendAlert(AlertTransitionCodec.toBytes(foreign), live.tenant.value());
            live.results.sendAlert("{\"tenant\":".getBytes(UTF_8), live.tenant.value());
            live.results.sendAlert(null, live.tenant.value());
            AlertTransition ours = ofStream("a").to(FIRING);
            live.results.send(ours);

            assertThat(client.next().at("/payload/alert/instance").asText())
                    .isEqualTo(ours.instance().toString());
        }
    }

    @Test
    void tellsWhatIsWrongWithASubscription() {
        try (TestingClient client = live.connect()) {
            client.send(
                    """
                    {"type":"subscribe","id":"1","payload":{"kinds":["alerts","others"],
                      "stream":"metrics","severities":["bad"],"windows":["1s"]}}
                    """);

            JsonNode error = client.next();
            assertThat(error.path("type").asText()).isEqualTo("error");
            assertThat(error.at("/payload/errors").findValuesAsText("pointer"))
                    .containsExactlyInAnyOrder("#/kinds/1", "#/severities/0", "#/windows");

            client.send("{\"type\":\"subscribe\",\"id\":\"2\",\"payload\":{}}");
            assertThat(client.next().at("/payload/errors/0/pointer").asText())
                    .isEqualTo("#/stream");
        }
    }

    private Transitions ofStream(String host) {
        return Transitions.of(live.tenant, alert, "{\"host\":\"%s\"}".formatted(host), START)
                .in(live.stream.id());
    }
}
