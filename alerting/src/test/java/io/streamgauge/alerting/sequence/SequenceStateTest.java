package io.streamgauge.alerting.sequence;

import static io.streamgauge.alerting.sequence.Steps.events;
import static io.streamgauge.alerting.sequence.Steps.sequence;
import static io.streamgauge.alerting.sequence.Steps.skip;
import static io.streamgauge.alerting.sequence.Steps.step;
import static io.streamgauge.alerting.sequence.Steps.text;
import static io.streamgauge.alerting.sequence.Steps.within;
import static io.streamgauge.contracts.alert.Condition.Contiguity.FOLLOWED_BY;
import static io.streamgauge.contracts.alert.Condition.Contiguity.NOT_FOLLOWED_BY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Sequence;
import io.streamgauge.contracts.alert.Condition.Skip.Strategy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is remembered of one key by one sequence, and when it is forgotten. */
class SequenceStateTest {

    private static final Sequence A_THEN_B =
            within(sequence(step(FOLLOWED_BY, "a"), step(FOLLOWED_BY, "b")), 10);

    private final List<String> found = new ArrayList<>();

    @Test
    void eventThatBeginsNothingChangesNothing() {
        SequenceMatcher<TestEvent>.State state = TestEvent.matcher(A_THEN_B).newState();

        process(state, "b1 c2 d3");

        assertThat(state.isChanged()).isFalse();
        assertThat(state.isEmpty()).isTrue();
        assertThat(state.buffered()).isZero();
    }

    @Test
    void savedStateCountsAsUnchanged() {
        SequenceMatcher<TestEvent> matcher = TestEvent.matcher(A_THEN_B);
        SequenceMatcher<TestEvent>.State state = matcher.newState();
        process(state, "a1");
        assertThat(state.isChanged()).isTrue();

        SequenceMatcher<TestEvent>.State restored = matcher.fromBytes(state.toBytes());

        assertThat(state.isChanged()).isFalse();
        assertThat(restored.isChanged()).isFalse();
        process(restored, "c2");
        assertThat(restored.isChanged()).isFalse();
        process(restored, "b3");
        assertThat(restored.isChanged()).isTrue();
        assertThat(found).containsExactly("A1 B3");
    }

    @Test
    void nothingIsLeftOfAKeyWhoseMatchesHaveExpired() {
        SequenceMatcher<TestEvent>.State state = TestEvent.matcher(A_THEN_B).newState();
        process(state, "a1 a2 a3@2");
        assertThat(state.partialMatches()).isEqualTo(3);

        state.advanceTime(11, match -> found.add(text(match)));
        assertThat(state.partialMatches()).isEqualTo(2);
        state.advanceTime(12, match -> found.add(text(match)));

        assertThat(state.isEmpty()).isTrue();
        assertThat(state.buffered()).isZero();
        assertThat(state.nextExpiry()).isEmpty();
        assertThat(found)
                .containsExactly("A1 timed out at 11", "A2 timed out at 12", "A3 timed out at 12");
    }

    @Test
    void nothingIsLeftAfterSkippingNorAfterAStop() {
        SequenceMatcher<TestEvent>.State skipped =
                TestEvent.matcher(skip(A_THEN_B, Strategy.SKIP_PAST_LAST_EVENT)).newState();
        process(skipped, "a1 a2 a3 b4");
        assertThat(found).containsExactly("A1 B4");
        assertThat(skipped.isEmpty()).isTrue();
        assertThat(skipped.buffered()).isZero();

        SequenceMatcher<TestEvent>.State stopped =
                TestEvent.matcher(
                                sequence(
                                        step(FOLLOWED_BY, "a"),
                                        step(NOT_FOLLOWED_BY, "c"),
                                        step(FOLLOWED_BY, "b")))
                        .newState();
        process(stopped, "a1 a2 c3");
        assertThat(stopped.isEmpty()).isTrue();
        assertThat(stopped.buffered()).isZero();
    }

    @Test
    void oneTimerIsEnoughHoweverManyMatchesHaveBegun() {
        SequenceMatcher<TestEvent>.State state = TestEvent.matcher(A_THEN_B).newState();

        assertThat(state.nextExpiry()).isEmpty();
        process(state, "a1 a2 a3");
        assertThat(state.nextExpiry()).isEqualTo(OptionalLong.of(11));
        state.advanceTime(11, match -> found.add(text(match)));
        assertThat(state.nextExpiry()).isEqualTo(OptionalLong.of(12));
    }

    @Test
    void timeOutsDoNotDependOnHowTimePasses() {
        Sequence sequence =
                skip(
                        within(
                                sequence(
                                        step(FOLLOWED_BY, "a"),
                                        step(FOLLOWED_BY, "b", times -> times.orMore(1)),
                                        step(FOLLOWED_BY, "c")),
                                10),
                        Strategy.SKIP_PAST_LAST_EVENT);
        String events = "a1 a2 b3 c4 a5 b6 a7 b8";
        List<String> atOnce = new ArrayList<>();
        SequenceMatcher<TestEvent>.State state = TestEvent.matcher(sequence).newState();
        events(events).forEach(e -> state.process(e, e.timestamp(), m -> atOnce.add(text(m))));
        state.advanceTime(1000, match -> atOnce.add(text(match)));

        SequenceMatcher<TestEvent>.State stepwise = TestEvent.matcher(sequence).newState();
        process(stepwise, events);
        for (int now = 8; now < 50; now++) {
            stepwise.advanceTime(now, match -> found.add(text(match)));
        }

        assertThat(atOnce).isEqualTo(found).isNotEmpty();
    }

    @Test
    void limitDropsWhatBeganFirst() {
        SequenceMatcher<TestEvent> matcher = TestEvent.matcher(A_THEN_B);
        SequenceMatcher<TestEvent>.State state = matcher.newState();
        process(state, "a1 a2 a3 a4");
        int all = state.buffered();

        assertThat(state.limit(2, Long.MAX_VALUE, match -> found.add(text(match)))).isEqualTo(2);

        assertThat(state.buffered()).isEqualTo(all / 2);
        assertThat(state.limit(2, Long.MAX_VALUE, match -> found.add(text(match)))).isZero();
        process(matcher.fromBytes(state.toBytes()), "b5");
        assertThat(found).containsExactly("A3 B5", "A4 B5");
    }

    @Test
    void limitDropsWhatBeganFirstWhereItsEventsAreTooLarge() {
        SequenceMatcher<TestEvent> matcher = TestEvent.matcher(A_THEN_B);
        SequenceMatcher<TestEvent>.State state = matcher.newState();
        process(state, "a1 a2 a3 a4");
        long all = TestEvent.CODEC.encode(new TestEvent("k", 1, "a", 0, 1)).length * 4L;

        assertThat(state.limit(10, all, match -> found.add(text(match)))).isZero();
        assertThat(state.limit(10, all - 1, match -> found.add(text(match)))).isEqualTo(1);
        assertThat(state.limit(10, 1, match -> found.add(text(match)))).isEqualTo(3);
        assertThat(state.isEmpty()).isTrue();
    }

    @Test
    void limitFreesMatchesThatWaitedForWhatItDrops() {
        Sequence sequence =
                skip(
                        sequence(
                                step(FOLLOWED_BY, "a"),
                                step("any", FOLLOWED_BY, "b&above:A", Quantifier.ONCE),
                                step(FOLLOWED_BY, "c")),
                        Strategy.SKIP_PAST_LAST_EVENT);
        SequenceMatcher<TestEvent>.State state = TestEvent.matcher(sequence).newState();
        // the first is above all that comes, so that only the second goes on
        process(state, "a9@1 a2 b5 c6");
        assertThat(found).isEmpty();
        assertThat(state.partialMatches()).isEqualTo(2);

        assertThat(state.limit(1, Long.MAX_VALUE, match -> found.add(text(match)))).isEqualTo(1);

        assertThat(found).containsExactly("A2 any5 C6");
        assertThat(state.isEmpty()).isTrue();
        assertThat(state.buffered()).isZero();
    }

    @Test
    void drainedStateFinishesWhatItBeganAndBeginsNothing() {
        SequenceMatcher<TestEvent> matcher = TestEvent.matcher(A_THEN_B);
        SequenceMatcher<TestEvent>.State state = matcher.newState();
        process(state, "a1");

        state.stopStarting();
        assertThat(state.isChanged()).isTrue();
        SequenceMatcher<TestEvent>.State restored = matcher.fromBytes(state.toBytes());
        process(restored, "a2 b3 a4 b5");

        assertThat(found).containsExactly("A1 B3");
        assertThat(restored.isEmpty()).isTrue();
        SequenceMatcher<TestEvent>.State again = matcher.fromBytes(restored.toBytes());
        process(again, "a6 b7");
        assertThat(found).hasSize(1);
    }

    @Test
    void eventIsStoredOnceHoweverManyMatchesHoldIt() {
        Sequence sequence =
                sequence(step(FOLLOWED_BY, "a", times -> times.orMore(1)), step(FOLLOWED_BY, "b"));
        SequenceMatcher<TestEvent>.State state = TestEvent.matcher(sequence).newState();
        for (int id = 1; id <= 6; id++) {
            TestEvent event = new TestEvent("unmistakable" + id, id, "a", id, id);
            state.process(event, id, match -> found.add(text(match)));
        }
        assertThat(state.partialMatches()).isGreaterThan(6);

        String bytes = new String(state.toBytes(), StandardCharsets.ISO_8859_1);

        assertThat(IntStream.rangeClosed(1, 6))
                .allMatch(id -> bytes.split("unmistakable" + id, -1).length == 2);
    }

    @Test
    void eventBeforeTheLastOneIsRefused() {
        SequenceMatcher<TestEvent>.State state = TestEvent.matcher(A_THEN_B).newState();
        process(state, "a5");

        assertThatThrownBy(() -> process(state, "a4"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timestamp: 4 (expected: >= 5)");
    }

    @Test
    void matchSaysWhenItBeganAndEnded() {
        List<SequenceMatch<TestEvent>> matches = new ArrayList<>();
        SequenceMatcher<TestEvent>.State state = TestEvent.matcher(A_THEN_B).newState();
        events("a2 b5 a6").forEach(e -> state.process(e, e.timestamp(), matches::add));
        state.advanceTime(100, matches::add);

        assertThat(matches).extracting(SequenceMatch::start).containsExactly(2L, 6L);
        assertThat(matches).extracting(SequenceMatch::end).containsExactly(5L, 16L);
        assertThat(matches).extracting(SequenceMatch::timedOut).containsExactly(false, true);

        matches.clear();
        SequenceMatcher<TestEvent>.State absent =
                TestEvent.matcher(
                                within(
                                        sequence(
                                                step(FOLLOWED_BY, "a"), step(NOT_FOLLOWED_BY, "b")),
                                        10))
                        .newState();
        events("a2 c5").forEach(e -> absent.process(e, e.timestamp(), matches::add));
        absent.advanceTime(100, matches::add);
        assertThat(matches).extracting(SequenceMatch::start).containsExactly(2L);
        assertThat(matches).extracting(SequenceMatch::end).containsExactly(12L);
    }

    private void process(SequenceMatcher<TestEvent>.State state, String events) {
        events(events)
                .forEach(e -> state.process(e, e.timestamp(), match -> found.add(text(match))));
    }
}
