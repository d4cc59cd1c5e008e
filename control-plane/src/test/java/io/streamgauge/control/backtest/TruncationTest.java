package io.streamgauge.control.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.alerting.backtest.BacktestLimits;
import io.streamgauge.alerting.backtest.BacktestResult;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TruncationTest {

    private static final BacktestLimits LIMITS =
            new BacktestLimits(1_111, 2_222, 3_333, Duration.ofSeconds(44));
    private static final StoredEvents.Bounds BOUNDS =
            new StoredEvents.Bounds(5_555, 6_666, 7_777, Duration.ofSeconds(88));

    private static Optional<Truncation> of(
            @Nullable String reading, BacktestResult.@Nullable Stopped judging) {
        EventScan scan = new EventScan(List.of(), 0, 1, 0, 0, 0, Optional.ofNullable(reading));
        BacktestResult result =
                new BacktestResult(
                        List.of(),
                        0,
                        0,
                        0,
                        0,
                        Optional.empty(),
                        0,
                        0,
                        Optional.ofNullable(judging),
                        Duration.ZERO);
        return Truncation.of(scan, result, LIMITS, BOUNDS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    EVENTS      | at most 1,111 events judged
                    TRANSITIONS | at most 2,222 transitions
                    BYTES       | at most 3,333 bytes of state
                    ELAPSED     | at most 44s of judging
                    """)
    void namesTheBoundOfTheJudging(BacktestResult.Stopped stopped, String bound) {
        Truncation truncation = of("events", stopped).orElseThrow();

        assertThat(truncation.by()).isEqualTo(stopped.name().toLowerCase(Locale.ROOT));
        assertThat(truncation.reason()).contains(bound);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    events  | at most 5,555 events of the stream
                    bytes   | at most 6,666 bytes of the stream's events, 7,777 of the log
                    elapsed | at most 1m28s of reading
                    """)
    void namesTheBoundOfTheReading(String stopped, String bound) {
        Truncation truncation = of(stopped, null).orElseThrow();

        assertThat(truncation.by()).isEqualTo(stopped);
        assertThat(truncation.reason()).contains(bound);
    }

    @Test
    void isNoneWhereAllWasReadAndJudged() {
        assertThat(of(null, null)).isEmpty();
    }
}
