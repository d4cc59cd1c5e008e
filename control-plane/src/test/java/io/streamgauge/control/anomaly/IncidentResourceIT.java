package io.streamgauge.control.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.anomaly.PlainIncidents.Group;
import io.streamgauge.control.anomaly.PlainIncidents.Row;
import io.streamgauge.control.testing.Anomalies;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.Results;
import io.streamgauge.control.testing.RunningControlPlane;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Anomalies of many series, as the one thing that they are about. */
class IncidentResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String PATH = "/api/v1/streams/s/anomalies/incidents";
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final List<Duration> WINDOWS =
            List.of(SECOND, SECOND, Duration.ofMinutes(5), Duration.ofHours(2), Duration.ofDays(1));

    /** Far enough back that all of it is past. */
    private final Instant begin =
            Instant.now().truncatedTo(ChronoUnit.DAYS).minus(10, ChronoUnit.DAYS);

    private ApiClient client;
    private StreamDefinition stream;
    private IncidentRows table;

    @BeforeEach
    void newStream() {
        TenantId tenant = SERVER.backends().newTenant();
        client = SERVER.admin(tenant);
        stream =
                SERVER.backends()
                        .newStream(
                                tenant,
                                """
                                {"name": "s", "fields": [
                                   {"name": "host", "type": "string", "role": "dimension"},
                                   {"name": "v", "type": "number", "role": "measure"}]}\
                                """);
        table = new IncidentRows(SERVER.backends(), stream);
    }

    @Test
    void groupsTheSeriesOfATimeAndRanksThem() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(1_000);
        Anomaly first = Anomalies.of(stream, "{\"host\":\"a\"}", now, "spike", 0.5);
        try (Results results = new Results(SERVER.config().kafka())) {
            results.send(first);
            results.send(first); // again, as after a failure of the job
            results.send(Anomalies.of(stream, "{\"host\":\"b\"}", now.plusSeconds(30), "dip", 0.9));
            results.send(
                    Anomalies.of(stream, "{\"host\":\"c\"}", now.plusSeconds(90), "missing", 0.6));
            results.send(
                    Anomalies.of(stream, "{\"host\":\"b\"}", now.plusSeconds(150), "dip", 0.7));
            results.send(
                    Anomalies.of(stream, "{\"host\":\"d\"}", now.plusSeconds(400), "spike", 0.8));
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(items("/api/v1/streams/s/anomalies")).hasSize(5));

        List<JsonNode> incidents = items(PATH);

        assertThat(incidents).hasSize(2);
        assertThat(incidents.get(0).path("size").toString())
                .isEqualTo("{\"series\":1,\"members\":1,\"anomalies\":1}");
        JsonNode many = incidents.get(1);
        assertThat(many.path("id").asText()).isEqualTo(first.id().toString());
        assertThat(many.path("begin").asText()).isEqualTo(now.toString());
        assertThat(many.path("end").asText()).isEqualTo(now.plusSeconds(151).toString());
        assertThat(many.path("score").asDouble()).isEqualTo(0.9);
        assertThat(many.path("size").toString())
                .isEqualTo("{\"series\":3,\"members\":3,\"anomalies\":4}");
        assertThat(many.path("members").findValuesAsText("host")).containsExactly("b", "c", "a");
        assertThat(many.path("members").findValuesAsText("anomalies"))
                .containsExactly("2", "1", "1");
        assertThat(many.at("/members/0/begin").asText()).isEqualTo(now.plusSeconds(30).toString());
        assertThat(many.at("/members/0/end").asText()).isEqualTo(now.plusSeconds(151).toString());
        assertThat(many.at("/members/1/kind").asText()).isEqualTo("missing");
        assertThat(many.at("/members/1").has("value")).isFalse();
        assertThat(items(PATH + "?minSeries=2")).containsExactly(many);
    }

    @Test
    void anAnomalyThatIsKnownLaterLeavesTheOldIdsOfUse() {
        Row known = row(begin.plusSeconds(60), SECOND, "a", 0.5);
        table.insert(List.of(known));
        assertThat(id(client.get(PATH + "/" + known.id()))).isEqualTo(known.id().toString());

        Row earlier = row(begin, SECOND, "b", 0.6);
        table.insert(List.of(earlier));

        assertThat(id(client.get(PATH + "/" + known.id()))).isEqualTo(earlier.id().toString());
        assertThat(id(client.get(PATH + "/" + known.id() + "?minScore=0.5&where=host=a")))
                .isEqualTo(known.id().toString());
        assertThat(client.get(PATH + "/" + known.id() + "?minScore=0.55").status()).isEqualTo(404);
    }

    @Test
    void whatLastsForMoreThanADayEndsAtAMidnight() {
        List<Row> rows = new ArrayList<>();
        for (int minute = 0; minute < 60 * 60; minute++) {
            rows.add(row(begin.plusSeconds(10_800 + minute * 60L), SECOND, "a", 0.5));
        }
        table.insert(rows);
        Instant day = begin.plus(2, ChronoUnit.DAYS);

        List<JsonNode> all = items(PATH + "?from=" + begin + "&to=" + begin.plusSeconds(900_000));
        List<JsonNode> late =
                items(PATH + "?from=" + day.plusSeconds(60) + "&to=" + day.plusSeconds(61));

        assertThat(all).hasSize(2);
        assertThat(all.get(1).path("begin").asText())
                .isEqualTo(begin.plusSeconds(10_800).toString());
        assertThat(all.get(1).path("end").asText()).isEqualTo(day.minusSeconds(59).toString());
        assertThat(all.get(0).path("begin").asText()).isEqualTo(day.toString());
        assertThat(late).containsExactly(all.get(0));
    }

    @RepeatedTest(25)
    void isWhatPlainGroupingOfEverythingGives(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Row> rows = rows(random);
        table.insert(rows);

        for (int i = 0; i < 4; i++) {
            Instant from = begin.plusSeconds(random.nextInt(6 * 86_400));
            Instant to = from.plusSeconds(1 + random.nextInt(i == 0 ? 600 : 4 * 86_400));
            double minScore = random.nextInt(3) / 4.0;
            String host = random.nextInt(3) == 0 ? "h1" : "";
            int minSeries = 1 + random.nextInt(2);
            int members = random.nextInt(9); // of eight at most
            List<Row> grouped =
                    rows.stream()
                            .filter(row -> row.score() >= minScore)
                            .filter(row -> host.isEmpty() || row.host().equals(host))
                            .toList();
            List<Group> expected =
                    PlainIncidents.of(grouped).stream()
                            .filter(it -> it.begin().isBefore(to) && it.end().isAfter(from))
                            .filter(it -> it.series() >= minSeries)
                            .map(it -> it.withFirst(members))
                            .toList();
            String filter = "minScore=" + minScore + (host.isEmpty() ? "" : "&where=host=" + host);

            List<JsonNode> found =
                    items(
                            "%s?from=%s&to=%s&minSeries=%d&members=%d&limit=%d&%s"
                                    .formatted(
                                            PATH,
                                            from,
                                            to,
                                            minSeries,
                                            members,
                                            1 + random.nextInt(9),
                                            filter));

            assertThat(found.stream().map(IncidentResourceIT::group))
                    .as("seed %d, %s to %s", repetition.getCurrentRepetition(), from, to)
                    .isEqualTo(expected);
            if (!grouped.isEmpty()) {
                Row any = grouped.get(random.nextInt(grouped.size()));
                JsonNode its = client.get(PATH + "/" + any.id() + "?" + filter).json();
                assertThat(PlainIncidents.of(grouped)).contains(group(its));
                assertThat(any.start())
                        .isBetween(
                                Instant.parse(its.path("begin").asText()),
                                Instant.parse(its.path("end").asText()));
            }
        }
    }

    @Test
    void namesTheParametersThatAreWrong() {
        Answer answer =
                client.get(
                        PATH
                                + "?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&minSeries=0"
                                + "&members=21&limit=0&kind=spike");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("errors").findValuesAsText("pointer"))
                .containsExactlyInAnyOrder("?from", "?minSeries", "?members", "?limit", "?kind");
        assertThat(client.get(PATH + "/" + UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(client.get(PATH + "/1").status()).isEqualTo(404);
    }

    /** Sometimes far apart, sometimes so close that they hang together for days. */
    private List<Row> rows(Random random) {
        Duration usual = WINDOWS.get(random.nextInt(WINDOWS.size()));
        long quiet = Math.clamp(usual.toSeconds(), 120, 3_600) + usual.toSeconds();
        int spacing = (int) (quiet * (1 + random.nextInt(30)) / 10);
        int number = Math.min(400, 8 * 86_400 * 2 / spacing);
        Instant time = begin.plusSeconds(random.nextInt(86_400));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            if (random.nextInt(10) > 0) {
                time = time.plusSeconds(random.nextInt(spacing));
            }
            Duration window =
                    random.nextInt(30) == 0 ? WINDOWS.get(random.nextInt(WINDOWS.size())) : usual;
            rows.add(
                    new Row(
                            UUID.randomUUID(),
                            time,
                            window,
                            "h" + random.nextInt(4),
                            random.nextBoolean() ? "v" : "w",
                            (1 + random.nextInt(1_000_000)) / 1e6));
        }
        return rows;
    }

    private static Row row(Instant start, Duration window, String host, double score) {
        return new Row(UUID.randomUUID(), start, window, host, "v", score);
    }

    private static String id(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("id").asText();
    }

    private static Group group(JsonNode json) {
        List<String> members = new ArrayList<>();
        for (JsonNode member : json.path("members")) {
            members.add(
                    member.at("/dimensions/host").asText()
                            + "/"
                            + member.path("measure").asText()
                            + "/"
                            + member.path("score").asDouble());
        }
        return new Group(
                UUID.fromString(json.path("id").asText()),
                Instant.parse(json.path("begin").asText()),
                Instant.parse(json.path("end").asText()),
                json.path("score").asDouble(),
                json.at("/size/series").asLong(),
                json.at("/size/members").asLong(),
                json.at("/size/anomalies").asLong(),
                members);
    }

    /** Of all pages. */
    private List<JsonNode> items(String query) {
        List<JsonNode> items = new ArrayList<>();
        String next = query;
        while (!next.isEmpty()) {
            Answer page = client.get(next);
            assertThat(page.status()).as(page.body()).isEqualTo(200);
            page.json().path("items").forEach(items::add);
            String link = page.header("Link");
            next = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
        }
        return items;
    }
}
