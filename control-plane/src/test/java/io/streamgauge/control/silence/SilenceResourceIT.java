package io.streamgauge.control.silence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SilenceResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String PATH = "/api/v1/silences";

    private final TenantId tenant = SERVER.backends().newTenant();
    private final ApiClient client = SERVER.admin(tenant);

    @Test
    void makesChangesAndRemovesASilence() {
        Answer created = client.post(PATH, silence("\"for\": \"2h\""));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        String path = created.header("Location");
        assertThat(created.json().path("state").asText()).isEqualTo("active");
        Instant from = Instant.parse(created.json().path("from").asText());
        assertThat(created.json().path("to").asText())
                .isEqualTo(from.plusSeconds(7_200).toString());

        String changed = created.json().toString().replace("maintenance", "longer maintenance");
        assertThat(client.put(path, changed).status()).isEqualTo(428);
        Answer updated = client.put(path, changed, "If-Match", created.header("ETag"));
        assertThat(updated.status()).as(updated.body()).isEqualTo(200);
        assertThat(updated.json().path("reason").asText()).isEqualTo("longer maintenance");
        assertThat(updated.json().path("version").asInt()).isEqualTo(2);
        assertThat(client.put(path, changed, "If-Match", created.header("ETag")).status())
                .isEqualTo(412);
        assertThat(client.put(path, changed, "If-Match", "*").json().path("version").asInt())
                .as("nothing new, no new version")
                .isEqualTo(2);

        assertThat(client.delete(path, "If-Match", "*").status()).isEqualTo(204);
        assertThat(client.get(path).status()).isEqualTo(404);
        assertThat(
                        client.get("/api/v1/audit?resourceType=silence")
                                .json()
                                .path("items")
                                .findValuesAsText("action"))
                .containsExactly("delete", "update", "create");
    }

    @Test
    void expiresWhatIsActiveAndWhatHasNotBegun() {
        String active = id(client.post(PATH, silence("\"for\": \"2h\"")));
        String pending =
                id(
                        client.post(
                                PATH,
                                silence(
                                        "\"from\": \"2999-01-01T00:00:00Z\", \"to\":"
                                                + " \"2999-02-01T00:00:00Z\"")));
        assertThat(ids("?state=pending")).containsExactly(pending);
        assertThat(ids("?state=active")).containsExactly(active);

        for (String id : List.of(active, pending)) {
            Answer expired = client.post(PATH + "/" + id + "/expire", "");
            assertThat(expired.status()).as(expired.body()).isEqualTo(200);
            assertThat(expired.json().path("state").asText()).isEqualTo("expired");
            assertThat(client.post(PATH + "/" + id + "/expire", "").json())
                    .isEqualTo(expired.json());
        }

        assertThat(ids("?state=expired")).containsExactlyInAnyOrder(active, pending);
        assertThat(ids("?state=active")).isEmpty();
    }

    @Test
    void pagesThroughSilences() {
        for (int i = 1; i <= 3; i++) {
            id(client.post(PATH, silence("\"for\": \"%dh\"".formatted(i))));
        }

        JsonNode first = client.get(PATH + "?limit=2").json();
        JsonNode second =
                client.get(PATH + "?limit=2&cursor=" + first.path("nextCursor").asText()).json();

        assertThat(first.path("items")).hasSize(2);
        assertThat(second.path("items")).hasSize(1);
        assertThat(second.has("nextCursor")).isFalse();
    }

    @Test
    void tellsEverythingThatIsWrong() {
        Answer answer =
                client.post(
                        PATH,
                        """
                        {"matchers": [{"name": "", "value": "x"}, {"name": "a", "op": "~", "value": "b"},
                          {"name": "a", "op": "=~", "value": "("}, {"name": "b", "valu": 3}, 7],
                         "from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z", "extra": 1}
                        """);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("errors").findValuesAsText("pointer"))
                .containsExactlyInAnyOrder(
                        "#/extra",
                        "#/matchers/0/name",
                        "#/matchers/1/op",
                        "#/matchers/2/value",
                        "#/matchers/3/valu",
                        "#/matchers/3/value",
                        "#/matchers/4",
                        "#/to",
                        "#/reason");
    }

    @Test
    void refusesASilenceOfEverything() {
        Answer answer =
                client.post(
                        PATH,
                        """
                        {"matchers": [{"name": "team", "op": "!=", "value": "x"},
                          {"name": "host", "op": "=~", "value": ".*"}],
                         "for": "1h", "reason": "oops"}
                        """);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/pointer").asText()).isEqualTo("#/matchers");
    }

    @Test
    void isTheTenantsOwnAndNeedsItsScopes() {
        String id = id(client.post(PATH, silence("\"for\": \"2h\"")));
        ApiClient stranger = SERVER.admin(SERVER.backends().newTenant());
        ApiClient viewer = SERVER.with(SERVER.issuer().token(tenant, "viewer"));

        assertThat(stranger.get(PATH + "/" + id).status()).isEqualTo(404);
        assertThat(stranger.post(PATH + "/" + id + "/expire", "").status()).isEqualTo(404);
        assertThat(stranger.delete(PATH + "/" + id, "If-Match", "*").status()).isEqualTo(404);
        assertThat(stranger.get(PATH).json().path("items")).isEmpty();
        assertThat(viewer.get(PATH + "/" + id).status()).isEqualTo(200);
        assertThat(viewer.post(PATH, silence("\"for\": \"2h\"")).status()).isEqualTo(403);
        assertThat(viewer.delete(PATH + "/" + id, "If-Match", "*").status()).isEqualTo(403);
    }

    private List<String> ids(String query) {
        return client.get(PATH + query).json().path("items").findValuesAsText("id");
    }

    private static String id(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().path("id").asText();
    }

    private static String silence(String time) {
        return """
        {"matchers": [{"name": "team", "value": "infra"}], %s, "reason": "maintenance"}\
        """
                .formatted(time);
    }
}
