package io.streamgauge.alerting.sequence;

import static io.streamgauge.alerting.sequence.Steps.events;
import static io.streamgauge.alerting.sequence.Steps.sequence;
import static io.streamgauge.alerting.sequence.Steps.step;
import static io.streamgauge.alerting.sequence.Steps.text;
import static io.streamgauge.alerting.sequence.Steps.within;
import static io.streamgauge.contracts.alert.Condition.Contiguity.FOLLOWED_BY;
import static io.streamgauge.contracts.alert.Condition.Contiguity.NEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the keys and rules of one thread share, and must not notice. */
class SequenceMatcherTest {

    private static final Sequence A_THEN_B =
            within(sequence(step(FOLLOWED_BY, "a"), step(FOLLOWED_BY, "b")), 10);

    private final List<String> found = new ArrayList<>();

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
    void failedConditionIsCountedAndFalse() {
        List<String> failures = new ArrayList<>();
        SequenceMatcher<TestEvent> matcher =
                SequenceMatcher.compile(
                        sequence(
                                step(FOLLOWED_BY, "a"),
                                step("bad", FOLLOWED_BY, "fail", Quantifier.ONCE)),
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

    private void process(SequenceMatcher<TestEvent>.State state, String events) {
        events(events)
                .forEach(e -> state.process(e, e.timestamp(), match -> found.add(text(match))));
    }
}
