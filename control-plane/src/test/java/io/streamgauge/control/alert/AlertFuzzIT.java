package io.streamgauge.control.alert;

import static io.streamgauge.control.alert.AlertFixture.ALERTS;
import static io.streamgauge.control.alert.AlertFixture.ORDERS;
import static io.streamgauge.control.alert.AlertFixture.read;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.alerting.backtest.Backtest;
import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.alerting.backtest.BacktestLimits;
import io.streamgauge.alerting.backtest.BacktestResult;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertSpecReader;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpecReader;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Documents that are almost right: each is refused with a place, or becomes a rule that the job's
 * compiler takes, and judges events by without a failure. {@code -Dfuzz.seed} repeats a run.
 */
class AlertFuzzIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final int DOCUMENTS = 1_500;
    private static final int EVENTS = 30;
    private static final BacktestLimits LIMITS =
            new BacktestLimits(EVENTS, 1_000, 1 << 24, Duration.ofMillis(500));

    private static final List<String> SEEDS =
            List.of(
                    """
                    {"name": "x", "stream": "orders", "groupBy": ["shop"], "severity": "info",
                     "where": "event.amount > 5 && has(event.status)", "labels": {"a": "b"},
                     "annotations": {"s": "{{ key.shop }} {{ value | round:1 }}"}, "for": "10s",
                     "condition": {"kind": "threshold", "measure": "amount", "aggregate": "p95",
                       "window": "5m", "every": "1m", "op": ">", "value": 90, "recovery": 80}}\
                    """,
                    """
                    {"name": "x", "stream": "orders", "condition": {"kind": "change", "measure": "amount",
                     "aggregate": "sum", "window": "5m", "every": "5m", "offset": "1h",
                     "mode": "percent", "op": "<", "value": -50, "recovery": -20}}\
                    """,
                    """
                    {"name": "x", "stream": "orders", "groupBy": ["shop"], "keepFiringFor": "10s",
                     "condition": {"kind": "absence", "duration": "5m", "forgetAfter": "12h"}}\
                    """,
                    """
                    {"name": "x", "stream": "orders", "groupBy": ["shop", "currency"],
                     "annotations": {"s": "{{ steps.first.amount }}"},
                     "condition": {"kind": "sequence", "within": "5m", "skip": {"skipToFirst": "first"},
                      "on": "both", "steps": [
                        {"name": "first", "where": "event.amount > 1", "times": {"from": 2, "to": 4},
                         "consecutive": true, "greedy": true},
                        {"name": "group", "contiguity": "followedByAny", "optional": true, "steps": [
                          {"name": "inner", "where": "event.amount > steps.first[0].amount"},
                          {"name": "more", "contiguity": "next", "oneOrMore": true,
                           "until": "event.status == \\"x\\""}]},
                        {"name": "no", "contiguity": "notFollowedBy", "where": "event.status == \\"y\\""},
                        {"name": "last", "within": "10s"}]}}\
                    """,
                    """
                    {"name": "x", "stream": "orders", "condition": {"kind": "sequence",
                     "within": {"firstToLast": "5m", "previousToCurrent": "1m"}, "skip": "noSkip",
                     "on": "timeout", "steps": [{"name": "a", "times": 3},
                     {"name": "b", "contiguity": "notNext", "where": "event.amount < 0.5"}]}}\
                    """,
                    """
                    {"name": "x", "stream": "orders", "groupBy": ["shop"],
                     "condition": {"kind": "anomaly", "score": 0.9, "kinds": ["spike", "dip"]}}\
                    """,
                    """
                    {"name": "x", "groupBy": ["shop"], "for": "10s",
                     "condition": {"kind": "composite", "all": ["member"], "any": [], "none": ["member"]}}\
                    """);

    private static final List<String> VALUES =
            List.of(
                    "null",
                    "true",
                    "-1",
                    "0",
                    "0.5",
                    "1e300",
                    "99999999999999999999",
                    "\"\"",
                    "\"a\"",
                    "\"shop\"",
                    "\"amount\"",
                    "\"member\"",
                    "\"5m\"",
                    "\"0s\"",
                    "\"9999999d\"",
                    "\"next\"",
                    "\"notFollowedBy\"",
                    "\"timeout\"",
                    "\"count\"",
                    "\"!=\"",
                    "\"first\"",
                    "\"event.amount / 0 > 1\"",
                    "\"event.amount\"",
                    "\"event.status > 5\"",
                    "\"event.\"",
                    "\"steps.first[9].amount > 1\"",
                    "\"size(steps.first) > 2\"",
                    "\"[1,2,3].all(x, [1,2,3].all(y, [1,2,3].all(z, x > y + z)))\"",
                    "\"{{ value\"",
                    "\"{{ key.nothing | percent }}\"",
                    "\"\\u0000\"",
                    "\"\\ud800\"",
                    "[]",
                    "{}",
                    "[[]]",
                    "{\"a\": {\"a\": {}}}",
                    "[\"shop\", \"shop\"]");

    @Test
    void answersEveryDocumentWithAPlaceOrWithARuleThatCompiles() throws Exception {
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        Random random = new Random(seed);
        AlertFixture alerts = AlertFixture.create(SERVER);
        alerts.create(AlertFixture.threshold("member"));
        StreamDefinition stream = orders(alerts);
        int accepted = 0;

        for (int i = 0; i < DOCUMENTS; i++) {
            ObjectNode document = read(SEEDS.get(random.nextInt(SEEDS.size())));
            int mutations = random.nextInt(4);
            for (int j = 0; j < mutations; j++) {
                mutate(document, random);
            }
            // As it goes over the wire: half of a surrogate does not.
            String text = new String(document.toString().getBytes(UTF_8), UTF_8);
            Answer answer = alerts.client().post(ALERTS + "?dryRun=true", text);
            String described = "seed %d: %s%n%s".formatted(seed, text, answer.body());
            if (answer.status() == 200) {
                accepted++;
                assertThat(problem(read(text), stream)).as(described).isEmpty();
                assertThatNoException()
                        .as(described)
                        .isThrownBy(() -> judge(read(text), stream, random));
            } else {
                assertThat(answer.status()).as(described).isBetween(400, 499);
                assertThat(answer.json().at("/errors/0/pointer").asText())
                        .as(described)
                        .startsWith("#");
            }
        }

        assertThat(accepted).as("seed %d: some are good", seed).isGreaterThan(DOCUMENTS / 10);
    }

    private static StreamDefinition orders(AlertFixture alerts) throws InvalidInputException {
        return new StreamDefinition(
                alerts.tenant(),
                new StreamId(UUID.randomUUID()),
                StreamSpecReader.read(read(ORDERS)),
                1,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private static Optional<String> problem(JsonNode document, StreamDefinition stream)
            throws InvalidInputException {
        AlertSpec spec = AlertSpecReader.read(document);
        return spec.stream().isEmpty()
                ? Optional.empty()
                : new CompiledRuleCheck().problem(spec, Optional.of(stream), Map.of());
    }

    /** Judges some events as the job does. */
    private static void judge(JsonNode document, StreamDefinition stream, Random random)
            throws Exception {
        AlertSpec spec = AlertSpecReader.read(document);
        if (spec.stream().isEmpty()) {
            return; // of other alerts
        }
        AlertDefinition alert =
                new AlertDefinition(
                        stream.tenant(),
                        new AlertId(UUID.randomUUID()),
                        Optional.of(stream.id()),
                        Map.of(),
                        1,
                        false,
                        List.of(new AlertVersion(1, AlertVersion.Mode.ACTIVE, spec)),
                        Instant.EPOCH);
        EventDecoder decoder = new EventDecoder(stream.spec());
        List<BacktestEvent> events = new ArrayList<>();
        long arrival = 1_000_000;
        for (int i = 0; i < EVENTS; i++) {
            arrival += random.nextInt(3) == 0 ? random.nextInt(400_000) : random.nextInt(2_000);
            String event =
                    "{\"time\":%d,\"shop\":\"s%d\"%s,\"status\":\"%s\",\"amount\":%d}"
                            .formatted(
                                    arrival - random.nextInt(3_000),
                                    random.nextInt(2),
                                    random.nextBoolean() ? ",\"currency\":\"EUR\"" : "",
                                    random.nextBoolean() ? "x" : "y",
                                    random.nextInt(12));
            events.add(
                    new BacktestEvent(
                            stream.id(), decoder.decodeRow(event.getBytes(UTF_8)), arrival, 0, i));
        }
        BacktestResult result =
                new Backtest(alert, List.of(), List.of(stream), 0, LIMITS)
                        .run(events, arrival + 3_600_000);
        // A rule that fails by a mistake of ours is told of like any other failure.
        assertThat(result.lastError().orElse("")).doesNotStartWith("internal error");
    }

    /** Changes, removes, doubles or adds something somewhere. */
    private static void mutate(ObjectNode document, Random random) throws Exception {
        List<JsonNode> containers = new ArrayList<>();
        collect(document, containers);
        JsonNode container = containers.get(random.nextInt(containers.size()));
        JsonNode value = Json.mapper().readTree(VALUES.get(random.nextInt(VALUES.size())));
        switch (container) {
            case ObjectNode object -> mutate(object, value, random);
            case ArrayNode array -> mutate(array, value, random);
            default -> throw new IllegalStateException("no container: " + container);
        }
    }

    private static void mutate(ObjectNode object, JsonNode value, Random random) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        int choice = random.nextInt(4);
        if (names.isEmpty() || choice == 0) {
            object.set(choice == 0 ? "x" + random.nextInt(3) : "where", value);
        } else if (choice == 1) {
            object.remove(names.get(random.nextInt(names.size())));
        } else {
            object.set(names.get(random.nextInt(names.size())), value);
        }
    }

    private static void mutate(ArrayNode array, JsonNode value, Random random) {
        if (array.isEmpty() || random.nextInt(3) == 0) {
            array.add(value);
        } else if (random.nextBoolean()) {
            array.remove(random.nextInt(array.size()));
        } else {
            array.add(array.path(random.nextInt(array.size())).deepCopy());
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }
}
