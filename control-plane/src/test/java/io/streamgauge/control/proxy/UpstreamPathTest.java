package io.streamgauge.control.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.streamgauge.control.config.UpstreamConfig;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.problem.NotFound;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamPathTest {

    @ParameterizedTest
    @CsvSource({
        "/svc, http://h, false, /svc",
        "/svc/, http://h, false, /svc/",
        "/svc/a/b?x=1&y=%20, http://h, false, /svc/a/b?x=1&y=%20",
        "/svc/a, http://h/base, false, /base/svc/a",
        "/svc, http://h, true, /",
        "/svc?q=1, http://h, true, /?q=1",
        "/svc/a, http://h, true, /a",
        "/svc, http://h/base, true, /base",
        "/svc/a, http://h/base, true, /base/a",
        "/svc/a%2Fb;v=1/c..d/...x, http://h, false, /svc/a%2Fb;v=1/c..d/...x",
        "/svc//a, http://h, false, /svc//a",
    })
    void keepsThePathAsItIsWritten(String path, URI target, boolean strip, String expected) {
        assertThat(map(path, target, strip)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/svc/..",
                "/svc/../api",
                "/svc/./a",
                "/svc/%2e%2E/api",
                "/svc/.%2e",
                "/svc/..;x=1/api",
                "/svc/..%3Bx/api",
                "/svc/a%2f..%2f..%2fapi",
                "/svc/a%5c..%5capi",
                "/svc/%00",
                "/svc/a%0d%0aX:%20y",
                "/svc/%zz",
                "/svc/%2",
                "/svc/\u00e9",
            })
    void refusesWhatCouldLeadElsewhere(String path) {
        assertThatExceptionOfType(InvalidRequest.class)
                .isThrownBy(() -> map(path, URI.create("http://h"), false))
                .withMessageStartingWith("path: ");
    }

    @Test
    void refusesAPathThatWouldBeginWithTwoSlashes() {
        assertThatExceptionOfType(InvalidRequest.class)
                .isThrownBy(() -> map("/svc//evil.example/", URI.create("http://h"), true));
        assertThat(map("/svc//a", URI.create("http://h/base"), true)).isEqualTo("/base//a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/svcs", "/", "/s%76c/a", "//svc/a", "/svc;v=1/a", "http://h/svc/a"})
    void knowsNoOtherSpellingOfThePrefix(String path) {
        assertThatExceptionOfType(NotFound.class)
                .isThrownBy(() -> map(path, URI.create("http://h"), false));
    }

    private static String map(String path, URI target, boolean strip) {
        UpstreamConfig defaults = UpstreamConfig.of("/svc", target);
        UpstreamConfig config =
                new UpstreamConfig(
                        defaults.pathPrefix(),
                        target,
                        strip,
                        false,
                        0,
                        1,
                        defaults.timeouts(),
                        defaults.headers());
        return new UpstreamPath(config)
                .map(HttpPrologue.create("HTTP/1.1", "HTTP", "1.1", Method.GET, path, false));
    }
}
