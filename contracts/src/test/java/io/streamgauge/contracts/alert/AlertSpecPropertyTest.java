package io.streamgauge.contracts.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.InnerContiguity;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Step;
import io.streamgauge.contracts.document.Input;
import io.streamgauge.contracts.expression.Rows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class AlertSpecPropertyTest {

    @Property(tries = 500)
    void readsWhatItWrites(@ForAll("specs") AlertSpec spec) throws Exception {
        JsonNode json = Json.mapper().readTree(AlertDefinitionCodec.toJson(spec).toString());

        assertThat(AlertSpecReader.read(json)).as(json::toString).isEqualTo(spec);
    }

    /** Documents that are nearly right reach further than random ones. */
    @Property(tries = 2_000)
    void noDocumentDoesMoreThanBeRefused(
            @ForAll("specs") AlertSpec spec,
            @ForAll Random random,
            @ForAll("leaves") List<JsonNode> leaves) {
        JsonNode json = AlertDefinitionCodec.toJson(spec);
        for (JsonNode leaf : leaves) {
            damage(json, random, leaf);
        }

        try {
            AlertSpec read = AlertSpecReader.read(json);
            assertThat(AlertSpecReader.read(AlertDefinitionCodec.toJson(read))).isEqualTo(read);
            AlertChecker.check(read, Rows.STREAM);
        } catch (InvalidInputException e) {
            assertThat(e.violations()).allMatch(it -> it.pointer().startsWith("#"));
        }
    }

    private static void damage(JsonNode json, Random random, JsonNode leaf) {
        if (json instanceof ObjectNode object && !object.isEmpty()) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            if (object.get(name).isContainerNode() && random.nextInt(4) > 0) {
                damage(object.get(name), random, leaf);
            } else if (random.nextInt(4) == 0) {
                object.remove(name);
            } else if (random.nextInt(4) == 0) {
                object.set(name + "x", leaf);
            } else {
                object.set(name, leaf);
            }
        } else if (json instanceof ArrayNode array && !array.isEmpty()) {
            int at = random.nextInt(array.size());
            if (array.get(at).isContainerNode() && random.nextInt(4) > 0) {
                damage(array.get(at), random, leaf);
            } else {
                array.set(at, leaf);
            }
        }
    }

    @Provide
    Arbitrary<List<JsonNode>> leaves() {
        return Arbitraries.of(
                        "null",
                        "true",
                        "0",
                        "-1",
                        "1.5",
                        "1e300",
                        "99999999999",
                        "[]",
                        "{}",
                        "[1]",
                        "\"\"",
                        "\"a\"",
                        "\"5m\"",
                        "\"1ms\"",
                        "\"99999999d\"",
                        "\"threshold\"",
                        "\"sequence\"",
                        "\"next\"",
                        "\"notNext\"",
                        "\"{{\"",
                        "\"\\u0000\"",
                        "{\"from\":0}",
                        "{\"a\":[{}]}",
                        "\"event.x == (\"",
                        "[\"a\",\"a\"]")
                .map(Documents::json)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Provide
    Arbitrary<AlertSpec> specs() {
        return conditions()
                .filter(AlertSpecPropertyTest::isTaken)
                .flatMap(AlertSpecPropertyTest::around);
    }

    /** The few rules among steps that the generator does not keep to. */
    private static boolean isTaken(Condition condition) {
        Input input = new Input(AlertSpecWriter.toJson(condition), "#", new ArrayList<>());
        if (condition instanceof Condition.Sequence sequence) {
            new SequenceRules(input, sequence, false).check();
        }
        return input.violations().isEmpty();
    }

    private static Arbitrary<AlertSpec> around(Condition condition) {
        boolean isComposite = condition instanceof Condition.Composite;
        boolean isSequence = condition instanceof Condition.Sequence;
        Arbitrary<Map<String, String>> texts =
                Arbitraries.maps(
                                names(),
                                Arbitraries.of("", "x", "{{ name }} is {{ severity }}", "ä\n\""))
                        .ofMaxSize(3);
        return Combinators.combine(
                        Arbitraries.of("x", "cpu-high", "a1-b2"),
                        Arbitraries.of("events", "00000000-0000-0001-0000-000000000002"),
                        Arbitraries.of("event.amount > 1", "true").optional(),
                        names().set().ofMaxSize(4),
                        Arbitraries.of(Severity.values()),
                        Combinators.combine(texts, texts).as(List::of),
                        durations(),
                        durations())
                .as(
                        (name, stream, where, groupBy, severity, both, forDuration, keep) ->
                                new AlertSpec(
                                        name,
                                        "about " + name,
                                        isComposite ? Optional.empty() : Optional.of(stream),
                                        isComposite ? Optional.empty() : where,
                                        List.copyOf(groupBy),
                                        severity,
                                        new TreeMap<>(both.getFirst()),
                                        new TreeMap<>(both.getLast()),
                                        condition,
                                        isSequence ? Duration.ZERO : forDuration,
                                        keep));
    }

    private static Arbitrary<String> names() {
        return Arbitraries.of("a", "B_1", "_c", "host", "d");
    }

    private static Arbitrary<Duration> durations() {
        return Arbitraries.of(0, 1, 999, 1_000, 61_001, 3_600_000, 604_800_000)
                .map(Duration::ofMillis);
    }

    private static Arbitrary<Condition> conditions() {
        Arbitrary<Condition> absences =
                Combinators.combine(
                                Arbitraries.longs().between(1, 3_000),
                                Arbitraries.longs().between(0, 3_000))
                        .as(
                                (seconds, more) ->
                                        new Condition.Absence(
                                                Duration.ofSeconds(seconds),
                                                Duration.ofSeconds(seconds + more)));
        Arbitrary<Condition> anomalies =
                Combinators.combine(
                                Arbitraries.doubles().between(0, 1),
                                Arbitraries.of("spike", "level_shift").set())
                        .as(Condition.Anomaly::new);
        Arbitrary<Condition> composites =
                Arbitraries.of("a", "b", "c", "d", "e")
                        .list()
                        .uniqueElements()
                        .ofMinSize(1)
                        .map(
                                it ->
                                        new Condition.Composite(
                                                it.subList(0, (it.size() + 1) / 2),
                                                it.subList(
                                                        (it.size() + 1) / 2,
                                                        it.size() - it.size() / 3),
                                                it.subList(it.size() - it.size() / 3, it.size())));
        return Arbitraries.oneOf(
                levels().map(AlertSpecPropertyTest::threshold),
                levels().map(AlertSpecPropertyTest::change),
                absences,
                anomalies,
                composites,
                sequences());
    }

    private record Level(
            Condition.Window window,
            int offset,
            Comparison comparison,
            double value,
            OptionalDouble recovery) {}

    private static Arbitrary<Level> levels() {
        return Combinators.combine(
                        Arbitraries.of(Statistic.values()),
                        Arbitraries.longs().between(1_000, 90_000),
                        Arbitraries.integers().between(1, 50),
                        Arbitraries.integers().between(1, 50),
                        Arbitraries.of(Comparison.values()),
                        Arbitraries.doubles().between(-1e9, 1e9),
                        Arbitraries.of(-1, 0, 5))
                .as(
                        (statistic, every, times, offset, comparison, value, distance) ->
                                new Level(
                                        new Condition.Window(
                                                statistic == Statistic.COUNT && times > 20
                                                        ? Optional.empty()
                                                        : Optional.of("amount"),
                                                statistic,
                                                Duration.ofMillis(every * times),
                                                Duration.ofMillis(every)),
                                        offset,
                                        comparison,
                                        value,
                                        recovery(comparison, value, distance)));
    }

    private static OptionalDouble recovery(Comparison comparison, double value, int distance) {
        if (distance < 0) {
            return OptionalDouble.empty();
        }
        return switch (comparison) {
            case GREATER, AT_LEAST -> OptionalDouble.of(value - distance);
            case LESS, AT_MOST -> OptionalDouble.of(value + distance);
            case EQUAL, NOT_EQUAL -> OptionalDouble.empty();
        };
    }

    private static Condition threshold(Level level) {
        Condition.Subject subject =
                level.offset() % 3 == 0
                        ? new Condition.Subject.Raw("amount")
                        : new Condition.Subject.Windowed(level.window());
        return new Condition.Threshold(
                subject, level.comparison(), level.value(), level.recovery());
    }

    private static Condition change(Level level) {
        return new Condition.Change(
                level.window(),
                level.window().every().multipliedBy(level.offset()),
                level.offset() % 2 == 0,
                level.comparison(),
                level.value(),
                level.recovery());
    }

    private static Arbitrary<Condition> sequences() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.randoms(),
                        Arbitraries.of(Condition.Outcome.values()),
                        Arbitraries.of(Condition.Skip.Strategy.values()),
                        Arbitraries.of(60_000, 120_500).map(Duration::ofMillis))
                .as(
                        (count, random, outcome, strategy, within) -> {
                            List<Step> steps = steps(count, random, "s", 1);
                            boolean isOfStep = SequenceReader.isOfStep(strategy);
                            return new Condition.Sequence(
                                    steps,
                                    Optional.of(
                                            new Condition.Within(
                                                    Optional.of(within),
                                                    random.nextBoolean()
                                                            ? Optional.of(within.dividedBy(2))
                                                            : Optional.empty())),
                                    new Condition.Skip(
                                            strategy,
                                            isOfStep
                                                    ? Optional.of(steps.getFirst().name())
                                                    : Optional.empty()),
                                    outcome);
                        });
    }

    /** Steps of which the first is a single one, so that a skip can name it. */
    private static List<Step> steps(int count, Random random, String prefix, int depth) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = prefix + i;
            boolean isGroup = i > 0 && depth < 3 && random.nextInt(4) == 0;
            boolean isNegative =
                    !isGroup
                            && i > 0
                            && i + 1 < count
                            && !steps.getLast().quantifier().optional()
                            && random.nextInt(5) == 0;
            Contiguity contiguity =
                    isNegative
                            ? Contiguity.NOT_FOLLOWED_BY
                            : List.of(
                                            Contiguity.NEXT,
                                            Contiguity.FOLLOWED_BY,
                                            Contiguity.FOLLOWED_BY_ANY)
                                    .get(random.nextInt(3));
            boolean mayBeOptional = i == 0 || !steps.getLast().quantifier().greedy();
            steps.add(
                    new Step(
                            name,
                            contiguity,
                            isGroup
                                    ? new Step.Group(steps(2, random, name + "_", depth + 1))
                                    : new Step.Single(
                                            random.nextBoolean()
                                                    ? Optional.of("event.amount > " + i)
                                                    : Optional.empty()),
                            isNegative
                                    ? Quantifier.ONCE
                                    : quantifier(random, isGroup, mayBeOptional)));
        }
        return steps;
    }

    private static Quantifier quantifier(Random random, boolean isGroup, boolean mayBeOptional) {
        int least = 1 + random.nextInt(2);
        Optional<Integer> most =
                random.nextInt(3) == 0 ? Optional.empty() : Optional.of(least + random.nextInt(2));
        boolean isRepeated = most.filter(it -> it == 1).isEmpty();
        InnerContiguity inner =
                isRepeated
                        ? List.of(InnerContiguity.values()).get(random.nextInt(3))
                        : InnerContiguity.RELAXED;
        return new Quantifier(
                least,
                most,
                mayBeOptional && random.nextInt(3) == 0,
                isRepeated
                        && !isGroup
                        && inner != InnerContiguity.ALLOW_COMBINATIONS
                        && random.nextBoolean(),
                inner,
                isRepeated && random.nextBoolean()
                        ? Optional.of(Duration.ofSeconds(30))
                        : Optional.empty(),
                most.isEmpty() && random.nextBoolean()
                        ? Optional.of("event.up")
                        : Optional.empty());
    }
}
