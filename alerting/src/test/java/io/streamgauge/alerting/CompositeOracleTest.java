package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.id;
import static io.streamgauge.alerting.TestAlerts.raw;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.InstanceState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Composites against a reading of all that their members did at once. */
class CompositeOracleTest {

    private static final List<String> NAMES = List.of("x", "y", "z");

    /** What a member is to the composite. */
    private enum Use {
        ALL,
        ANY,
        NONE,
        UNUSED
    }

    @Provide
    Arbitrary<List<Occurrence>> logs() {
        return Occurrence.logs();
    }

    private static List<AlertDefinition> members() {
        List<String> key = List.of("region", "host");
        Duration keep = Duration.ofSeconds(3);
        return List.of(
                alert(1, spec(raw(Comparison.GREATER, 6), key)),
                alert(2, spec(raw(Comparison.LESS, 4), key)),
                alert(3, spec(raw(Comparison.GREATER, 8), key, Duration.ZERO, keep)));
    }

    private static AlertDefinition composite(List<Use> uses, int forSeconds, int keepSeconds) {
        Condition.Composite condition =
                new Condition.Composite(
                        names(uses, Use.ALL), names(uses, Use.ANY), names(uses, Use.NONE));
        return new AlertDefinition(
                TestAlerts.TENANT,
                id(9),
                Optional.empty(),
                Map.of("x", id(1), "y", id(2), "z", id(3)),
                1,
                false,
                List.of(
                        new AlertVersion(
                                1,
                                AlertVersion.Mode.ACTIVE,
                                spec(
                                        condition,
                                        List.of("region"),
                                        Duration.ofSeconds(forSeconds),
                                        Duration.ofSeconds(keepSeconds)))),
                Instant.EPOCH);
    }

    private static List<String> names(List<Use> uses, Use use) {
        return NAMES.stream().filter(name -> uses.get(NAMES.indexOf(name)) == use).toList();
    }

    private static boolean holds(List<Use> uses, Set<String> firing) {
        List<String> any = names(uses, Use.ANY);
        return firing.containsAll(names(uses, Use.ALL))
                && (any.isEmpty() || any.stream().anyMatch(firing::contains))
                && names(uses, Use.NONE).stream().noneMatch(firing::contains);
    }

    @Property(tries = 300)
    void composites(
            @ForAll("logs") List<Occurrence> log,
            @ForAll Use x,
            @ForAll Use y,
            @ForAll Use z,
            @ForAll @IntRange(max = 6) int forSeconds,
            @ForAll @IntRange(max = 6) int keepSeconds) {
        List<Use> uses = List.of(x, y, z);
        Assume.that(uses.contains(Use.ALL) || uses.contains(Use.ANY));
        List<AlertDefinition> alerts = new ArrayList<>(members());
        alerts.add(composite(uses, forSeconds, keepSeconds));
        TestRun run = new TestRun(alerts.toArray(AlertDefinition[]::new));
        long end = 200_000;
        for (int i = 0; i < log.size(); i++) {
            Occurrence of = log.get(i);
            String json =
                    "{\"ts\":%d,\"host\":\"h%d\",\"region\":\"r%d\",\"value\":%d}"
                            .formatted(of.timestamp(), of.host(), of.partition() % 2, of.value());
            run.replay.event(
                    new BacktestEvent(
                            TestAlerts.STREAM_ID,
                            TestAlerts.row(json),
                            of.arrival(),
                            of.partition(),
                            i));
            end = of.arrival() + 60_000;
        }
        run.advance(end);

        for (int region = 0; region < 2; region++) {
            String key = "{\"region\":\"r" + region + "\"}";
            LifecycleOracle oracle =
                    new LifecycleOracle(key, forSeconds * 1_000L, keepSeconds * 1_000L);
            Map<UUID, String> firing = new HashMap<>();
            for (Map.Entry<Long, List<AlertTransition>> moment :
                    ofMembers(run, "\"region\":\"r" + region + "\"").entrySet()) {
                timers(oracle, moment.getKey() - 1);
                for (AlertTransition transition : moment.getValue()) {
                    if (transition.state() == InstanceState.FIRING) {
                        firing.put(transition.instance(), name(transition));
                    } else {
                        firing.remove(transition.instance());
                    }
                }
                boolean holds = holds(uses, new HashSet<>(firing.values()));
                oracle.evaluate(
                        new LifecycleOracle.Point(moment.getKey(), moment.getKey(), holds, holds));
            }
            timers(oracle, end);
            assertThat(
                            run.sink.transitions.stream()
                                    .filter(transition -> transition.alert().equals(id(9)))
                                    .map(TestSink::line)
                                    .filter(line -> line.startsWith(key)))
                    .isEqualTo(oracle.lines());
        }
    }

    private static String name(AlertTransition transition) {
        return NAMES.get(
                members().stream().map(AlertDefinition::id).toList().indexOf(transition.alert()));
    }

    /** What the members did for keys of a region, by the platform's clock. */
    private static NavigableMap<Long, List<AlertTransition>> ofMembers(TestRun run, String part) {
        NavigableMap<Long, List<AlertTransition>> moments = new TreeMap<>();
        for (AlertTransition transition : run.sink.transitions) {
            if (!transition.alert().equals(id(9)) && transition.key().contains(part)) {
                moments.computeIfAbsent(transition.evidence().clock(), at -> new ArrayList<>())
                        .add(transition);
            }
        }
        return moments;
    }

    private static void timers(LifecycleOracle oracle, long to) {
        for (long timer = oracle.timer(); timer >= 0 && timer <= to; timer = oracle.timer()) {
            oracle.timer(timer);
        }
    }
}
