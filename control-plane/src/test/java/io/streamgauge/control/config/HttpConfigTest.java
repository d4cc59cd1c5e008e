package io.streamgauge.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpConfigTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.com",
                "http://localhost:5173",
                "https://10.0.0.1:8443",
                "http://[::1]:3000"
            })
    void takesOriginsAsBrowsersWriteThem(String origin) {
        assertThat(withOrigin(origin).allowedOrigins()).containsExactly(origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "null",
                "https://*.example.com",
                "https://app.example.com/",
                "https://App.example.com",
                "https://app.example.com:443",
                "http://app.example.com:80",
                "app.example.com",
                "ftp://app.example.com",
                "https://user@app.example.com",
                "https://app.example.com\r\nX: y"
            })
    void refusesWhatIsNoExactOrigin(String origin) {
        assertThatThrownBy(() -> withOrigin(origin))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("http.cors.allowed-origins: ");
    }

    @Test
    void namesEveryLimitThatIsOutOfRange() {
        InvalidConfigException failure =
                catchThrowableOfType(
                        InvalidConfigException.class,
                        () -> new HttpLimits(0, 10, Duration.ZERO, Duration.ofDays(1)));

        assertThat(failure.problems())
                .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                .containsExactly(
                        "http.max-connections",
                        "http.max-header-bytes",
                        "http.idle-timeout",
                        "http.request-timeout");
    }

    private static HttpConfig withOrigin(String origin) {
        return new HttpConfig(
                "localhost", 0, Optional.empty(), List.of(origin), HttpLimits.DEFAULT);
    }
}
