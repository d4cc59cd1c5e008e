package io.streamgauge.control.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.testing.AlertRows;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ExplainResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private final TenantId tenant = SERVER.backends().newTenant();
    private final ApiClient client = SERVER.admin(tenant);

    @Test
    void givesTheJobsAnswerForAKeyOfTheAlert() {
        StreamDefinition stream =
                SERVER.backends()
                        .newStream(
                                tenant,
                                """
                                {"name":"sensors","fields":[
                                  {"name":"room","type":"string","role":"dimension"},
                                  {"name":"celsius","type":"number","role":"measure"}]}
                                """);
        new AlertRows(SERVER.backends(), tenant)
                .alert(
                        "hot",
                        Optional.of(stream.id()),
                        """
                        {"name": "hot", "stream": "sensors", "groupBy": ["room"], "condition":
                          {"kind": "threshold", "measure": "celsius", "op": ">", "value": 30}}
                        """);

        Answer answer = client.get("/api/v1/alerts/hot/explain?key=room%3Da");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().at("/key/room").asText()).isEqualTo("a");
        assertThat(answer.json().path("clock").asText()).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(answer.json().path("state").asText()).isEqualTo("pending");
        assertThat(answer.json().has("id")).isFalse();
        Answer without = client.get("/api/v1/alerts/hot/explain");
        assertThat(without.status()).isEqualTo(400);
        assertThat(without.json().at("/errors/0/pointer").asText()).isEqualTo("?key");
    }
}
