package io.streamgauge.local.rules;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.alerting.backtest.Backtest;
import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.alerting.backtest.BacktestLimits;
import io.streamgauge.alerting.backtest.BacktestResult;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertChecker;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertSpecReader;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpecReader;
import io.streamgauge.local.agent.HostMetricsAgent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each recipe of the cookbook, and each of the demo's alerts, over events that it is about. */
class CookbookTest {

    private static final TenantId TENANT = new TenantId("demo");

    /** Aligned to the hour, so that windows are easy to tell. */
    private static final long START = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();

    /**
     * Events of one stream.
     *
     * @param until when nothing more comes, in seconds
     */
    private record Events(String stream, long until, List<Event> list) {

        private record Event(long second, String json) {}

        static Events of(String stream, long until) {
            return new Events(stream, until, new ArrayList<>());
        }

        Events at(long second, String json) {
            list.add(new Event(second, json));
            return this;
        }

        Events every(long step, long from, long to, String json) {
            for (long second = from; second < to; second += step) {
                at(second, json);
            }
            return this;
        }
    }

    /** What makes an alert fire how often, and what does not make it fire. */
    private record Scenario(Events firing, int times, Events calm) {}

    private static final String MACHINE =
            "\"host\":\"a\",\"kind\":\"machine\",\"device\":\"all\",\"cpu_percent\":";
    private static final String NETWORK =
            "\"host\":\"a\",\"kind\":\"network\",\"device\":\"eth0\",";
    private static final String ERRORS =
            NETWORK + "\"errors_per_second\":4,\"received_packets_per_second\":";
    private static final String QUIET =
            NETWORK + "\"errors_per_second\":0,\"received_packets_per_second\":";
    private static final String DISK =
            "\"host\":\"a\",\"kind\":\"filesystem\",\"device\":\"/\",\"filesystem_used_percent\":";
    private static final String ORDER = "\"shop\":\"berlin\",\"currency\":\"EUR\",";
    private static final String SENSOR = "\"site\":\"north\",\"sensor\":\"s1\",";

    private static final Map<String, Scenario> SCENARIOS = new TreeMap<>();

    static {
        SCENARIOS.put(
                "cpu-high",
                new Scenario(
                        Events.of("system-metrics", 60)
                                .every(1, 0, 5, MACHINE + 20)
                                .every(1, 5, 20, MACHINE + 95)
                                .every(1, 20, 25, MACHINE + 85) // not yet recovered
                                .every(1, 25, 40, MACHINE + 95)
                                .every(1, 40, 60, MACHINE + 50),
                        1,
                        Events.of("system-metrics", 60)
                                .every(1, 0, 9, MACHINE + 95)
                                .every(1, 9, 12, MACHINE + 30)
                                .every(1, 12, 21, MACHINE + 95)
                                .every(1, 21, 60, MACHINE + 30)));
        SCENARIOS.put(
                "large-orders",
                new Scenario(
                        Events.of("orders", 1_200)
                                .every(10, 0, 300, ORDER + "\"amount\":20")
                                .every(10, 300, 600, ORDER + "\"amount\":900"),
                        1,
                        Events.of("orders", 1_200)
                                .every(1, 0, 600, ORDER + "\"amount\":20")
                                .at(300, ORDER + "\"amount\":9000")));
        SCENARIOS.put(
                "many-refunds",
                new Scenario(
                        Events.of("orders", 1_200)
                                .every(60, 0, 300, ORDER + "\"status\":\"refunded\""),
                        1,
                        Events.of("orders", 1_200)
                                .every(60, 0, 240, ORDER + "\"status\":\"refunded\"")
                                .every(10, 0, 600, ORDER + "\"status\":\"paid\"")));
        SCENARIOS.put(
                "few-orders",
                new Scenario(
                        Events.of("orders", 1_800).every(30, 0, 600, ORDER + "\"amount\":1"),
                        1,
                        Events.of("orders", 1_790).every(30, 0, 1_800, ORDER + "\"amount\":1")));
        SCENARIOS.put(
                "sales-doubled",
                new Scenario(
                        Events.of("orders", 4_200)
                                .every(10, 0, 3_600, ORDER + "\"amount\":10")
                                .every(10, 3_600, 4_200, ORDER + "\"amount\":25"),
                        1,
                        Events.of("orders", 4_200).every(10, 0, 4_200, ORDER + "\"amount\":10")));
        SCENARIOS.put(
                "disk-filling",
                new Scenario(
                        Events.of("system-metrics", 700)
                                .every(1, 0, 600, DISK + 50)
                                .every(1, 600, 700, DISK + 55),
                        1,
                        Events.of("system-metrics", 700)
                                .every(1, 0, 600, DISK + 50)
                                .every(1, 600, 700, DISK + 51)));
        SCENARIOS.put(
                "sensor-silent",
                new Scenario(
                        Events.of("sensors", 600)
                                .every(10, 0, 600, SENSOR + "\"celsius\":5")
                                .every(
                                        10,
                                        0,
                                        60,
                                        "\"site\":\"north\",\"sensor\":\"s2\",\"celsius\":5"),
                        1,
                        Events.of("sensors", 600).every(110, 0, 600, SENSOR + "\"celsius\":5")));
        SCENARIOS.put(
                "orders-stopped",
                new Scenario(
                        Events.of("orders", 900)
                                .every(10, 0, 300, ORDER + "\"amount\":1")
                                .every(10, 0, 200, "\"shop\":\"lisbon\",\"currency\":\"EUR\""),
                        1,
                        Events.of("orders", 900)
                                .every(10, 0, 300, ORDER + "\"amount\":1")
                                .every(10, 300, 900, "\"shop\":\"lisbon\",\"currency\":\"EUR\"")));
        SCENARIOS.put(
                "password-guessed",
                new Scenario(
                        Events.of("logins", 700)
                                .every(10, 0, 50, "\"user\":\"u\",\"result\":\"failed\"")
                                .at(25, "\"user\":\"other\",\"result\":\"ok\"")
                                .at(60, "\"user\":\"u\",\"result\":\"ok\""),
                        1,
                        Events.of("logins", 700)
                                .every(10, 0, 40, "\"user\":\"u\",\"result\":\"failed\"")
                                .at(60, "\"user\":\"u\",\"result\":\"ok\"")));
        SCENARIOS.put(
                "impossible-travel",
                new Scenario(
                        Events.of("logins", 60).at(0, login("DE")).at(10, login("BR")),
                        1,
                        Events.of("logins", 60).at(0, login("DE")).at(10, login("DE"))));
        SCENARIOS.put(
                "not-shipped",
                new Scenario(
                        Events.of("orders", 2_000)
                                .at(0, order("paid", "c1"))
                                .at(1, order("paid", "c2"))
                                .at(60, order("shipped", "c1")),
                        1,
                        Events.of("orders", 2_000)
                                .at(0, order("paid", "c1"))
                                .at(1, order("paid", "c2"))
                                .at(60, order("shipped", "c2"))
                                .at(61, order("shipped", "c1"))));
        SCENARIOS.put(
                "heating-up",
                new Scenario(
                        Events.of("sensors", 120)
                                .at(0, SENSOR + "\"celsius\":4")
                                .at(10, SENSOR + "\"celsius\":7")
                                .at(20, SENSOR + "\"celsius\":9.5"),
                        1,
                        Events.of("sensors", 120)
                                .at(0, SENSOR + "\"celsius\":4")
                                .at(10, SENSOR + "\"celsius\":3.5")
                                .at(20, SENSOR + "\"celsius\":9.5")));
        SCENARIOS.put(
                "network-errors-then-silence",
                new Scenario(
                        Events.of("system-metrics", 60)
                                .every(1, 0, 3, ERRORS + 7)
                                .every(1, 3, 30, QUIET + 0),
                        1,
                        Events.of("system-metrics", 60)
                                .every(1, 0, 3, ERRORS + 7)
                                .every(1, 3, 30, QUIET + 9)));
        SCENARIOS.put(
                "door-left-open",
                new Scenario(
                        Events.of("sensors", 120)
                                .at(0, SENSOR + "\"door\":\"open\"")
                                .at(60, SENSOR + "\"celsius\":9"),
                        1,
                        Events.of("sensors", 120)
                                .at(0, SENSOR + "\"door\":\"open\"")
                                .at(30, SENSOR + "\"door\":\"closed\"")
                                .at(60, SENSOR + "\"celsius\":9")));
        SCENARIOS.put(
                "swapping",
                new Scenario(
                        Events.of("system-metrics", 10).at(0, machine(10, 2_000_000_000L)),
                        1,
                        Events.of("system-metrics", 10).at(0, machine(10, 1_000L))));
        SCENARIOS.put(
                "busy-not-swapping",
                new Scenario(
                        Events.of("system-metrics", 30).every(1, 0, 20, machine(99, 0)),
                        1,
                        Events.of("system-metrics", 30)
                                .every(1, 0, 20, machine(99, 2_000_000_000L))));
        SCENARIOS.put(
                "host-silent",
                new Scenario(
                        Events.of("system-metrics", 120)
                                .every(1, 0, 120, MACHINE + 1)
                                .every(1, 0, 20, (MACHINE + 1).replace("\"a\"", "\"b\"")),
                        1,
                        Events.of("system-metrics", 120).every(25, 0, 120, MACHINE + 1)));
    }

    private static final Map<String, String> STREAMS =
            Map.of(
                    "orders",
                    stream(
                            "orders",
                            "shop:string:dimension currency:string:dimension amount:number:measure"
                                    + " customer:string:attribute status:string:attribute"
                                    + " coupon:boolean:attribute"),
                    "sensors",
                    stream(
                            "sensors",
                            "site:string:dimension sensor:string:dimension celsius:number:measure"
                                    + " bar:number:measure door:string:attribute"),
                    "logins",
                    stream(
                            "logins",
                            "user:string:dimension result:string:attribute"
                                    + " country:string:attribute address:string:attribute"));

    @TestFactory
    Stream<DynamicTest> eachRecipeFiresWhenItShouldAndOnlyThen() throws Exception {
        Map<String, RuleDocument> recipes = Cookbook.recipes();
        assertThat(recipes).hasSizeGreaterThanOrEqualTo(12);
        return recipes.values().stream()
                .filter(recipe -> !recipe.name().equals("unusual")) // not about events
                .map(
                        recipe ->
                                DynamicTest.dynamicTest(
                                        recipe.name(), () -> assertFires(recipe, recipes)));
    }

    @TestFactory
    Stream<DynamicTest> eachOfTheDemosAlertsFiresWhenItShouldAndOnlyThen() {
        return DemoAlerts.documents().stream()
                .map(
                        alert ->
                                DynamicTest.dynamicTest(
                                        alert.name(),
                                        () -> assertFires(alert, Map.of(alert.name(), alert))));
    }

    @Test
    void theRecipeOfAnomaliesIsValid() throws Exception {
        AlertSpec spec =
                AlertSpecReader.read(requireNonNull(Cookbook.recipes().get("unusual")).spec());

        assertThat(AlertChecker.check(spec, definition("sensors").spec())).isEmpty();
    }

    private static void assertFires(RuleDocument recipe, Map<String, RuleDocument> recipes)
            throws Exception {
        Scenario scenario =
                requireNonNull(SCENARIOS.get(recipe.name()), "a scenario for " + recipe.name());

        assertThat(firings(recipe, recipes, scenario.firing())).hasSize(scenario.times());
        assertThat(firings(recipe, recipes, scenario.calm())).isEmpty();
    }

    private static Set<UUID> firings(
            RuleDocument recipe, Map<String, RuleDocument> recipes, Events events)
            throws Exception {
        StreamDefinition stream = definition(events.stream());
        AlertSpec spec = AlertSpecReader.read(recipe.spec());
        assertThat(AlertChecker.check(spec, stream.spec())).isEmpty();
        List<AlertDefinition> members = new ArrayList<>();
        if (spec.condition() instanceof Condition.Composite composite) {
            for (String name :
                    Stream.of(composite.all(), composite.any(), composite.none())
                            .flatMap(List::stream)
                            .toList()) {
                members.add(
                        definition(
                                AlertSpecReader.read(requireNonNull(recipes.get(name)).spec()),
                                stream,
                                List.of()));
            }
        }
        Backtest backtest =
                new Backtest(
                        definition(spec, stream, members),
                        members,
                        List.of(stream),
                        START - 1,
                        new BacktestLimits(1_000_000, 1_000, 1L << 26, Duration.ofSeconds(30)));
        BacktestResult result = backtest.run(rows(stream, events), START + events.until() * 1_000);
        assertThat(result.errors()).as(result.lastError().toString()).isZero();
        return result.transitions().stream()
                .filter(transition -> transition.state() == InstanceState.FIRING)
                .map(transition -> transition.instance())
                .collect(Collectors.toSet());
    }

    private static AlertDefinition definition(
            AlertSpec spec, StreamDefinition stream, List<AlertDefinition> members) {
        Map<String, AlertId> ids = new TreeMap<>();
        for (AlertDefinition member : members) {
            ids.put(member.versions().getFirst().spec().name(), member.id());
        }
        return new AlertDefinition(
                TENANT,
                new AlertId(UUID.nameUUIDFromBytes(spec.name().getBytes(StandardCharsets.UTF_8))),
                spec.condition() instanceof Condition.Composite
                        ? Optional.empty()
                        : Optional.of(stream.id()),
                ids,
                1,
                false,
                List.of(new AlertVersion(1, AlertVersion.Mode.ACTIVE, spec)),
                Instant.ofEpochMilli(START));
    }

    private static List<BacktestEvent> rows(StreamDefinition stream, Events events)
            throws Exception {
        EventDecoder decoder = new EventDecoder(stream.spec());
        List<BacktestEvent> rows = new ArrayList<>();
        List<Events.Event> sorted =
                events.list().stream()
                        .sorted(Comparator.comparingLong(Events.Event::second))
                        .toList();
        for (Events.Event event : sorted) {
            long time = START + event.second() * 1_000;
            String json = "{\"time\":%d,%s}".formatted(time, event.json());
            rows.add(
                    new BacktestEvent(
                            stream.id(),
                            decoder.decodeRow(json.getBytes(StandardCharsets.UTF_8)),
                            time + 5,
                            0,
                            rows.size()));
        }
        return rows;
    }

    private static StreamDefinition definition(String name) throws Exception {
        String json =
                name.equals("system-metrics")
                        ? HostMetricsAgent.definition().toString()
                        : STREAMS.get(name);
        return new StreamDefinition(
                TENANT,
                new StreamId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))),
                StreamSpecReader.read(Json.mapper().readTree(json)),
                1,
                Instant.ofEpochMilli(START),
                Instant.ofEpochMilli(START));
    }

    private static String stream(String name, String fields) {
        StringBuilder json = new StringBuilder("{\"name\":\"" + name + "\",\"fields\":[");
        json.append("{\"name\":\"time\",\"type\":\"timestamp\",\"role\":\"timestamp\"}");
        for (String field : fields.split(" ", -1)) {
            String[] parts = field.split(":", -1);
            json.append(
                    ",{\"name\":\"%s\",\"type\":\"%s\",\"role\":\"%s\"}"
                            .formatted(parts[0], parts[1], parts[2]));
        }
        return json.append("]}").toString();
    }

    private static String login(String country) {
        return "\"user\":\"u\",\"result\":\"ok\",\"country\":\"%s\"".formatted(country);
    }

    private static String order(String status, String customer) {
        return ORDER + "\"status\":\"%s\",\"customer\":\"%s\"".formatted(status, customer);
    }

    private static String machine(int cpu, long swap) {
        return MACHINE + cpu + ",\"swap_used_bytes\":" + swap;
    }
}
