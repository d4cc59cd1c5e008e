package io.streamgauge.control.signin;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Without a provider; the browser's test signs in at a real one. */
class SignInResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    @Test
    void tellsEveryoneThatPeopleBringTheirTokens() {
        Answer answer = SERVER.anonymous().get("/sign-in.json");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(answer.json().has("provider")).isTrue();
        assertThat(answer.json().path("provider").isNull()).isTrue();
    }
}
