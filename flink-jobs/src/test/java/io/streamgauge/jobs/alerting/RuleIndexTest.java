package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.STREAM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.alerting.Interest;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.expression.EvaluationException;
import io.streamgauge.contracts.expression.Expression;
import io.streamgauge.contracts.expression.ExpressionCompiler;
import io.streamgauge.contracts.expression.InvalidExpressionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleIndexTest {

    private static final ExpressionCompiler COMPILER = new ExpressionCompiler(STREAM.spec());
    private static final EventDecoder DECODER = new EventDecoder(STREAM.spec());

    @Test
    void findsRulesByValueByListAndByRange() throws Exception {
        RuleIndex<String> index =
                index(
                        Map.of(
                                "equal", "event.host == \"a\"",
                                "other", "event.host == \"b\"",
                                "in", "event.host in [\"a\", \"c\"]",
                                "range", "event.m >= 5 && event.m < 7",
                                "above", "event.m > 6",
                                "always", "true"));

        assertThat(find(index, row("a", 6)).wanted)
                .containsExactlyInAnyOrder("equal", "in", "range", "always");
        assertThat(find(index, row("b", 7)).wanted)
                .containsExactlyInAnyOrder("other", "above", "always");
    }

    @Test
    void evaluatesWhatRulesShareOnce() throws Exception {
        Map<String, String> rules = new LinkedHashMap<>();
        for (int i = 0; i < 50; i++) {
            rules.put("r" + i, "event.host == \"h" + i % 5 + "\" && event.m * 2.0 > event.m + 1.0");
        }

        assertThat(find(index(rules), row("h3", 10)).wanted).hasSize(10);
        assertThat(find(index(rules), row("h3", 0)).wanted).isEmpty();
    }

    @Test
    void tellsOfRulesThatFailAndDoesNotWantTheirEvents() throws Exception {
        RuleIndex<String> index =
                index(
                        Map.of(
                                "indexed", "event.code == 5",
                                "evaluated", "event.code * 2.0 > event.m",
                                "false", "event.code * 2.0 > event.m && event.m > 100",
                                "guarded", "has(event.code) && event.code == 5"));

        Found found = find(index, row("a", 1));

        assertThat(found.wanted).isEmpty();
        assertThat(found.failed).containsOnlyKeys("indexed", "evaluated");
        assertThat(found.failed.values()).allMatch(reason -> reason.contains("code"));
    }

    @Test
    void countsWhatConditionsCostOnceForThoseThatShareThem() throws Exception {
        Map<String, String> rules = new LinkedHashMap<>();
        rules.put("a", "event.m * 2.0 > event.m + 1.0");
        rules.put("b", "event.m * 2.0 > event.m + 1.0");
        rules.put("indexed", "event.host == \"a\"");

        Found found = find(index(rules), row("a", 10));

        assertThat(found.wanted).containsExactlyInAnyOrder("a", "b", "indexed");
        assertThat(found.costs)
                .containsExactly(
                        Map.entry("a", COMPILER.compile("event.m * 2.0 > event.m + 1.0").cost()));
    }

    @Test
    void costsTheSameWhetherFailuresAreLookedForOrNot() throws Exception {
        Map<String, String> rules = new LinkedHashMap<>();
        rules.put("failing", "event.code == 5 && event.m * 2.0 > 1.0");
        rules.put("other", "event.host == \"a\" && event.m * 2.0 > 1.0");
        RuleIndex<String> index = index(rules);
        Found with = new Found();
        Found without = new Found();

        index.find(row("a", 10), true, with);
        index.find(row("a", 10), false, without);

        assertThat(with.failed).containsOnlyKeys("failing");
        assertThat(with.costs).isEqualTo(without.costs).containsOnlyKeys("other");
    }

    @Test
    void doesNotAskWhoMayNotCost() throws Exception {
        Map<String, String> rules = new LinkedHashMap<>();
        rules.put("a", "event.m * 2.0 > event.m + 1.0");
        rules.put("indexed", "event.host == \"a\"");
        rules.put("failing", "event.code * 2.0 > 1.0");
        Found found = new Found();
        found.suspended.addAll(rules.keySet());

        index(rules).find(row("a", 10), true, found);

        assertThat(found.wanted).isEmpty();
        assertThat(found.failed).isEmpty();
        assertThat(found.costs).isEmpty();
    }

    @Test
    void doesNotLookAtRulesThatLackAFieldUnlessAsked() throws Exception {
        RuleIndex<String> index = index(Map.of("indexed", "event.code == 5"));
        Found found = new Found();

        index.find(row("a", 1), false, found);

        assertThat(found.failed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void findsWhatALookAtEachRuleFinds(long seed) throws Exception {
        Random random = new Random(seed);
        Map<String, Interest> interests = new TreeMap<>();
        for (int i = 0; i < 300; i++) {
            List<List<Expression>> alternatives = new ArrayList<>();
            for (int j = random.nextInt(3); j >= 0; j--) {
                List<Expression> conjunction = new ArrayList<>();
                for (int k = random.nextInt(4); k > 0; k--) {
                    conjunction.add(COMPILER.compile(condition(random)));
                }
                alternatives.add(conjunction);
            }
            interests.put("r" + i, new Interest(alternatives));
        }
        List<RuleIndex.Entry<String>> entries = new ArrayList<>();
        interests.forEach((name, interest) -> entries.add(new RuleIndex.Entry<>(name, interest)));
        RuleIndex<String> index = new RuleIndex<>(entries);

        for (int i = 0; i < 500; i++) {
            EventRow row = randomRow(random);
            List<String> wanted = new ArrayList<>();
            interests.forEach(
                    (name, interest) -> {
                        try {
                            if (interest.test(row)) {
                                wanted.add(name);
                            }
                        } catch (EvaluationException e) {
                            // not wanted
                        }
                    });

            assertThat(find(index, row).wanted)
                    .as("seed %d, event %s", seed, new String(row.json(), UTF_8))
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(wanted);
        }
    }

    private static String condition(Random random) {
        int number = random.nextInt(10) - 2;
        return switch (random.nextInt(11)) {
            case 0 -> "event.host == \"h" + random.nextInt(6) + "\"";
            case 1 -> "event.host != \"h" + random.nextInt(6) + "\"";
            case 2 -> "event.host in [\"h1\", \"h" + random.nextInt(6) + "\"]";
            case 3 -> "event.m == " + number;
            case 4 -> "event.m > " + number;
            case 5 -> "event.m <= " + number + " && event.m >= " + (number - 3);
            case 6 -> "event.code < " + number;
            case 7 -> "event.code == " + number;
            case 8 -> "has(event.kind) && event.kind == \"k" + random.nextInt(3) + "\"";
            case 9 -> "event.m + 1.0 > event.code";
            default -> "event.host.startsWith(\"h\") || event.m > " + number;
        };
    }

    private static EventRow randomRow(Random random) throws InvalidInputException {
        StringBuilder json =
                new StringBuilder("{\"at\":1,\"host\":\"h%d\"".formatted(random.nextInt(7)))
                        .append(",\"m\":")
                        .append(random.nextInt(5) == 0 ? "-0.0" : random.nextInt(12) - 3);
        if (random.nextBoolean()) {
            json.append(",\"code\":").append(random.nextInt(12) - 3);
        }
        if (random.nextBoolean()) {
            json.append(",\"kind\":\"k").append(random.nextInt(4)).append('"');
        }
        return DECODER.decodeRow(json.append('}').toString().getBytes(UTF_8));
    }

    private static EventRow row(String host, double m) throws InvalidInputException {
        return DECODER.decodeRow(AlertFixtures.event(0, host, m).getBytes(UTF_8));
    }

    private static RuleIndex<String> index(Map<String, String> rules)
            throws InvalidExpressionException {
        List<RuleIndex.Entry<String>> entries = new ArrayList<>();
        for (Map.Entry<String, String> rule : rules.entrySet()) {
            Expression where = COMPILER.compile(rule.getValue());
            entries.add(
                    new RuleIndex.Entry<>(rule.getKey(), new Interest(List.of(List.of(where)))));
        }
        return new RuleIndex<>(entries);
    }

    private static Found find(RuleIndex<String> index, EventRow row) {
        Found found = new Found();
        index.find(row, true, found);
        return found;
    }

    private static final class Found implements RuleIndex.Findings<String> {

        private final List<String> wanted = new ArrayList<>();
        private final Map<String, String> failed = new TreeMap<>();
        private final Map<String, Long> costs = new TreeMap<>();
        private final Set<String> suspended = new TreeSet<>();

        @Override
        public void wanted(String rule) {
            wanted.add(rule);
        }

        @Override
        public void failed(String rule, String reason) {
            failed.put(rule, reason);
        }

        @Override
        public boolean mayCost(String rule) {
            return !suspended.contains(rule);
        }

        @Override
        public void cost(String rule, long cost) {
            costs.merge(rule, cost, Long::sum);
        }
    }
}
