package io.streamgauge.control.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregateResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final Instant NOON = Instant.parse("2026-01-10T12:00:00Z");
    private static final String SPEC =
            """
            {"name": "s", "windows": ["10s", "1m"],
             "fields": [{"name": "zone", "type": "string", "role": "dimension"},
                        {"name": "a", "type": "string", "role": "dimension"},
                        {"name": "value", "type": "number", "role": "measure"}]}\
            """;

    private static final String RANGE = "?from=2026-01-10T00:00:00Z&to=2026-01-11T00:00:00Z";

    private ApiClient client;
    private StreamDefinition stream;

    @BeforeEach
    void newStream() {
        TenantId tenant = SERVER.backends().newTenant();
        client = SERVER.admin(tenant);
        stream = SERVER.backends().newStream(tenant, SPEC);
    }

    @Test
    void answersWithExactlyTheJsonOfTheCodec() throws IOException {
        Aggregate stored =
                aggregate(
                        "{\"zone\":\"eu \\\"west\\\" ü\",\"a\":\"b\\\\c\"}",
                        NOON,
                        Duration.ofSeconds(10));
        store(stored);

        Answer answer = client.get(path(RANGE));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().path("items")).hasSize(1);
        assertThat(answer.json().at("/items/0"))
                .isEqualTo(Json.mapper().readTree(AggregateCodec.toBytes(stored)));
    }

    @Test
    void takesTheSmallestWindowAndTheLastQuarterOfAnHourByDefault() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        store(aggregate(dims("x"), now.minusSeconds(60), Duration.ofSeconds(10)));
        store(aggregate(dims("x"), now.minusSeconds(60), Duration.ofMinutes(1)));
        store(aggregate(dims("x"), now.minusSeconds(20 * 60), Duration.ofSeconds(10)));

        JsonNode items = client.get(path("")).json().path("items");

        assertThat(items).hasSize(1);
        assertThat(items.at("/0/window").asText()).isEqualTo("10s");
        assertThat(items.at("/0/start").asText()).isEqualTo(now.minusSeconds(60).toString());
    }

    @Test
    void takesTheStartInclusivelyAndTheEndExclusively() {
        for (int i = 0; i < 4; i++) {
            store(aggregate(dims("x"), NOON.plusSeconds(10L * i), Duration.ofSeconds(10)));
        }

        List<String> byText =
                starts(client.get(path("?from=2026-01-10T12:00:10Z&to=2026-01-10T12:00:30Z")));
        List<String> byMillis =
                starts(
                        client.get(
                                path(
                                        "?from=%d&to=%d"
                                                .formatted(
                                                        NOON.plusSeconds(10).toEpochMilli(),
                                                        NOON.plusSeconds(30).toEpochMilli()))));
        List<String> byOffset =
                starts(
                        client.get(
                                path(
                                        "?from=2026-01-10T13:00:10%2B01:00&to=2026-01-10T07:00:30-05:00")));

        assertThat(byText).containsExactly("2026-01-10T12:00:10Z", "2026-01-10T12:00:20Z");
        assertThat(byMillis).isEqualTo(byText);
        assertThat(byOffset).isEqualTo(byText);
    }

    @Test
    void findsTheSeriesThatHaveAllTheDimensionsAskedFor() {
        store(aggregate("{\"a\":\"1\",\"zone\":\"eu\"}", NOON, Duration.ofSeconds(10)));
        store(aggregate("{\"a\":\"2\",\"zone\":\"eu\"}", NOON, Duration.ofSeconds(10)));
        store(aggregate("{\"a\":\"1\",\"zone\":\"us=east\"}", NOON, Duration.ofSeconds(10)));

        assertThat(client.get(path(RANGE + "&where=zone=eu")).json().path("items")).hasSize(2);
        assertThat(client.get(path(RANGE + "&where=zone=eu&where=a=2")).json().path("items"))
                .hasSize(1);
        assertThat(
                        client.get(path(RANGE + "&where=" + encode("zone=us=east")))
                                .json()
                                .path("items"))
                .hasSize(1);
        assertThat(client.get(path(RANGE + "&where=zone=none")).json().path("items")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"asc, 7", "desc, 7", "asc, 100"})
    void givesEveryAggregateOncePageByPageInOrder(String order, int limit) {
        List<Aggregate> stored = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            for (String a : List.of("1", "2", "3")) {
                stored.add(aggregate(dims(a), NOON.plusSeconds(10L * i), Duration.ofSeconds(10)));
            }
        }
        stored.forEach(this::store);

        List<String> got = new ArrayList<>();
        String next = path(RANGE + "&order=" + order + "&limit=" + limit);
        while (!next.isEmpty()) {
            Answer page = client.get(next);
            assertThat(page.status()).as(page.body()).isEqualTo(200);
            page.json().path("items").forEach(item -> got.add(item.path("id").asText()));
            String link = page.header("Link");
            next = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
        }

        Comparator<Aggregate> inOrder =
                Comparator.comparing(Aggregate::start)
                        .thenComparing(it -> it.series().id().toString()); // as PostgreSQL orders
        stored.sort(order.equals("asc") ? inOrder : inOrder.reversed());
        assertThat(got).containsExactlyElementsOf(stored.stream().map(Aggregate::id).toList());
    }

    @Test
    void keepsTheRangeOfTheFirstPageWhereItEndsNow() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        store(aggregate(dims("1"), now.minusSeconds(120), Duration.ofSeconds(10)));
        store(aggregate(dims("1"), now.minusSeconds(60), Duration.ofSeconds(10)));
        String cursor = client.get(path("?limit=1")).json().path("nextCursor").asText();

        List<String> second = starts(client.get(path("?limit=50&cursor=" + cursor)));

        assertThat(second).containsExactly(now.minusSeconds(60).toString());
    }

    @Test
    void refusesACursorWithOtherParameters() {
        store(aggregate(dims("1"), NOON, Duration.ofSeconds(10)));
        store(aggregate(dims("2"), NOON, Duration.ofSeconds(10)));
        String cursor = client.get(path(RANGE + "&limit=1")).json().path("nextCursor").asText();

        for (String other : List.of("&order=desc", "&where=zone=eu", "&window=1m")) {
            Answer answer = client.get(path(RANGE + other + "&cursor=" + cursor));
            assertThat(answer.status()).as(other).isEqualTo(400);
            assertThat(answer.json().path("code").asText()).isEqualTo("invalid-cursor");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "from=yesterday, ?from, RFC 3339",
        "from=2026-01-10T12:00:00, ?from, RFC 3339",
        "from=2026-01-11T00:00:00Z&to=2026-01-10T00:00:00Z, ?from, before to",
        "to=99999999999999999, ?to, RFC 3339",
        "window=5s, ?window, 'one of 10s, 1m'",
        "window=abc, ?window, a duration",
        "window=1500ms, ?window, one of",
        "where=host=a, ?where, 'one of zone, a'",
        "where=zone, ?where, dimension=value",
        "where=a=1&where=a=2, ?where, once",
        "limit=1001, ?limit, 1 to 1000",
        "order=up, ?order, asc or desc",
        "form=1, ?form, not a parameter",
        "cursor=%25%25, ?cursor, nextCursor"
    })
    void namesTheParameterThatIsWrongAndWhatItTakes(String query, String pointer, String says) {
        Answer answer = client.get(path("?" + query));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/pointer").asText()).isEqualTo(pointer);
        assertThat(answer.json().at("/errors/0/detail").asText()).contains(says);
    }

    @Test
    void stillReadsTheResultsOfAWindowThatTheStreamNoLongerHas() {
        store(aggregate(dims("1"), NOON, Duration.ofSeconds(10)));
        String etag = client.get("/api/v1/streams/s").header("ETag");
        client.put(
                "/api/v1/streams/s",
                SPEC.replace("[\"10s\", \"1m\"]", "[\"1m\"]"),
                "If-Match",
                etag);

        assertThat(starts(client.get(path(RANGE + "&window=10s")))).hasSize(1);
        assertThat(starts(client.get(path(RANGE)))).isEmpty();
    }

    @Test
    void showsAnotherTenantsStreamAsMissing() {
        ApiClient other = SERVER.admin(SERVER.backends().newTenant());

        assertThat(other.get("/api/v1/streams/" + stream.id() + "/aggregates").status())
                .isEqualTo(404);
    }

    private String path(String query) {
        return "/api/v1/streams/s/aggregates" + query;
    }

    private static String dims(String a) {
        return "{\"a\":\"%s\",\"zone\":\"eu\"}".formatted(a);
    }

    private Aggregate aggregate(String dimensions, Instant start, Duration window) {
        // By way of the decoder: what it makes of them is the series' identity.
        String canonical;
        try {
            canonical =
                    new EventDecoder(stream.spec())
                            .decode(dimensions.getBytes(StandardCharsets.UTF_8))
                            .dimensions();
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(dimensions, e);
        }
        return new Aggregate(
                new SeriesKey(stream.tenant(), stream.id(), canonical),
                start,
                window,
                Timing.ON_TIME,
                1,
                3,
                new TreeMap<>(
                        Map.of("value", new MeasureStatistics(3, 6, 1, 3, 2, 0.5, 2, 2.9, 1e150))));
    }

    private void store(Aggregate aggregate) {
        SERVER.backends()
                .owner()
                .useHandle(
                        handle -> {
                            handle.execute(
                                    "SELECT ensure_day_partition('aggregates', ?)",
                                    LocalDate.ofInstant(aggregate.start(), ZoneOffset.UTC));
                            handle.execute(
                                    "INSERT INTO series VALUES (?, ?, ?, CAST(? AS jsonb))"
                                            + " ON CONFLICT DO NOTHING",
                                    aggregate.series().tenant().value(),
                                    aggregate.series().stream().value(),
                                    aggregate.series().id(),
                                    aggregate.series().dimensions());
                            handle.execute(
                                    "INSERT INTO aggregates VALUES"
                                            + " (?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS jsonb))",
                                    aggregate.series().tenant().value(),
                                    aggregate.series().stream().value(),
                                    aggregate.window().toSeconds(),
                                    aggregate.start().atOffset(ZoneOffset.UTC),
                                    aggregate.series().id(),
                                    aggregate.revision(),
                                    aggregate.timing().wireName(),
                                    aggregate.count(),
                                    AggregateCodec.toJson(aggregate.measures()));
                        });
    }

    private static List<String> starts(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        List<String> starts = new ArrayList<>();
        answer.json().path("items").forEach(item -> starts.add(item.path("start").asText()));
        return starts;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
