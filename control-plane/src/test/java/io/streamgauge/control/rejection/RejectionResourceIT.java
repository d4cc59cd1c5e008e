package io.streamgauge.control.rejection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RejectionResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String PATH = "/api/v1/streams/s/rejected-events";

    private ApiClient client;
    private StreamDefinition stream;

    @BeforeEach
    void newStream() {
        TenantId tenant = SERVER.backends().newTenant();
        client = SERVER.admin(tenant);
        stream =
                SERVER.backends()
                        .newStream(
                                tenant,
                                """
                                {"name": "s",
                                 "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
                                """);
    }

    @Test
    void listsTheNewestFirstPageByPageAndCountsOnTheFirstPage() {
        Instant now = Instant.now();
        for (int i = 0; i < 5; i++) {
            store(now.minusSeconds(60), 0, i, RejectionReason.LATE);
        }
        store(now.minusSeconds(30), 1, 7, RejectionReason.INVALID);
        store(now.minusSeconds(3 * 24 * 3_600), 1, 8, RejectionReason.FUTURE);

        List<Long> offsets = new ArrayList<>();
        List<Boolean> counted = new ArrayList<>();
        String next = PATH + "?limit=4";
        while (!next.isEmpty()) {
            Answer page = client.get(next);
            assertThat(page.status()).as(page.body()).isEqualTo(200);
            page.json().path("items").forEach(item -> offsets.add(item.path("offset").asLong()));
            counted.add(page.json().has("counts"));
            String link = page.header("Link");
            next = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
        }

        assertThat(offsets).containsExactly(7L, 4L, 3L, 2L, 1L, 0L);
        assertThat(counted).containsExactly(true, false);
        JsonNode counts = client.get(PATH).json().path("counts");
        assertThat(counts.path("late").asInt()).isEqualTo(5);
        assertThat(counts.path("invalid").asInt()).isEqualTo(1);
        assertThat(counts.has("future")).as("out of range").isFalse();
    }

    @Test
    void hasEveryPropertyOfARejectedEvent() {
        Instant arrival = Instant.parse("2026-01-12T10:00:00.123Z");
        store(arrival, 3, 42, RejectionReason.INVALID);

        JsonNode item =
                client.get(PATH + "?from=2026-01-12T00:00:00Z&to=2026-01-13T00:00:00Z")
                        .json()
                        .at("/items/0");

        assertThat(item.path("tenant").asText()).isEqualTo(stream.tenant().value());
        assertThat(item.path("stream").asText()).isEqualTo(stream.id().toString());
        assertThat(item.path("reason").asText()).isEqualTo("invalid");
        assertThat(item.path("detail").asText()).isEqualTo("for the test");
        assertThat(item.path("arrivedAt").asText()).isEqualTo("2026-01-12T10:00:00.123Z");
        assertThat(item.path("partition").asInt()).isEqualTo(3);
        assertThat(item.path("offset").asInt()).isEqualTo(42);
        assertThat(item.path("event").asText()).isEqualTo("{\"v\":\"ü\"}");
    }

    @Test
    void filtersByReasonAndCountsAllTheSame() {
        Instant now = Instant.now();
        store(now.minusSeconds(60), 0, 1, RejectionReason.LATE);
        store(now.minusSeconds(60), 0, 2, RejectionReason.INVALID);

        JsonNode page = client.get(PATH + "?reason=late").json();

        assertThat(page.path("items")).hasSize(1);
        assertThat(page.path("counts").path("invalid").asInt()).isEqualTo(1);
    }

    @Test
    void namesTheParameterThatIsWrong() {
        Answer answer = client.get(PATH + "?reason=lazy&window=1s");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("errors").findValuesAsText("pointer"))
                .containsExactlyInAnyOrder("?reason", "?window");
    }

    private void store(Instant arrival, int partition, long offset, RejectionReason reason) {
        SERVER.backends()
                .owner()
                .useHandle(
                        handle -> {
                            handle.execute(
                                    "SELECT ensure_day_partition('rejected_events', ?)",
                                    LocalDate.ofInstant(arrival, ZoneOffset.UTC));
                            handle.execute(
                                    "INSERT INTO rejected_events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                                    stream.tenant().value(),
                                    stream.id().value(),
                                    partition,
                                    offset,
                                    reason.wireName(),
                                    "for the test",
                                    arrival.atOffset(ZoneOffset.UTC),
                                    "{\"v\":\"ü\"}");
                        });
    }
}
