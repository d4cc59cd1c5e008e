package io.streamgauge.alerting;

import io.streamgauge.alerting.sequence.EarlierSteps;
import io.streamgauge.alerting.sequence.FailureListener;
import io.streamgauge.alerting.sequence.SequenceMatcher;
import io.streamgauge.alerting.sequence.SequenceWorkspace;
import io.streamgauge.alerting.sequence.StepCondition;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.expression.EvaluationException;
import io.streamgauge.contracts.expression.Expression;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The automata of the sequences that one judge has met lately. For one thread. */
final class SequenceMatchers {

    /** An automaton is some kilobytes; guessed. */
    private static final int MOST = 16_384;

    /**
     * An automaton with the rule that it is of.
     *
     * @param failures is told of conditions without a value
     */
    record OfRule(
            CompiledRule.Parts parts, SequenceMatcher<SequenceEvent> matcher, Relay failures) {}

    /**
     * Passes failures on to whoever listens at the moment, and counts what conditions cost: the
     * events that they look at, and where they do much with them, that.
     */
    static final class Relay implements FailureListener {

        private @Nullable Consumer<String> listener;
        private long read;

        void read(long units) {
            read += units;
        }

        /** What conditions have cost since the last call. */
        long takeRead() {
            long taken = read;
            read = 0;
            return taken;
        }

        void listen(Consumer<String> to) {
            listener = to;
        }

        @Override
        public void conditionFailed(String step, RuntimeException failure) {
            if (listener != null) {
                listener.accept(step + ": " + failure.getMessage());
            }
        }
    }

    /** A condition without a value; no stack trace, as it may be thrown for each event. */
    private static final class Failed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Failed(String message) {
            super(message, null, false, false);
        }
    }

    private final SequenceWorkspace<SequenceEvent> workspace = new SequenceWorkspace<>();
    private final SharedAnswers answers;
    private final Map<RuleKey, OfRule> matchers =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<RuleKey, OfRule> eldest) {
                    return size() > MOST;
                }
            };

    SequenceMatchers(SharedAnswers answers) {
        this.answers = answers;
    }

    @SuppressWarnings("ReferenceEquality") // compiled anew or not: asked for each event
    OfRule of(CompiledRule rule) {
        OfRule known = matchers.get(rule.key());
        if (known == null || known.parts() != rule.parts()) {
            Relay relay = new Relay();
            known =
                    new OfRule(
                            rule.parts(),
                            compile(
                                    (Condition.Sequence) rule.spec().condition(),
                                    rule.sequence(),
                                    rule.decoder(),
                                    relay,
                                    answers,
                                    workspace),
                            relay);
            matchers.put(rule.key(), known);
        }
        return known;
    }

    static SequenceMatcher<SequenceEvent> compile(
            Condition.Sequence sequence,
            SequenceConditions conditions,
            EventDecoder decoder,
            Relay relay,
            SharedAnswers answers,
            SequenceWorkspace<SequenceEvent> workspace) {
        return SequenceMatcher.compile(
                sequence,
                (step, source) -> condition(step, source, conditions, relay, answers),
                relay,
                SequenceEvent.codec(decoder),
                workspace);
    }

    private static StepCondition<SequenceEvent> condition(
            String step,
            String source,
            SequenceConditions conditions,
            Relay relay,
            SharedAnswers answers) {
        Expression where = conditions.where().get(step);
        Expression expression =
                where != null && where.source().equals(source)
                        ? where
                        : conditions.until().get(step);
        if (expression == null) {
            throw new IllegalStateException("condition of step " + step + ": not compiled");
        }
        return new StepCondition<>() {
            @Override
            public boolean test(SequenceEvent event, EarlierSteps<SequenceEvent> earlier) {
                Map<String, List<EventRow>> steps =
                        expression.usesSteps() ? rows(conditions, earlier, relay) : Map.of();
                // Also where the answer is known: what a rule costs must not hang on the others.
                relay.read(Math.max(1, expression.cost(steps) / Expression.COST_UNIT));
                try {
                    return expression.usesSteps()
                            ? expression.test(event.row(), steps)
                            : answers.test(expression, event.row());
                } catch (EvaluationException e) {
                    throw new Failed(String.valueOf(e.getMessage()));
                }
            }

            @Override
            public boolean readsEarlierSteps() {
                return expression.usesSteps();
            }
        };
    }

    private static Map<String, List<EventRow>> rows(
            SequenceConditions conditions, EarlierSteps<SequenceEvent> earlier, Relay relay) {
        Map<String, List<EventRow>> rows = new HashMap<>();
        for (String step : conditions.steps()) {
            List<SequenceEvent> events = earlier.of(step);
            relay.read(events.size());
            if (!events.isEmpty()) {
                rows.put(step, events.stream().map(SequenceEvent::row).toList());
            }
        }
        return rows;
    }
}
