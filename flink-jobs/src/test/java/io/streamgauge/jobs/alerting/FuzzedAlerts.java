package io.streamgauge.jobs.alerting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertSpecReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Alerts of all kinds on {@link AlertFixtures#STREAM}, made at random, with a liking for what is
 * extreme. The reader takes all that are given; what it cannot see, such as a field that the stream
 * does not have, may be wrong with them.
 */
final class FuzzedAlerts {

    private static final List<String> KINDS =
            List.of("threshold", "change", "absence", "sequence", "sequence", "anomaly");
    private static final List<String> SPANS =
            List.of("1ms", "20ms", "1s", "7s", "1m", "1h", "1d", "31d");
    private static final List<String> WINDOWS =
            List.of("1s", "10s", "1m", "10000s", "1d", "31d", "1500ms");
    private static final List<String> AGGREGATES =
            List.of("mean", "sum", "min", "max", "count", "p50", "p99", "p99.9", "stddev");
    private static final List<Double> NUMBERS =
            List.of(0.0, -1.0, 0.5, 50.0, 90.0, 1e300, -1e300, Double.MIN_VALUE);
    private static final List<String> OPERATORS = List.of(">", ">=", "<", "<=", "==", "!=");

    /** Of an event alone. Some have no value, some cost much, some do not compile. */
    private static final List<String> CONDITIONS =
            List.of(
                    "true",
                    "false",
                    "event.m > 50",
                    "event.m < 50 || event.m > 90",
                    "event.kind == 'k1'",
                    "event.kind == '\u5730\u7403\u00e4'",
                    "event.host.contains('\u00e9') || event.m > 1e300",
                    "event.host in ['h0', 'h1', '\u5730']",
                    "event.code > 3",
                    "has(event.code) && event.code > 3",
                    "event.m / 0 > 1",
                    "event.m % event.code == 0",
                    "event.kind.matches('(k|x)*[0-9]+')",
                    "event.at.getHours() >= 0",
                    "string(event.m).size() > 2",
                    "[1, 2, 3][event.m] == 2",
                    "[1, 2, 3, 4, 5].all(x, [1, 2, 3, 4, 5].exists(y, x * y > event.m))",
                    "[1, 2, 3].map(x, [1, 2, 3].map(y, x + y).sum()).sum() > event.m",
                    "event.kind > 5",
                    "event.nothing == 1",
                    "event.m >",
                    "!!!!!!!!!!!!!!!!(event.m > 50)");

    /** Of an event and the events of an earlier step. */
    private static final List<String> COMPARISONS =
            List.of(
                    "event.m > steps.%s[0].m",
                    "event.m > steps.%s[99].m",
                    "size(steps.%s) > 1",
                    "steps.%s.all(x, x.m < event.m)",
                    "steps.%s.exists(x, x.code == event.code)",
                    "avg(steps.%s.map(x, x.m)) < event.m",
                    "steps.nobody[0].m > 1 && size(steps.%s) > 0");

    private static final List<String> CONTIGUITIES =
            List.of(
                    "followedBy",
                    "followedBy",
                    "next",
                    "followedByAny",
                    "notNext",
                    "notFollowedBy");
    private static final List<String> ODDITIES =
            List.of(
                    "null",
                    "-1",
                    "[]",
                    "{}",
                    "\"\\u0000\"",
                    "\"9999999d\"",
                    "1e400",
                    "[[\"host\"]]");

    private final Random random;
    private int stepNames;

    FuzzedAlerts(long seed) {
        random = new Random(seed);
    }

    /** The next one that the reader takes. */
    AlertSpec next() {
        String kind = any(KINDS);
        while (true) {
            ObjectNode document = document(kind);
            if (random.nextInt(4) == 0) {
                spoil(document);
            }
            try {
                return AlertSpecReader.read(document);
            } catch (InvalidInputException e) {
                // Refused, as it should be; the control plane's tests look at how.
            }
        }
    }

    private ObjectNode document(String kind) {
        ObjectNode document = Json.mapper().createObjectNode();
        document.put("name", "fuzzed").put("stream", "s1").put("severity", "info");
        ArrayNode groupBy = document.putArray("groupBy");
        any(List.of(List.<String>of(), List.of("host"), List.of("host"), List.of("m", "kind")))
                .forEach(groupBy::add);
        if (random.nextBoolean()) {
            document.put("where", any(CONDITIONS));
        }
        if (random.nextInt(3) == 0 && !kind.equals("sequence")) {
            document.put("for", any(List.of("1ms", "10s", "7d")));
        }
        if (random.nextInt(3) == 0) {
            document.put("keepFiringFor", any(List.of("1ms", "10s", "7d")));
        }
        document.putObject("annotations")
                .put(
                        "summary",
                        kind.equals("threshold") || kind.equals("change")
                                ? "\u5730 {{ value | round:3 }} {{ severity }}"
                                : "\u5730 {{ name }} {{ startedAt }}");
        ObjectNode condition = document.putObject("condition").put("kind", kind);
        switch (kind) {
            case "threshold" -> threshold(condition);
            case "change" -> change(condition);
            case "absence" ->
                    condition
                            .put("duration", any(SPANS))
                            .put("forgetAfter", any(List.of("1m", "1h", "31d", "400d")));
            case "anomaly" ->
                    condition.put("score", random.nextDouble()).putArray("kinds").add("spike");
            default -> sequence(condition);
        }
        return document;
    }

    private void threshold(ObjectNode condition) {
        condition.put("measure", random.nextInt(10) == 0 ? "code" : "m");
        if (random.nextInt(3) > 0) {
            window(condition);
        }
        level(condition);
    }

    private void change(ObjectNode condition) {
        condition.put("measure", "m").put("mode", random.nextBoolean() ? "percent" : "absolute");
        window(condition);
        condition.put("offset", any(WINDOWS));
        level(condition);
    }

    private void window(ObjectNode condition) {
        condition.put("aggregate", any(AGGREGATES)).put("window", any(WINDOWS));
        if (random.nextBoolean()) {
            condition.put("every", any(WINDOWS));
        }
    }

    private void level(ObjectNode condition) {
        condition.put("op", any(OPERATORS)).put("value", any(NUMBERS));
        if (random.nextInt(3) == 0) {
            condition.put("recovery", any(NUMBERS));
        }
    }

    private void sequence(ObjectNode condition) {
        stepNames = 0;
        List<String> earlier = new ArrayList<>();
        steps(condition.putArray("steps"), 1 + random.nextInt(4), 1, earlier);
        if (random.nextInt(5) > 0) {
            condition.put("within", any(SPANS));
        } else {
            condition
                    .putObject("within")
                    .put("firstToLast", any(SPANS))
                    .put("previousToCurrent", any(SPANS));
        }
        switch (random.nextInt(3)) {
            case 0 ->
                    condition.put(
                            "skip", any(List.of("noSkip", "skipToNext", "skipPastLastEvent")));
            case 1 ->
                    condition
                            .putObject("skip")
                            .put(any(List.of("skipToFirst", "skipToLast")), any(earlier));
            default -> {} // as it is by default
        }
        condition.put("on", any(List.of("match", "timeout", "both")));
    }

    private void steps(ArrayNode steps, int count, int depth, List<String> earlier) {
        for (int i = 0; i < count; i++) {
            ObjectNode step = steps.addObject();
            String name = "s" + stepNames++;
            step.put("name", name);
            String contiguity = any(CONTIGUITIES);
            boolean negative = contiguity.startsWith("not");
            if (i > 0) {
                step.put("contiguity", contiguity);
            }
            if (depth < 4 && random.nextInt(5) == 0 && !negative) {
                steps(step.putArray("steps"), 1 + random.nextInt(2), depth + 1, earlier);
            } else if (random.nextInt(8) > 0) {
                step.put("where", condition(earlier));
            }
            if (!negative || i == 0) {
                quantifier(step, earlier);
            }
            earlier.add(name);
        }
    }

    private String condition(List<String> earlier) {
        return earlier.isEmpty() || random.nextInt(3) > 0
                ? any(CONDITIONS)
                : any(COMPARISONS).formatted(any(earlier));
    }

    private void quantifier(ObjectNode step, List<String> earlier) {
        if (random.nextInt(4) == 0) {
            step.put("optional", true);
        }
        switch (random.nextInt(6)) {
            case 0 -> step.put("times", any(List.of(1, 2, 3, 100)));
            case 1 -> step.putObject("times").put("from", random.nextInt(3)).put("to", 3);
            case 2 -> step.put("oneOrMore", true);
            case 3 -> step.put("oneOrMore", true).put("until", condition(earlier));
            default -> {} // once
        }
        if (step.has("times") || step.has("oneOrMore")) {
            switch (random.nextInt(5)) {
                case 0 -> step.put("consecutive", true);
                case 1 -> step.put("allowCombinations", true);
                case 2 -> step.put(step.has("steps") ? "consecutive" : "greedy", true);
                case 3 -> step.put("within", any(SPANS));
                default -> {} // as it is by default
            }
        }
    }

    /** Puts something in the place of something. */
    private void spoil(ObjectNode document) {
        List<ObjectNode> objects = new ArrayList<>();
        collect(document, objects);
        ObjectNode object = any(objects);
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        if (names.isEmpty()) {
            return;
        }
        try {
            object.set(any(names), Json.mapper().readTree(any(ODDITIES)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void collect(JsonNode node, List<ObjectNode> objects) {
        if (node instanceof ObjectNode object) {
            objects.add(object);
        }
        node.forEach(child -> collect(child, objects));
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
