package io.streamgauge.alerting.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.alerting.sequence.StockCep.Found;
import io.streamgauge.contracts.alert.Condition.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;
import org.apache.flink.cep.nfa.compiler.NFACompiler;
import org.apache.flink.cep.pattern.Pattern;

/** The matcher finds what Flink's CEP operator finds, in the same order. */
class StockEquivalenceTest {

    private final SequenceWorkspace<TestEvent> workspace = new SequenceWorkspace<>();

    @Property(
            tries = 10000,
            seed = "4711",
            edgeCases = EdgeCasesMode.NONE,
            shrinking = ShrinkingMode.OFF)
    void findsWhatFlinkFinds(
            @ForAll("sequences") Sequence sequence,
            @ForAll("events") List<TestEvent> events,
            @ForAll Random random)
            throws Exception {
        Pattern<TestEvent, ?> pattern;
        try {
            pattern = StockCep.pattern(sequence);
            NFACompiler.compileFactory(pattern, true);
        } catch (RuntimeException | StackOverflowError refused) {
            Statistics.collect("refused by Flink");
            assertThatThrownBy(() -> TestEvent.matcher(sequence, workspace))
                    .isInstanceOf(UnsupportedSequenceException.class);
            return;
        }
        SequenceMatcher<TestEvent> matcher;
        try {
            matcher = TestEvent.matcher(sequence, workspace);
        } catch (UnsupportedSequenceException e) {
            Statistics.collect("refused here");
            return;
        }

        long end = events.getLast().timestamp() + 40;
        List<Found> expected = StockCep.run(pattern, events, end);

        assertThat(everyTimeRestored(matcher, events, end)).isEqualTo(expected);
        assertThat(sometimesRestored(matcher, events, end, random)).isEqualTo(expected);
        Statistics.collect(expected.isEmpty() ? "nothing found" : "found");
    }

    private static List<Found> everyTimeRestored(
            SequenceMatcher<TestEvent> matcher, List<TestEvent> events, long end) {
        List<Found> found = new ArrayList<>();
        Consumer<SequenceMatch<TestEvent>> sink = sink(found);
        SequenceMatcher<TestEvent>.State state = matcher.newState();
        for (TestEvent event : events) {
            state.process(event, event.timestamp(), sink);
            byte[] bytes = state.toBytes();
            state = matcher.fromBytes(bytes);
            assertThat(state.toBytes()).hasSameSizeAs(bytes);
        }
        state.advanceTime(end, sink);
        if (state.isEmpty()) {
            assertThat(state.buffered()).isZero();
        }
        return found;
    }

    private static List<Found> sometimesRestored(
            SequenceMatcher<TestEvent> matcher, List<TestEvent> events, long end, Random random) {
        List<Found> found = new ArrayList<>();
        Consumer<SequenceMatch<TestEvent>> sink = sink(found);
        byte[] saved = matcher.newState().toBytes();
        SequenceMatcher<TestEvent>.State state = matcher.newState();
        long now = 0;
        for (TestEvent event : events) {
            if (event.timestamp() > now && random.nextInt(3) == 0) {
                state.advanceTime(now + random.nextInt((int) (event.timestamp() - now)), sink);
            }
            boolean wasEmpty = state.isEmpty();
            state.process(event, event.timestamp(), sink);
            if (state.isChanged()) {
                saved = state.toBytes();
            }
            now = event.timestamp();
            if (random.nextInt(3) == 0) {
                // an unchanged state needs not be saved
                state = wasEmpty && state.isEmpty() ? matcher.newState() : matcher.fromBytes(saved);
            }
        }
        while (now < end) {
            now += 1 + random.nextInt(5);
            state.advanceTime(Math.min(now, end), sink);
        }
        return found;
    }

    private static Consumer<SequenceMatch<TestEvent>> sink(List<Found> found) {
        return match -> found.add(Found.of(match.events(), match.timedOut(), match.end()));
    }

    @Provide
    Arbitrary<Sequence> sequences() {
        return TestSequences.sequences();
    }

    @Provide
    Arbitrary<List<TestEvent>> events() {
        return TestSequences.events(12, List.of("k"));
    }
}
