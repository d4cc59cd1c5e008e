package io.streamgauge.alerting.sequence;

import static io.streamgauge.alerting.sequence.Steps.group;
import static io.streamgauge.alerting.sequence.Steps.sequence;
import static io.streamgauge.alerting.sequence.Steps.skipTo;
import static io.streamgauge.alerting.sequence.Steps.step;
import static io.streamgauge.alerting.sequence.Steps.within;
import static io.streamgauge.contracts.alert.Condition.Contiguity.FOLLOWED_BY;
import static io.streamgauge.contracts.alert.Condition.Contiguity.NOT_FOLLOWED_BY;
import static io.streamgauge.contracts.alert.Condition.Contiguity.NOT_NEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Sequence;
import io.streamgauge.contracts.alert.Condition.Skip.Strategy;
import io.streamgauge.contracts.alert.Condition.Step;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused, with the step that is the reason: by flink-cep, or because it would fail. */
class SequencePatternTest {

    private static final Step A = step(FOLLOWED_BY, "a");
    private static final Step B = step(FOLLOWED_BY, "b");

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("no steps", "", sequence()),
                Arguments.of("first step says", "A", sequence(step(NOT_NEXT, "a"), B)),
                Arguments.of("the name of two", "A", sequence(A, A)),
                Arguments.of("not a name", "x:1", sequence(named("x:1"))),
                Arguments.of("not a name", "$endState$", sequence(named("$endState$"))),
                Arguments.of(
                        "expected: within is set", "B", sequence(A, step(NOT_FOLLOWED_BY, "b"))),
                Arguments.of(
                        "optional path to NOT",
                        "C",
                        sequence(
                                A,
                                step(FOLLOWED_BY, "b", Steps.Times::optional),
                                step(NOT_NEXT, "c"))),
                Arguments.of(
                        "NOT pattern",
                        "B",
                        sequence(A, step(NOT_NEXT, "b", times -> times.orMore(1)))),
                Arguments.of(
                        "preceded by greedy",
                        "B",
                        sequence(
                                step(FOLLOWED_BY, "a", times -> times.orMore(1).greedy()),
                                step(FOLLOWED_BY, "b", Steps.Times::optional))),
                Arguments.of(
                        "a group that must not come",
                        "group-B",
                        sequence(A, group(NOT_FOLLOWED_BY, times -> times, B))),
                Arguments.of(
                        "last step of a group",
                        "C",
                        within(
                                sequence(
                                        A,
                                        group(
                                                FOLLOWED_BY,
                                                times -> times,
                                                B,
                                                step(NOT_FOLLOWED_BY, "c"))),
                                5)),
                Arguments.of(
                        "every step may be left out",
                        "B",
                        sequence(
                                A,
                                group(
                                        FOLLOWED_BY,
                                        times -> times.orMore(1),
                                        step(FOLLOWED_BY, "b", Steps.Times::optional)))),
                // which stops flink-cep's compiler with an overflow of its stack
                Arguments.of(
                        "every step may be left out",
                        "",
                        sequence(
                                A,
                                group(
                                        FOLLOWED_BY,
                                        times -> times.orMore(1),
                                        group(
                                                FOLLOWED_BY,
                                                times -> times,
                                                step(FOLLOWED_BY, "b", Steps.Times::optional)),
                                        step(NOT_FOLLOWED_BY, "c"),
                                        step(
                                                FOLLOWED_BY,
                                                "d",
                                                times -> times.orMore(2).optional())))),
                Arguments.of(
                        "every step before it may be left out",
                        "B",
                        sequence(
                                group(
                                        FOLLOWED_BY,
                                        times -> times,
                                        step(FOLLOWED_BY, "a", Steps.Times::optional)),
                                step(NOT_FOLLOWED_BY, "b"),
                                step(FOLLOWED_BY, "c"))),
                Arguments.of(
                        "no step to skip to",
                        "C",
                        skipTo(sequence(A, B), Strategy.SKIP_TO_FIRST, "C")),
                Arguments.of(
                        "expected: <= PT0.005S",
                        "A",
                        within(
                                sequence(
                                        step(
                                                FOLLOWED_BY,
                                                "a",
                                                times -> times.exactly(2).within(6))),
                                5)),
                Arguments.of(
                        "expected: <= 1000",
                        "B",
                        sequence(
                                group(
                                        FOLLOWED_BY,
                                        times -> times.exactly(100),
                                        A,
                                        step(FOLLOWED_BY, "b", times -> times.exactly(100))))),
                Arguments.of("expected: >= PT0.001S", "", within(sequence(A, B), 0)));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("refused")
    void refusesWhatFlinkCannotRun(String reason, String step, Sequence sequence) {
        assertThatExceptionOfType(UnsupportedSequenceException.class)
                .isThrownBy(() -> TestEvent.matcher(sequence))
                .satisfies(
                        e -> {
                            assertThat(e.reason()).contains(reason);
                            assertThat(e.step())
                                    .isEqualTo(
                                            step.isEmpty() ? Optional.empty() : Optional.of(step));
                        });
    }

    private static Step named(String name) {
        return step(name, Contiguity.FOLLOWED_BY, "a", Quantifier.ONCE);
    }
}
