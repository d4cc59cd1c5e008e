package io.streamgauge.alerting.sequence;

import static java.util.stream.Collectors.joining;

import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.InnerContiguity;
import io.streamgauge.contracts.alert.Condition.Outcome;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Sequence;
import io.streamgauge.contracts.alert.Condition.Skip;
import io.streamgauge.contracts.alert.Condition.Step;
import io.streamgauge.contracts.alert.Condition.Within;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Writes sequences and what they find in a line of text each. */
final class Steps {

    private Steps() {}

    /** A step whose name is its condition in capitals. */
    static Step step(Contiguity contiguity, String where) {
        return step(where.toUpperCase(Locale.ROOT), contiguity, where, Quantifier.ONCE);
    }

    static Step step(Contiguity contiguity, String where, UnaryOperator<Times> times) {
        return step(
                where.toUpperCase(Locale.ROOT),
                contiguity,
                where,
                times.apply(new Times(Quantifier.ONCE)).quantifier());
    }

    static Step step(String name, Contiguity contiguity, String where, Quantifier quantifier) {
        return new Step(name, contiguity, new Step.Single(Optional.of(where)), quantifier);
    }

    static Step group(Contiguity contiguity, UnaryOperator<Times> times, Step... steps) {
        return new Step(
                name(steps),
                contiguity,
                new Step.Group(List.of(steps)),
                times.apply(new Times(Quantifier.ONCE)).quantifier());
    }

    /** One that no other group has: groups are named by what they consist of. */
    private static String name(Step... steps) {
        return Stream.of(steps).map(Step::name).collect(joining("-", "group-", ""));
    }

    static Sequence sequence(Step... steps) {
        return new Sequence(
                List.of(steps),
                Optional.empty(),
                new Skip(Skip.Strategy.NO_SKIP, Optional.empty()),
                Outcome.BOTH);
    }

    static Sequence within(Sequence sequence, int firstToLast) {
        return new Sequence(
                sequence.steps(),
                Optional.of(
                        new Within(Optional.of(Duration.ofMillis(firstToLast)), Optional.empty())),
                sequence.skip(),
                sequence.outcome());
    }

    static Sequence withinNext(Sequence sequence, int previousToCurrent) {
        return new Sequence(
                sequence.steps(),
                Optional.of(
                        new Within(
                                Optional.empty(),
                                Optional.of(Duration.ofMillis(previousToCurrent)))),
                sequence.skip(),
                sequence.outcome());
    }

    static Sequence skip(Sequence sequence, Skip.Strategy strategy) {
        return new Sequence(
                sequence.steps(),
                sequence.within(),
                new Skip(strategy, Optional.empty()),
                sequence.outcome());
    }

    static Sequence skipTo(Sequence sequence, Skip.Strategy strategy, String step) {
        return new Sequence(
                sequence.steps(),
                sequence.within(),
                new Skip(strategy, Optional.of(step)),
                sequence.outcome());
    }

    static Sequence outcome(Sequence sequence, Outcome outcome) {
        return new Sequence(sequence.steps(), sequence.within(), sequence.skip(), outcome);
    }

    /**
     * Events such as {@code a1 b2@7}: kind and id, and the timestamp where it is not the id; one
     * called {@code -} only lets time pass.
     */
    static List<TestEvent> events(String text) {
        List<TestEvent> events = new ArrayList<>();
        for (String word : text.split(" ", -1)) {
            String[] parts = word.split("@", -1);
            int id = Integer.parseInt(parts[0].substring(1));
            long timestamp = parts.length > 1 ? Long.parseLong(parts[1]) : id;
            events.add(new TestEvent("k", id, parts[0].substring(0, 1), id, timestamp));
        }
        return events;
    }

    /** Runs events through a matcher; each match is a text such as {@code A1 A2 B3}. */
    static List<String> find(Sequence sequence, String events) {
        SequenceMatcher<TestEvent> matcher = TestEvent.matcher(sequence);
        List<String> found = new ArrayList<>();
        SequenceMatcher<TestEvent>.State state = matcher.newState();
        for (TestEvent event : events(events)) {
            if (event.kind().equals("-")) {
                state.advanceTime(event.timestamp(), match -> found.add(text(match)));
            } else {
                state.process(event, event.timestamp(), match -> found.add(text(match)));
            }
            state = matcher.fromBytes(state.toBytes());
        }
        return found;
    }

    static String text(SequenceMatch<TestEvent> match) {
        TreeMap<Integer, String> byEvent = new TreeMap<>();
        match.events()
                .forEach(
                        (step, events) ->
                                events.forEach(
                                        event -> byEvent.put(event.id(), step + event.id())));
        String text = String.join(" ", byEvent.values());
        return match.timedOut() ? text + " timed out at " + match.end() : text;
    }

    /** How many times a step occurs. */
    record Times(Quantifier quantifier) {

        Times exactly(int times) {
            return between(times, times);
        }

        Times between(int least, int most) {
            return new Times(
                    new Quantifier(
                            least,
                            Optional.of(most),
                            quantifier.optional(),
                            quantifier.greedy(),
                            quantifier.inner(),
                            quantifier.within(),
                            quantifier.until()));
        }

        Times orMore(int least) {
            return new Times(
                    new Quantifier(
                            least,
                            Optional.empty(),
                            quantifier.optional(),
                            quantifier.greedy(),
                            quantifier.inner(),
                            quantifier.within(),
                            quantifier.until()));
        }

        Times optional() {
            return new Times(
                    new Quantifier(
                            quantifier.least(),
                            quantifier.most(),
                            true,
                            quantifier.greedy(),
                            quantifier.inner(),
                            quantifier.within(),
                            quantifier.until()));
        }

        Times greedy() {
            return new Times(
                    new Quantifier(
                            quantifier.least(),
                            quantifier.most(),
                            quantifier.optional(),
                            true,
                            quantifier.inner(),
                            quantifier.within(),
                            quantifier.until()));
        }

        Times inner(InnerContiguity inner) {
            return new Times(
                    new Quantifier(
                            quantifier.least(),
                            quantifier.most(),
                            quantifier.optional(),
                            quantifier.greedy(),
                            inner,
                            quantifier.within(),
                            quantifier.until()));
        }

        Times within(int millis) {
            return new Times(
                    new Quantifier(
                            quantifier.least(),
                            quantifier.most(),
                            quantifier.optional(),
                            quantifier.greedy(),
                            quantifier.inner(),
                            Optional.of(Duration.ofMillis(millis)),
                            quantifier.until()));
        }

        Times until(String condition) {
            return new Times(
                    new Quantifier(
                            quantifier.least(),
                            quantifier.most(),
                            quantifier.optional(),
                            quantifier.greedy(),
                            quantifier.inner(),
                            quantifier.within(),
                            Optional.of(condition)));
        }
    }
}
