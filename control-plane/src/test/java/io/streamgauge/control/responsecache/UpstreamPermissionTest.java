package io.streamgauge.control.responsecache;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamPermissionTest {

    private static final Duration MOST = Duration.ofMinutes(5);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    public                            | 300
                    Public, max-age=60                | 60
                    public, max-age=86400             | 300
                    s-maxage=20                       | 20
                    s-maxage="20", max-age=100        | 20
                    max-age=100, s-maxage=20          | 20
                    public, must-revalidate           | 300
                    """)
    void allowsWhatTheServiceAllows(String cacheControl, long seconds) {
        assertThat(UpstreamPermission.of(headers(cacheControl), MOST))
                .contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max-age=60",
                "private",
                "no-store",
                "public, no-store",
                "public, no-cache",
                "public, no-cache=\"x\"",
                "s-maxage=20, private",
                "s-maxage=0",
                "public, max-age=0",
                "public, max-age=soon",
                "public, max-age=",
                "publicity"
            })
    void allowsNothingElse(String cacheControl) {
        assertThat(UpstreamPermission.of(headers(cacheControl), MOST)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Set-Cookie", "Vary", "Content-Encoding", "Content-Range", "Age"})
    void allowsNothingThatDependsOnMoreThanTheGatewayTellsApart(String header) {
        ServerResponseHeaders headers = headers("public");
        headers.set(HeaderNames.create(header), "1");

        assertThat(UpstreamPermission.of(headers, MOST)).isEmpty();
    }

    @Test
    void allowsNothingWhereTheServiceSaysNothing() {
        assertThat(UpstreamPermission.of(ServerResponseHeaders.create(), MOST)).isEmpty();
    }

    private static ServerResponseHeaders headers(String cacheControl) {
        ServerResponseHeaders headers = ServerResponseHeaders.create();
        headers.set(HeaderNames.CACHE_CONTROL, cacheControl);
        return headers;
    }
}
