package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.raw;
import static io.streamgauge.alerting.TestAlerts.spec;
import static io.streamgauge.alerting.TestAlerts.window;
import static io.streamgauge.alerting.TestAlerts.windowed;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Skip;
import io.streamgauge.contracts.alert.Condition.Step;
import io.streamgauge.contracts.alert.Statistic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How much is remembered of a key after a minute of an event a second: the table of {@code
 * docs/performance.md}, with a quarter of each for what is added.
 */
class StateSizeTest {

    private static final List<String> KEY = List.of("host");
    private static final Duration HOUR = Duration.ofHours(1);

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of("threshold of each value", spec(raw(Comparison.GREATER, 99), KEY), 80),
                Arguments.of(
                        "the same, pending",
                        spec(raw(Comparison.LESS, 99), KEY, HOUR, Duration.ZERO),
                        100),
                Arguments.of(
                        "mean of a minute, each 6 s",
                        spec(windowed(window(Statistic.MEAN, 60, 6), Comparison.GREATER, 99), KEY),
                        300),
                Arguments.of(
                        "p95 of a minute, each 6 s",
                        spec(windowed(window(Statistic.P95, 60, 6), Comparison.GREATER, 99), KEY),
                        900),
                Arguments.of(
                        "absence",
                        spec(new Condition.Absence(Duration.ofMinutes(5), HOUR), KEY),
                        150),
                Arguments.of("sequence, one begun", sequence("event.value == 9"), 180),
                Arguments.of("sequence, sixty begun", sequence("event.value < 10"), 5500));
    }

    private static AlertSpec sequence(String first) {
        Condition.Sequence sequence =
                new Condition.Sequence(
                        List.of(
                                step("first", first),
                                step("second", "event.value > steps.first[0].value + 50")),
                        Optional.of(
                                new Condition.Within(
                                        Optional.of(
                                                first.contains("==")
                                                        ? Duration.ofSeconds(10)
                                                        : HOUR),
                                        Optional.empty())),
                        Skip.PAST_LAST_EVENT,
                        Condition.Outcome.MATCH);
        return spec(sequence, KEY);
    }

    private static Step step(String name, String where) {
        return new Step(
                name, Contiguity.FOLLOWED_BY, new Step.Single(Optional.of(where)), Quantifier.ONCE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void isNoMoreThanItWas(String kind, AlertSpec spec, long bytes) {
        TestRun run = new TestRun(alert(1, spec));
        for (int second = 0; second < 60; second++) {
            run.event(1_000_000 + second * 1_000L, "a", second % 10);
        }
        run.advance(1_000_000 + 59_000 + TestAlerts.OUT_OF_ORDERNESS);

        assertThat(run.replay.bytes()).as(kind).isBetween(bytes / 2, bytes);
    }
}
