package io.streamgauge.contracts.alert;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * When an alert holds for a key. {@link AlertSpecReader} checks everything that is said here of
 * values; instances that come from elsewhere must keep to it.
 */
public sealed interface Condition {

    /** Name of the kind on the wire. */
    default String kind() {
        return switch (this) {
            case Threshold threshold -> "threshold";
            case Change change -> "change";
            case Absence absence -> "absence";
            case Sequence sequence -> "sequence";
            case Anomaly anomaly -> "anomaly";
            case Composite composite -> "composite";
        };
    }

    /**
     * What is computed over a sliding window.
     *
     * @param measure name of a field with the role measure; empty only where the statistic is
     *     {@link Statistic#COUNT}, which then counts events
     * @param size length of the window, a multiple of {@code every}
     * @param every how often the window is looked at: at each multiple of it since the epoch, the
     *     window reaches from {@code size} before to there
     */
    record Window(Optional<String> measure, Statistic statistic, Duration size, Duration every) {}

    /**
     * A value is beyond a level.
     *
     * @param subject what is compared: each event's own value of a measure, or a window's
     * @param recovery where the alert recovers, on the other side of the level; the level itself
     *     where empty
     */
    record Threshold(Subject subject, Comparison comparison, double level, OptionalDouble recovery)
            implements Condition {}

    /** What a threshold is compared with. */
    sealed interface Subject {

        /**
         * Each event by itself, as it arrives.
         *
         * @param measure name of a field with the role measure
         */
        record Raw(String measure) implements Subject {}

        /** The events of a window. */
        record Windowed(Window window) implements Subject {}
    }

    /**
     * A window's value differs from that of the same window some time before.
     *
     * @param offset how long before, a multiple of the window's {@code every}
     * @param percent whether the difference is in percent of the value before; where that is 0
     *     there is no difference, and the condition does not hold
     */
    record Change(
            Window window,
            Duration offset,
            boolean percent,
            Comparison comparison,
            double level,
            OptionalDouble recovery)
            implements Condition {}

    /**
     * No event came for a key for some time, although the platform was able to take one.
     *
     * @param duration how long
     * @param forgetAfter how long after its last event a key is forgotten, at least {@code
     *     duration}
     */
    record Absence(Duration duration, Duration forgetAfter) implements Condition {}

    /**
     * Events in an order.
     *
     * @param steps at least one
     * @param within how long a match may take
     * @param outcome which of the matches and the time-outs are alerts
     */
    record Sequence(List<Step> steps, Optional<Within> within, Skip skip, Outcome outcome)
            implements Condition {

        public Sequence {
            steps = List.copyOf(steps);
        }
    }

    /**
     * A step of a sequence: one event, several, or a group of steps.
     *
     * @param name unique among all steps of the sequence, at any depth
     * @param contiguity how it follows the step before it; of the first step, and of the first one
     *     of a group, it says nothing
     * @param body what it consists of
     * @param quantifier how many times
     */
    record Step(String name, Contiguity contiguity, Body body, Quantifier quantifier) {

        /** What a step consists of. */
        public sealed interface Body {}

        /**
         * An event.
         *
         * @param where a CEL expression; every event where empty
         */
        public record Single(Optional<String> where) implements Body {}

        /** A group of steps in an order. */
        public record Group(List<Step> steps) implements Body {

            public Group {
                steps = List.copyOf(steps);
            }
        }
    }

    /** How a step follows the one before it, as in flink-cep. */
    enum Contiguity {
        NEXT("next"),
        FOLLOWED_BY("followedBy"),
        FOLLOWED_BY_ANY("followedByAny"),
        NOT_NEXT("notNext"),
        NOT_FOLLOWED_BY("notFollowedBy");

        private final String wireName;

        Contiguity(String wireName) {
            this.wireName = wireName;
        }

        /** Name on the wire. */
        public String wireName() {
            return wireName;
        }

        /** Whether the step says what must not come. */
        public boolean isNegative() {
            return this == NOT_NEXT || this == NOT_FOLLOWED_BY;
        }
    }

    /** How the events of a step that occurs several times follow each other, as in flink-cep. */
    enum InnerContiguity {
        /** Others may come in between. */
        RELAXED("relaxed"),
        /** None may. */
        CONSECUTIVE("consecutive"),
        /** Others may, and matching ones may be left out. */
        ALLOW_COMBINATIONS("allowCombinations");

        private final String wireName;

        InnerContiguity(String wireName) {
            this.wireName = wireName;
        }

        /** Name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /**
     * How many times a step occurs.
     *
     * @param least 1 or more
     * @param most {@code least} or more; empty for any number
     * @param within the longest time from one occurrence to the next, where there is a limit
     * @param until a CEL expression that ends an unlimited repetition
     */
    record Quantifier(
            int least,
            Optional<Integer> most,
            boolean optional,
            boolean greedy,
            InnerContiguity inner,
            Optional<Duration> within,
            Optional<String> until) {

        /** Exactly once. */
        public static final Quantifier ONCE =
                new Quantifier(
                        1,
                        Optional.of(1),
                        false,
                        false,
                        InnerContiguity.RELAXED,
                        Optional.empty(),
                        Optional.empty());
    }

    /**
     * How long a match may take.
     *
     * @param firstToLast from its first event to its last; empty for no limit
     * @param previousToCurrent from one event to the next; empty for no limit
     */
    record Within(Optional<Duration> firstToLast, Optional<Duration> previousToCurrent) {}

    /**
     * What happens to overlapping partial matches after a match, as in flink-cep.
     *
     * @param step where the strategy names one
     */
    record Skip(Strategy strategy, Optional<String> step) {

        /** The default. */
        public static final Skip PAST_LAST_EVENT =
                new Skip(Strategy.SKIP_PAST_LAST_EVENT, Optional.empty());

        /** The strategies of flink-cep. */
        public enum Strategy {
            NO_SKIP("noSkip"),
            SKIP_TO_NEXT("skipToNext"),
            SKIP_PAST_LAST_EVENT("skipPastLastEvent"),
            SKIP_TO_FIRST("skipToFirst"),
            SKIP_TO_LAST("skipToLast");

            private final String wireName;

            Strategy(String wireName) {
                this.wireName = wireName;
            }

            /** Name on the wire. */
            public String wireName() {
                return wireName;
            }
        }
    }

    /** What of a sequence is an alert. */
    enum Outcome {
        /** Complete matches. */
        MATCH("match"),
        /** What started and did not finish in time. */
        TIMEOUT("timeout"),
        BOTH("both");

        private final String wireName;

        Outcome(String wireName) {
            this.wireName = wireName;
        }

        /** Name on the wire. */
        public String wireName() {
            return wireName;
        }
    }

    /**
     * The anomaly job has scored the series.
     *
     * @param score the least score, from 0 to 1
     * @param kinds which kinds of anomaly; any where empty
     */
    record Anomaly(double score, Set<String> kinds) implements Condition {

        public Anomaly {
            kinds = Set.copyOf(kinds);
        }
    }

    /**
     * Other alerts are firing for the key. Each list may be empty, but not both of the first two;
     * members are ids or names of the tenant's alerts that are no composites and whose {@code
     * groupBy} contains this one's.
     */
    record Composite(List<String> all, List<String> any, List<String> none) implements Condition {

        public Composite {
            all = List.copyOf(all);
            any = List.copyOf(any);
            none = List.copyOf(none);
        }
    }
}
