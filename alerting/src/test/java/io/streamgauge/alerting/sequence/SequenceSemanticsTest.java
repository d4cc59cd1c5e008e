package io.streamgauge.alerting.sequence;

import static io.streamgauge.alerting.sequence.Steps.find;
import static io.streamgauge.alerting.sequence.Steps.group;
import static io.streamgauge.alerting.sequence.Steps.outcome;
import static io.streamgauge.alerting.sequence.Steps.sequence;
import static io.streamgauge.alerting.sequence.Steps.skip;
import static io.streamgauge.alerting.sequence.Steps.skipTo;
import static io.streamgauge.alerting.sequence.Steps.step;
import static io.streamgauge.alerting.sequence.Steps.within;
import static io.streamgauge.alerting.sequence.Steps.withinNext;
import static io.streamgauge.contracts.alert.Condition.Contiguity.FOLLOWED_BY;
import static io.streamgauge.contracts.alert.Condition.Contiguity.FOLLOWED_BY_ANY;
import static io.streamgauge.contracts.alert.Condition.Contiguity.NEXT;
import static io.streamgauge.contracts.alert.Condition.Contiguity.NOT_FOLLOWED_BY;
import static io.streamgauge.contracts.alert.Condition.Contiguity.NOT_NEXT;
import static io.streamgauge.contracts.alert.Condition.InnerContiguity.ALLOW_COMBINATIONS;
import static io.streamgauge.contracts.alert.Condition.InnerContiguity.CONSECUTIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.alert.Condition.Outcome;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Sequence;
import io.streamgauge.contracts.alert.Condition.Skip.Strategy;
import io.streamgauge.contracts.alert.Condition.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What each element of the language finds, event by event. Flink has changed such answers between
 * releases; here a change of its version shows which.
 */
class SequenceSemanticsTest {

    private static final Step A = step(FOLLOWED_BY, "a");
    private static final Step B = step(FOLLOWED_BY, "b");

    @Test
    void nextTakesOnlyTheVeryNextEvent() {
        Sequence sequence = sequence(A, step(NEXT, "b"));

        assertThat(find(sequence, "a1 b2 a3 c4 b5")).containsExactly("A1 B2");
    }

    @Test
    void followedByPassesOverOthersAndTakesTheFirst() {
        assertThat(find(sequence(A, B), "a1 c2 b3 b4")).containsExactly("A1 B3");
    }

    @Test
    void followedByAnyTakesEachOne() {
        Sequence sequence = sequence(A, step(FOLLOWED_BY_ANY, "b"));

        assertThat(find(sequence, "a1 c2 b3 b4")).containsExactly("A1 B3", "A1 B4");
    }

    @Test
    void notNextEndsAMatchAtTheVeryNextEventOnly() {
        Sequence sequence = sequence(A, step(NOT_NEXT, "c"), B);

        assertThat(find(sequence, "a1 c2 b3 a4 d5 c6 b7")).containsExactly("A4 B7");
    }

    @Test
    void notFollowedByEndsAMatchAtAnyEventBetween() {
        Sequence sequence = sequence(A, step(NOT_FOLLOWED_BY, "c"), B);

        assertThat(find(sequence, "a1 d2 c3 b4 a5 d6 b7")).containsExactly("A5 B7");
    }

    @Test
    void notFollowedByAsTheLastStepMatchesWhenTheTimeIsOver() {
        Sequence sequence = within(sequence(A, step(NOT_FOLLOWED_BY, "c")), 5);

        assertThat(find(sequence, "a1 d2 a4 c5 a8 d9 -12 -13")).containsExactly("A8");
        assertThat(find(sequence, "a1 -5 -6")).containsExactly("A1");
    }

    @Test
    void repetitionBeforeNotFollowedByMatchesWhatHasSeenAnotherEvent() {
        Sequence sequence =
                within(
                        sequence(
                                step(FOLLOWED_BY, "a", times -> times.orMore(1)),
                                step(NOT_FOLLOWED_BY, "c")),
                        5);

        assertThat(find(sequence, "a1 a2 d3 -20"))
                .containsExactlyInAnyOrder(
                        "A1", "A1 A2", "A2", "A1 A2 timed out at 6", "A2 timed out at 7");
    }

    @Test
    void timesTakesExactlyAsMany() {
        Sequence sequence = sequence(step(FOLLOWED_BY, "a", times -> times.exactly(2)), B);

        assertThat(find(sequence, "a1 c2 a3 a4 b5")).containsExactly("A1 A3 B5", "A3 A4 B5");
    }

    @Test
    void timesFromToTakesEachNumber() {
        Sequence sequence = sequence(B, step(FOLLOWED_BY, "a", times -> times.between(1, 2)));

        assertThat(find(sequence, "b1 a2 a3 a4")).containsExactly("B1 A2", "B1 A2 A3");
    }

    @Test
    void oneOrMoreTakesEachNumber() {
        Sequence sequence = sequence(step(FOLLOWED_BY, "a", times -> times.orMore(1)), B);

        assertThat(find(sequence, "a1 a2 b3"))
                .containsExactlyInAnyOrder("A1 A2 B3", "A1 B3", "A2 B3");
    }

    @Test
    void timesOrMoreTakesNoFewer() {
        Sequence sequence =
                sequence(step(FOLLOWED_BY, "b"), step(FOLLOWED_BY, "a", times -> times.orMore(2)));

        assertThat(find(sequence, "b1 a2 a3 a4")).containsExactly("B1 A2 A3", "B1 A2 A3 A4");
    }

    @Test
    void consecutiveStopsAtAnyOther() {
        Sequence sequence =
                sequence(
                        step(FOLLOWED_BY, "b"),
                        step(FOLLOWED_BY, "a", times -> times.orMore(1).inner(CONSECUTIVE)));

        assertThat(find(sequence, "b1 c2 a3 a4 c5 a6")).containsExactly("B1 A3", "B1 A3 A4");
    }

    @Test
    void combinationsLeaveOutWhatTheyLike() {
        Sequence sequence =
                sequence(
                        step(FOLLOWED_BY, "b"),
                        step(
                                FOLLOWED_BY,
                                "a",
                                times -> times.exactly(2).inner(ALLOW_COMBINATIONS)));

        assertThat(find(sequence, "b1 a2 a3 a4")).containsExactly("B1 A2 A3", "B1 A2 A4");
    }

    @Test
    void optionalStepMayBeMissing() {
        Sequence sequence =
                sequence(A, step(FOLLOWED_BY, "b", Steps.Times::optional), step(FOLLOWED_BY, "c"));

        assertThat(find(sequence, "a1 b2 c3")).containsExactlyInAnyOrder("A1 B2 C3", "A1 C3");
        assertThat(find(sequence, "a1 c3")).containsExactly("A1 C3");
    }

    @Test
    void greedyLeavesNothingToTheNextStep() {
        Sequence greedy =
                sequence(
                        step("first", FOLLOWED_BY, "c", Quantifier.ONCE),
                        step(FOLLOWED_BY, "a", times -> times.orMore(1).greedy()),
                        step("last", FOLLOWED_BY, "a|b", Quantifier.ONCE));

        assertThat(find(greedy, "c1 a2 a3 b4")).containsExactly("first1 A2 A3 last4");
    }

    @Test
    void untilEndsARepetition() {
        Sequence sequence =
                sequence(
                        step(FOLLOWED_BY, "b"),
                        step(FOLLOWED_BY, "a", times -> times.orMore(1).until("c")));

        assertThat(find(sequence, "b1 a2 a3 c4 a5")).containsExactly("B1 A2", "B1 A2 A3");
    }

    @Test
    void groupRepeatsAsAWhole() {
        Sequence sequence =
                sequence(
                        step(FOLLOWED_BY, "c"),
                        group(FOLLOWED_BY, times -> times.exactly(2), A, B));

        assertThat(find(sequence, "c1 a2 b3 d4 a5 b6")).containsExactly("C1 A2 B3 A5 B6");
    }

    @Test
    void optionalGroupMayBeMissing() {
        Sequence sequence =
                sequence(
                        step(FOLLOWED_BY, "c"),
                        group(FOLLOWED_BY, Steps.Times::optional, A, B),
                        step(FOLLOWED_BY, "d"));

        assertThat(find(sequence, "c1 a2 b3 d4")).containsExactlyInAnyOrder("C1 A2 B3 D4", "C1 D4");
    }

    @Test
    void withinCountsFromTheFirstEventAndEndsAMatchAtItsVeryMoment() {
        Sequence sequence = within(sequence(A, B), 5);

        assertThat(find(sequence, "a1 b5")).containsExactly("A1 B5");
        assertThat(find(sequence, "a1 b6")).containsExactly("A1 timed out at 6");
        assertThat(find(sequence, "a1 -6")).containsExactly("A1 timed out at 6");
    }

    @Test
    void withinFromPreviousToCurrentCountsFromEachEvent() {
        Sequence sequence = withinNext(sequence(A, B, step(FOLLOWED_BY, "c")), 5);

        assertThat(find(sequence, "a1 b5 c9")).containsExactly("A1 B5 C9");
        assertThat(find(sequence, "a1 b5 c10")).containsExactly("A1 B5 timed out at 10");
    }

    @Test
    void withinOfARepeatedStepDoesNotCountBeforeItsLastEvent() {
        Sequence sequence =
                sequence(
                        step(FOLLOWED_BY, "b"),
                        step(FOLLOWED_BY, "a", times -> times.exactly(3).within(5)));

        assertThat(find(sequence, "b1 a2 a3 a30")).containsExactly("B1 A2 A3 A30");
        assertThat(find(sequence, "b1 a2 a30")).containsExactly("B1 A2 timed out at 7");
        assertThat(find(sequence, "b1 a30")).containsExactly("B1 timed out at 6");
    }

    @Test
    void skipStrategiesTakeAwayWhatOverlaps() {
        Sequence sequence = sequence(step(FOLLOWED_BY, "a", times -> times.orMore(1)), B);
        String events = "a1 a2 b3";

        assertThat(find(skip(sequence, Strategy.NO_SKIP), events)).hasSize(3);
        assertThat(find(skip(sequence, Strategy.SKIP_TO_NEXT), events))
                .containsExactly("A1 A2 B3", "A2 B3");
        assertThat(find(skip(sequence, Strategy.SKIP_PAST_LAST_EVENT), events))
                .containsExactly("A1 A2 B3");
        assertThat(find(skipTo(sequence, Strategy.SKIP_TO_FIRST, "B"), events))
                .containsExactly("A1 A2 B3");
        assertThat(find(skipTo(sequence, Strategy.SKIP_TO_LAST, "A"), events))
                .containsExactly("A1 A2 B3", "A2 B3");
    }

    @Test
    void conditionsSeeEarlierSteps() {
        Sequence sequence = sequence(A, step("up", FOLLOWED_BY, "b&above:A", Quantifier.ONCE));

        assertThat(find(sequence, "a5 b3@6 b7")).containsExactly("A5 up7");
    }

    @Test
    void outcomeSaysWhatIsReported() {
        Sequence sequence = within(sequence(A, B), 5);
        String events = "a1 b2 a3 -20";

        assertThat(find(outcome(sequence, Outcome.MATCH), events)).containsExactly("A1 B2");
        assertThat(find(outcome(sequence, Outcome.TIMEOUT), events))
                .containsExactly("A3 timed out at 8");
        assertThat(find(outcome(sequence, Outcome.BOTH), events))
                .containsExactly("A1 B2", "A3 timed out at 8");
    }

    @Test
    void matchesOfOneStepNeedNoMemory() {
        assertThat(find(sequence(A), "a1 a2@1 b3")).isEqualTo(List.of("A1", "A2"));
    }
}
