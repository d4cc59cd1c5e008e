package io.streamgauge.control.signin;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.control.config.SignInConfig;
import io.streamgauge.control.config.TokenConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignInResourceTest {

    private static final SignInConfig CONSOLE =
            new SignInConfig("console", List.of("openid", "streams:read"));

    @ParameterizedTest
    @CsvSource({
        "https://login.test/realms/a, https://login.test",
        "https://login.test:8443/, https://login.test:8443",
        "http://127.0.0.1:18480/realms/a, http://127.0.0.1:18480"
    })
    void thePageMayConnectToTheIssuersOriginOnly(String issuer, String origin) {
        assertThat(SignInResource.origin(new TokenConfig("", issuer, "a"), CONSOLE))
                .hasValue(origin);
    }

    @Test
    void thereIsNoOriginWherePeopleBringTheirTokens() {
        assertThat(
                        SignInResource.origin(
                                new TokenConfig("keys.json", "local", "a"), SignInConfig.NONE))
                .isEmpty();
    }
}
