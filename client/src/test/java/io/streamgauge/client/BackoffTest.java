package io.streamgauge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    /** The greatest and the least that chance gives. */
    private static final RandomGenerator MOST = () -> -1L;

    private static final RandomGenerator LEAST = () -> 0L;

    @ParameterizedTest
    @CsvSource({"1, 500", "2, 1000", "3, 2000", "6, 16000", "7, 30000", "1000000, 30000"})
    void doublesUpToItsBound(int failures, long millis) {
        Duration first = Duration.ofMillis(500);
        Duration most = Duration.ofSeconds(30);

        assertThat(new Backoff(first, most, MOST).after(failures)).hasMillis(millis);
        assertThat(new Backoff(first, most, LEAST).after(failures)).hasMillis(millis / 2);
    }

    @Test
    void refusesWhatIsNoWait() {
        assertThatThrownBy(() -> Backoff.of(Duration.ZERO, Duration.ofSeconds(1)))
                .hasMessage("first: PT0S (expected: > PT0S)");
        assertThatThrownBy(() -> Backoff.of(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("most: PT1S (expected: >= first, PT2S)");
    }
}
