package io.streamgauge.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamConfigTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "x", "/x/", "/x//y", "/x/../y", "/./x", "/x y", "/%78", "/{id}"})
    void wantsAPlainPath(String prefix) {
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> UpstreamConfig.of(prefix, URI.create("http://h")))
                .satisfies(
                        e ->
                                assertThat(e.problems())
                                        .singleElement()
                                        .asString()
                                        .startsWith("upstream.path-prefix: " + prefix + " ("));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://h",
                "//h",
                "http:///x",
                "http://h/",
                "http://h/x/",
                "http://h/../x",
                "http://h?x",
                "http://h#x",
                "http://h:0",
                "http://h:65536",
                "mailto:a@h"
            })
    void wantsATargetWithoutMoreThanAPath(URI target) {
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> UpstreamConfig.of("/x", target))
                .withMessageContaining("upstream.target: " + target);
    }

    @Test
    void doesNotRepeatACredential() {
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> UpstreamConfig.of("/x", URI.create("http://me:secret@h")))
                .withMessageContaining("with a credential")
                .withMessageNotContaining("secret");
    }

    @Test
    void knowsHostAndPortOfItsTarget() {
        UpstreamConfig plain = UpstreamConfig.of("/x", URI.create("http://h/base"));
        UpstreamConfig secure = UpstreamConfig.of("/x", URI.create("HTTPS://[::1]"));

        assertThat(plain.host()).isEqualTo("h");
        assertThat(plain.port()).isEqualTo(80);
        assertThat(plain.secure()).isFalse();
        assertThat(secure.host()).isEqualTo("::1");
        assertThat(secure.port()).isEqualTo(443);
        assertThat(secure.secure()).isTrue();
        assertThat(UpstreamConfig.of("/x", URI.create("http://h:9000")).port()).isEqualTo(9000);
    }

    @Test
    void tellsEveryProblemOfTheTimesAtOnce() {
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(
                        () ->
                                new UpstreamTimeouts(
                                        Duration.ZERO,
                                        Duration.ofDays(1),
                                        Duration.ofSeconds(-1),
                                        Duration.ofHours(1)))
                .satisfies(
                        e ->
                                assertThat(e.problems())
                                        .hasSize(4)
                                        .allMatch(it -> it.startsWith("upstream.timeouts.")));
    }

    @Test
    void comparesNamesOfHeadersWithoutTheirCase() {
        UpstreamHeaders headers =
                new UpstreamHeaders(
                        false, false, false, Set.of("X-A"), Set.of("X-B"), Set.of("X-C"));

        assertThat(headers.requestAllowed()).containsExactly("x-a");
        assertThat(headers.requestDenied()).containsExactly("x-b");
        assertThat(headers.responseDenied()).containsExactly("x-c");
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(
                        () ->
                                new UpstreamHeaders(
                                        false,
                                        false,
                                        false,
                                        Set.of("X A"),
                                        Set.of(""),
                                        Set.of("X:")))
                .satisfies(e -> assertThat(e.problems()).hasSize(3));
    }
}
