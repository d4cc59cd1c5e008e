package io.streamgauge.alerting.sequence;

import static io.streamgauge.alerting.sequence.Steps.events;
import static io.streamgauge.alerting.sequence.Steps.sequence;
import static io.streamgauge.alerting.sequence.Steps.skip;
import static io.streamgauge.alerting.sequence.Steps.step;
import static io.streamgauge.alerting.sequence.Steps.text;
import static io.streamgauge.alerting.sequence.Steps.within;
import static io.streamgauge.contracts.alert.Condition.Contiguity.FOLLOWED_BY;
import static io.streamgauge.contracts.alert.Condition.Contiguity.NEXT;
import static io.streamgauge.contracts.alert.Condition.Contiguity.NOT_FOLLOWED_BY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.alert.Condition.Sequence;
import io.streamgauge.contracts.alert.Condition.Skip.Strategy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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
    void keysWithTheSameTimestampsNeverMix() {
        SequenceMatcher<TestEvent> matcher = TestEvent.matcher(A_THEN_B);
        List<String> keys = List.of("tenant-a/k", "tenant-b/k", "tenant-c/k");
        Map<String, byte[]> blobs = new LinkedHashMap<>();
        Map<String, List<TestEvent>> matched = new LinkedHashMap<>();
        int id = 0;
        for (String kind : List.of("a", "a", "c", "b")) {
            for (String key : keys) {
                TestEvent event = new TestEvent(key, id++, kind, 0, kind.equals("b") ? 6 : 5);
                SequenceMatcher<TestEvent>.State state =
                        blobs.containsKey(key)
                                ? matcher.fromBytes(blobs.get(key))
                                : matcher.newState();
                state.process(
                        event,
                        event.timestamp(),
                        match ->
                                match.events()
                                        .values()
                                        .forEach(
                                                matched.computeIfAbsent(key, k -> new ArrayList<>())
                                                        ::addAll));
                blobs.put(key, state.toBytes());
            }
        }

        assertThat(matched.keySet()).containsExactlyElementsOf(keys);
        matched.forEach(
                (key, events) ->
                        assertThat(events).hasSize(4).allMatch(event -> event.key().equals(key)));
    }

    @Test
    void statesOfDifferentSequencesShareAWorkspaceWithoutMixing() {
        SequenceWorkspace<TestEvent> workspace = new SequenceWorkspace<>();
        SequenceMatcher<TestEvent>.State one = TestEvent.matcher(A_THEN_B, workspace).newState();
        SequenceMatcher<TestEvent>.State other = TestEvent.matcher(A_THEN_B, workspace).newState();

        process(one, "a1");
        process(other, "c1 b2");
        assertThat(found).isEmpty();
        process(one, "b2");
        assertThat(found).containsExactly("A1 B2");
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
                                step("any", FOLLOWED_BY, "b&above:A", quantifier()),
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
    void stateOfAnotherSequenceIsRefused() {
        SequenceMatcher<TestEvent> other =
                TestEvent.matcher(sequence(step(FOLLOWED_BY, "a"), step(NEXT, "b")));
        SequenceMatcher<TestEvent>.State state = TestEvent.matcher(A_THEN_B).newState();
        process(state, "a1");
        byte[] bytes = state.toBytes();

        assertThatThrownBy(() -> other.fromBytes(bytes))
                .isInstanceOf(UnreadableStateException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void damagedStateIsRefused() {
        SequenceMatcher<TestEvent> matcher = TestEvent.matcher(A_THEN_B);
        SequenceMatcher<TestEvent>.State state = matcher.newState();
        process(state, "a1 a2");
        byte[] bytes = state.toBytes();

        for (int size = 0; size < bytes.length; size++) {
            byte[] cut = java.util.Arrays.copyOf(bytes, size);
            assertThatThrownBy(() -> matcher.fromBytes(cut))
                    .isInstanceOf(UnreadableStateException.class);
        }
        bytes[0] = 9;
        assertThatThrownBy(() -> matcher.fromBytes(bytes)).hasMessage("version: 9 (expected: 1)");
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
    void failedConditionIsCountedAndFalse() {
        List<String> failures = new ArrayList<>();
        SequenceMatcher<TestEvent> matcher =
                SequenceMatcher.compile(
                        sequence(
                                step(FOLLOWED_BY, "a"),
                                step("bad", FOLLOWED_BY, "fail", quantifier())),
                        (step, expression) -> TestEvent.condition(expression),
                        (step, failure) -> failures.add(step + ": " + failure.getMessage()),
                        TestEvent.CODEC,
                        new SequenceWorkspace<>());
        SequenceMatcher<TestEvent>.State state = matcher.newState();

        process(state, "a1 b2");

        assertThat(found).isEmpty();
        assertThat(state.partialMatches()).isEqualTo(1);
        assertThat(failures).containsExactly("bad: division by zero");
    }

    @Test
    void conditionThatReadsNoEarlierStepIsAskedOncePerEvent() {
        List<Integer> asked = new ArrayList<>();
        SequenceMatcher<TestEvent> matcher =
                SequenceMatcher.compile(
                        A_THEN_B,
                        (step, expression) -> {
                            StepCondition<TestEvent> condition = TestEvent.condition(expression);
                            return new StepCondition<>() {
                                @Override
                                public boolean test(
                                        TestEvent event, EarlierSteps<TestEvent> earlier) {
                                    asked.add(event.id());
                                    return condition.test(event, earlier);
                                }

                                @Override
                                public boolean readsEarlierSteps() {
                                    return false;
                                }
                            };
                        },
                        (step, failure) -> {},
                        TestEvent.CODEC,
                        new SequenceWorkspace<>());
        SequenceMatcher<TestEvent>.State state = matcher.newState();
        process(state, "a1 a2 a3 a4");
        asked.clear();

        process(state, "c5");

        assertThat(asked).containsExactly(5, 5);
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

    @Test
    void partialMatchesSurviveWhenTheyAreMoreThanTheCachesHold() {
        SequenceMatcher<TestEvent> matcher =
                TestEvent.matcher(sequence(step(FOLLOWED_BY, "a"), step(FOLLOWED_BY, "b")));
        SequenceMatcher<TestEvent>.State state = matcher.newState();
        for (int id = 1; id <= 1100; id++) {
            state.process(new TestEvent("k", id, "a", 0, id), id, match -> {});
        }
        state = matcher.fromBytes(state.toBytes());

        process(state, "b1101");

        assertThat(found).hasSize(1100);
        assertThat(state.buffered()).isZero();
    }

    @Test
    void workspaceLeavesNoThreadBehind() {
        new SequenceWorkspace<TestEvent>();

        // the thread that Flink's buffer starts is told to end before it has done anything
        org.assertj.core.api.Assertions.assertThatNoException()
                .isThrownBy(
                        () -> {
                            for (Thread thread : timers()) {
                                assertThat(thread.join(java.time.Duration.ofSeconds(10))).isTrue();
                            }
                        });
        assertThat(timers()).isEmpty();
    }

    private static List<Thread> timers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("Timer-"))
                .toList();
    }

    private static io.streamgauge.contracts.alert.Condition.Quantifier quantifier() {
        return io.streamgauge.contracts.alert.Condition.Quantifier.ONCE;
    }

    private void process(SequenceMatcher<TestEvent>.State state, String events) {
        events(events)
                .forEach(e -> state.process(e, e.timestamp(), match -> found.add(text(match))));
    }
}
