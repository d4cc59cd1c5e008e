package io.streamgauge.alerting.sequence;

import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Sequence;
import io.streamgauge.contracts.alert.Condition.Skip;
import io.streamgauge.contracts.alert.Condition.Step;
import io.streamgauge.contracts.alert.Condition.Within;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.functions.TimedOutPartialMatchHandler;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.nfa.compiler.NFACompiler;
import org.apache.flink.cep.operator.CepOperator;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.WithinType;
import org.apache.flink.cep.pattern.conditions.IterativeCondition;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;

/** Flink's own CEP operator: what a sequence must find. Its pattern is written independently. */
final class StockCep {

    private StockCep() {}

    /** What was found: the time counts for time-outs only, elsewhere it says when it was told. */
    record Found(Map<String, List<Integer>> events, boolean timedOut, long timeoutAt) {

        static Found of(Map<String, List<TestEvent>> events, boolean timedOut, long timeoutAt) {
            Map<String, List<Integer>> ids = new TreeMap<>();
            events.forEach((step, of) -> ids.put(step, of.stream().map(TestEvent::id).toList()));
            return new Found(ids, timedOut, timedOut ? timeoutAt : 0);
        }
    }

    /** A condition that Flink can ship. */
    static final class Where extends IterativeCondition<TestEvent> {

        private static final long serialVersionUID = 1L;
        private final String expression;

        Where(String expression) {
            this.expression = expression;
        }

        @Override
        public boolean filter(TestEvent event, IterativeCondition.Context<TestEvent> context) {
            try {
                return TestEvent.test(
                        expression,
                        event,
                        step -> {
                            List<TestEvent> earlier = new ArrayList<>();
                            try {
                                context.getEventsForPattern(step).forEach(earlier::add);
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                            return earlier;
                        });
            } catch (ArithmeticException e) {
                return false;
            }
        }
    }

    static Pattern<TestEvent, ?> pattern(Sequence sequence) {
        Skip by = sequence.skip();
        AfterMatchSkipStrategy skip =
                switch (by.strategy()) {
                    case NO_SKIP -> AfterMatchSkipStrategy.noSkip();
                    case SKIP_TO_NEXT -> AfterMatchSkipStrategy.skipToNext();
                    case SKIP_PAST_LAST_EVENT -> AfterMatchSkipStrategy.skipPastLastEvent();
                    case SKIP_TO_FIRST ->
                            AfterMatchSkipStrategy.skipToFirst(by.step().orElseThrow());
                    case SKIP_TO_LAST -> AfterMatchSkipStrategy.skipToLast(by.step().orElseThrow());
                };
        Optional<Duration> gap = sequence.within().flatMap(Within::previousToCurrent);
        Pattern<TestEvent, TestEvent> pattern = steps(sequence.steps(), skip, gap);
        sequence.within().flatMap(Within::firstToLast).ifPresent(pattern::within);
        return pattern;
    }

    private static Pattern<TestEvent, TestEvent> steps(
            List<Step> steps, AfterMatchSkipStrategy skip, Optional<Duration> gap) {
        Pattern<TestEvent, TestEvent> pattern = null;
        for (Step step : steps) {
            String name = step.name();
            if (step.body() instanceof Step.Group inner) {
                Pattern<TestEvent, TestEvent> group = steps(inner.steps(), skip, gap);
                if (pattern == null) {
                    pattern = Pattern.begin(group, skip);
                } else {
                    pattern =
                            switch (step.contiguity()) {
                                case NEXT -> pattern.next(group);
                                case FOLLOWED_BY -> pattern.followedBy(group);
                                case FOLLOWED_BY_ANY -> pattern.followedByAny(group);
                                default -> throw new UnsupportedOperationException("not a group");
                            };
                }
            } else if (pattern == null) {
                if (step.contiguity().isNegative()) {
                    throw new UnsupportedOperationException("not first");
                }
                pattern = Pattern.begin(name, skip);
            } else {
                pattern =
                        switch (step.contiguity()) {
                            case NEXT -> pattern.next(name);
                            case FOLLOWED_BY -> pattern.followedBy(name);
                            case FOLLOWED_BY_ANY -> pattern.followedByAny(name);
                            case NOT_NEXT -> pattern.notNext(name);
                            case NOT_FOLLOWED_BY -> pattern.notFollowedBy(name);
                        };
            }
            if (step.body() instanceof Step.Single single && single.where().isPresent()) {
                pattern = pattern.where(new Where(single.where().get()));
            }
            pattern = quantified(pattern, step.quantifier(), gap);
            if (gap.isPresent()) {
                pattern = pattern.within(gap.get(), WithinType.PREVIOUS_AND_CURRENT);
            }
        }
        return Objects.requireNonNull(pattern);
    }

    private static Pattern<TestEvent, TestEvent> quantified(
            Pattern<TestEvent, TestEvent> pattern, Quantifier times, Optional<Duration> gap) {
        Duration within = times.within().orElse(gap.orElse(null));
        if (times.most().isEmpty() && times.least() == 1) {
            pattern = pattern.oneOrMore(within);
        } else if (times.most().isEmpty()) {
            pattern = pattern.timesOrMore(times.least(), within);
        } else if (times.most().get() == times.least() && times.least() > 1) {
            pattern = pattern.times(times.least(), within);
        } else if (times.most().get() > 1) {
            pattern = pattern.times(times.least(), times.most().get(), within);
        }
        switch (times.inner()) {
            case RELAXED -> {}
            case CONSECUTIVE -> pattern = pattern.consecutive();
            case ALLOW_COMBINATIONS -> pattern = pattern.allowCombinations();
        }
        if (times.greedy()) {
            pattern = pattern.greedy();
        }
        if (times.optional()) {
            pattern = pattern.optional();
        }
        if (times.until().isPresent()) {
            pattern = pattern.until(new Where(times.until().get()));
        }
        return pattern;
    }

    /**
     * Runs events through Flink's operator, with a watermark and a timer of each key for every
     * millisecond.
     *
     * @param events in the order of their timestamps
     */
    static List<Found> run(Pattern<TestEvent, ?> pattern, List<TestEvent> events, long until)
            throws Exception {
        List<Found> found = new ArrayList<>();
        CepOperator<TestEvent, String, String> operator =
                new CepOperator<>(
                        TypeInformation.of(TestEvent.class)
                                .createSerializer(new SerializerConfigImpl()),
                        false,
                        NFACompiler.compileFactory(pattern, true),
                        null,
                        pattern.getAfterMatchSkipStrategy(),
                        new Collect(found),
                        null);
        List<String> keys = events.stream().map(TestEvent::key).distinct().toList();
        try (var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        operator, TestEvent::key, Types.STRING)) {
            harness.open();
            int next = 0;
            for (long now = 1; now <= until; now++) {
                while (next < events.size() && events.get(next).timestamp() == now) {
                    harness.processElement(events.get(next++), now);
                }
                harness.processWatermark(now);
                for (String key : keys) {
                    operator.setCurrentKey(key);
                    operator.onEventTime(null);
                }
            }
        }
        return found;
    }

    private static final class Collect extends PatternProcessFunction<TestEvent, String>
            implements TimedOutPartialMatchHandler<TestEvent> {

        private static final long serialVersionUID = 1L;
        private final transient List<Found> found;

        Collect(List<Found> found) {
            this.found = found;
        }

        @Override
        public void processMatch(
                Map<String, List<TestEvent>> match,
                PatternProcessFunction.Context context,
                Collector<String> out) {
            found.add(Found.of(match, false, 0));
        }

        @Override
        public void processTimedOutMatch(
                Map<String, List<TestEvent>> match, PatternProcessFunction.Context context) {
            found.add(Found.of(match, true, context.timestamp()));
        }
    }
}
