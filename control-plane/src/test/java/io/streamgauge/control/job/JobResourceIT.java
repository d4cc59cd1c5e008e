package io.streamgauge.control.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where no Flink is configured; the end-to-end tests ask one that runs. */
class JobResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    @Test
    void saysThatNobodyIsToldOfTheJobsHere() {
        Answer answer = SERVER.operator().get("/api/v1/jobs");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("configured").asBoolean(true)).isFalse();
        assertThat(answer.json().path("items")).isEmpty();
    }

    @Test
    void isForOperatorsOnly() {
        Answer answer = SERVER.admin(SERVER.backends().newTenant()).get("/api/v1/jobs");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("code").asText()).isEqualTo("operator-required");
    }
}
