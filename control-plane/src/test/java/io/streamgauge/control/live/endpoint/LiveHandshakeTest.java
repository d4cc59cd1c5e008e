package io.streamgauge.control.live.endpoint;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.http.WritableHeaders;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveHandshakeTest {

    private static final Set<String> LISTED = Set.of("https://app.example.com");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.com",
                "http://gauge.test:8080",
                "https://gauge.test:8080",
                "http://GAUGE.test:8080"
            })
    void letsPagesOfThisSiteAndOfListedOnesIn(String origin) {
        assertThatCode(() -> handshake(origin).checkOrigin(LISTED)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.test",
                "http://app.example.com",
                "https://app.example.com.evil.test",
                "http://gauge.test",
                "null",
                "",
                "::"
            })
    void refusesPagesOfOthers(String origin) {
        assertThatThrownBy(() -> handshake(origin).checkOrigin(LISTED))
                .isInstanceOf(RequestException.class)
                .hasMessageContaining("Origin");
    }

    private static LiveHandshake handshake(String origin) {
        WritableHeaders<?> headers = WritableHeaders.create();
        headers.set(HeaderNames.HOST, "gauge.test:8080");
        headers.set(HeaderNames.ORIGIN, origin);
        HttpPrologue prologue =
                HttpPrologue.create(
                        "HTTP/1.1", "HTTP", "1.1", Method.GET, LiveListenerFactory.PATH, true);
        return new LiveHandshake(prologue, headers);
    }
}
