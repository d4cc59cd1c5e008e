package io.streamgauge.alerting.sequence;

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
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Generated sequences and streams of events; most of the sequences are such that Flink takes. */
final class TestSequences {

    private static final List<String> WHERE = List.of("a", "b", "c", "a|b", "b|c", "any", "a|b|c");

    private static final List<Contiguity> POSITIVE =
            List.of(Contiguity.NEXT, Contiguity.FOLLOWED_BY, Contiguity.FOLLOWED_BY_ANY);

    private TestSequences() {}

    static Arbitrary<Sequence> sequences() {
        return Arbitraries.randomValue(TestSequences::sequence);
    }

    static Sequence sequence(Random random) {
        return new Draw(random).sequence();
    }

    static Arbitrary<List<TestEvent>> events(int most, List<String> keys) {
        return Arbitraries.randomValue(random -> events(random, most, keys));
    }

    static List<TestEvent> events(Random random, int most, List<String> keys) {
        List<TestEvent> events = new ArrayList<>();
        long timestamp = 1;
        int size = 1 + random.nextInt(most);
        for (int id = 1; id <= size; id++) {
            // several of one timestamp, neighbours, and gaps that are longer than most limits
            timestamp += List.of(0, 0, 1, 1, 2, 3, 9).get(random.nextInt(7));
            events.add(
                    new TestEvent(
                            keys.get(random.nextInt(keys.size())),
                            id,
                            List.of("a", "a", "b", "b", "c", "d").get(random.nextInt(6)),
                            random.nextInt(5),
                            timestamp));
        }
        return events;
    }

    /** Draws one sequence. */
    private static final class Draw {

        private final Random random;
        private int names;
        private final List<String> singles = new ArrayList<>();

        Draw(Random random) {
            this.random = random;
        }

        Sequence sequence() {
            List<Step> steps = steps(1 + random.nextInt(4), 0);
            Optional<Within> within = within();
            return new Sequence(steps, within, skip(steps), Outcome.BOTH);
        }

        private List<Step> steps(int count, int depth) {
            List<Step> steps = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                steps.add(step(i == 0, depth));
            }
            return steps;
        }

        private Step step(boolean first, int depth) {
            String name = "s" + names++;
            boolean group = depth < 2 && random.nextInt(5) == 0;
            Contiguity contiguity =
                    first || group ? pick(POSITIVE) : pick(List.of(Contiguity.values()));
            Step.Body body =
                    group
                            ? new Step.Group(steps(1 + random.nextInt(3), depth + 1))
                            : new Step.Single(where());
            if (!group) {
                singles.add(name);
            }
            return new Step(
                    name,
                    contiguity,
                    body,
                    contiguity.isNegative() ? Quantifier.ONCE : quantifier(group));
        }

        private Optional<String> where() {
            String where = pick(WHERE);
            return switch (random.nextInt(8)) {
                case 0 -> Optional.empty();
                case 1 -> Optional.of(where + "&above:" + earlier());
                case 2 -> Optional.of(where + "&few:" + earlier());
                case 3 -> random.nextInt(4) == 0 ? Optional.of("fail") : Optional.of(where);
                default -> Optional.of(where);
            };
        }

        private String earlier() {
            return singles.isEmpty() ? "s0" : pick(singles);
        }

        private Quantifier quantifier(boolean group) {
            boolean optional = random.nextInt(5) == 0;
            int least = 1;
            Optional<Integer> most = Optional.of(1);
            boolean greedy = false;
            InnerContiguity inner = InnerContiguity.RELAXED;
            Optional<Duration> within = Optional.empty();
            Optional<String> until = Optional.empty();
            if (random.nextInt(2) == 0) {
                least = 1 + random.nextInt(2);
                most =
                        random.nextBoolean()
                                ? Optional.empty()
                                : Optional.of(least + random.nextInt(3));
                if (most.isEmpty() || most.get() > 1) {
                    inner = pick(List.of(InnerContiguity.values()));
                    greedy =
                            !group
                                    && inner != InnerContiguity.ALLOW_COMBINATIONS
                                    && random.nextInt(3) == 0;
                    within =
                            random.nextInt(4) == 0
                                    ? Optional.of(Duration.ofMillis(1 + random.nextInt(4)))
                                    : within;
                }
                if (most.isEmpty() && random.nextInt(3) == 0) {
                    until = Optional.of(pick(WHERE.subList(0, 3)));
                }
            }
            return new Quantifier(least, most, optional, greedy, inner, within, until);
        }

        private <T> T pick(List<T> choices) {
            return choices.get(random.nextInt(choices.size()));
        }

        private Optional<Within> within() {
            Duration whole = Duration.ofMillis(4 + random.nextInt(12));
            Duration gap = Duration.ofMillis(1 + random.nextInt(4));
            return switch (random.nextInt(6)) {
                case 0, 1, 2 -> Optional.of(new Within(Optional.of(whole), Optional.empty()));
                case 3 -> Optional.of(new Within(Optional.empty(), Optional.of(gap)));
                case 4 -> Optional.of(new Within(Optional.of(whole), Optional.of(gap)));
                default -> Optional.empty();
            };
        }

        private Skip skip(List<Step> steps) {
            Skip.Strategy strategy = pick(List.of(Skip.Strategy.values()));
            boolean named =
                    strategy == Skip.Strategy.SKIP_TO_FIRST
                            || strategy == Skip.Strategy.SKIP_TO_LAST;
            return new Skip(strategy, named ? Optional.of(pick(steps).name()) : Optional.empty());
        }
    }
}
