package io.streamgauge.control.alertinstance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.control.testing.AlertRows;
import io.streamgauge.control.testing.AlertRows.Instance;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What came of alerts, as people see it. */
class AlertInstancesIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String ACTIVE = "/api/v1/alerts/active";

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final TenantId tenant = SERVER.backends().newTenant();
    private final AlertRows rows = new AlertRows(SERVER.backends(), tenant);
    private final ApiClient client = SERVER.admin(tenant);
    private final AlertId alert = rows.alert("cpu-high", Optional.empty(), "{}");

    @Test
    void listsWhatIsPendingOrFiringTheLatestFirst() {
        UUID first = rows.insert(firing("a", 30));
        UUID second = rows.insert(firing("b", 20).pending());
        rows.insert(firing("c", 10).until(now));
        rows.insert(firing("d", 10).ofShadow(2));

        JsonNode answer = ok(client.get(ACTIVE));

        assertThat(ids(answer)).containsExactly(second, first);
        assertThat(answer.path("counts")).isEqualTo(json("{\"pending\":1,\"firing\":1}"));
        JsonNode item = answer.at("/items/1");
        assertThat(item.path("state").asText()).isEqualTo("firing");
        assertThat(item.path("key")).isEqualTo(json("{\"host\":\"a\"}"));
        assertThat(item.path("evidence")).isEqualTo(json("{\"value\":97}"));
        assertThat(item.path("silenced").asBoolean()).isFalse();
        assertThat(item.path("startedAt").asText()).isEqualTo(now.minusSeconds(30).toString());
        assertThat(ids(ok(client.get(ACTIVE + "?shadow=true")))).hasSize(1);
    }

    @Test
    void filtersWhatIsActive() {
        UUID critical = rows.insert(firing("a", 30).severity("critical"));
        UUID infra = rows.insert(firing("b", 20).labelled("{\"team\":\"infra\"}"));
        UUID other =
                rows.insert(
                        Instance.firing(
                                rows.alert("other", Optional.empty(), "{}"),
                                "{}",
                                now.minusSeconds(1)));

        assertThat(ids(ok(client.get(ACTIVE + "?severity=critical")))).containsExactly(critical);
        assertThat(ids(ok(client.get(ACTIVE + "?label=team%3Dinfra")))).containsExactly(infra);
        assertThat(ids(ok(client.get(ACTIVE + "?key=host%3Da")))).containsExactly(critical);
        assertThat(ids(ok(client.get(ACTIVE + "?alert=other")))).containsExactly(other);
        assertThat(ids(ok(client.get(ACTIVE + "?state=pending")))).isEmpty();
        assertThat(client.get(ACTIVE + "?alert=unknown").status()).isEqualTo(404);
        assertThat(client.get(ACTIVE + "?stream=unknown").status()).isEqualTo(404);
        Answer refused = client.get(ACTIVE + "?severity=bad&label=x&state=resolved&shadow=1");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("errors")).hasSize(4);
        assertThat(client.get(ACTIVE + "?label=a%3D%00").status()).isEqualTo(400);
    }

    @Test
    void saysWhichSilenceAnInstanceIsUnder() {
        rows.insert(firing("a", 30).named("cpu-high"));
        rows.insert(firing("b", 20).named("cpu-high"));
        String silence =
                client.post(
                                "/api/v1/silences",
                                """
                                {"matchers": [{"name": "alertname", "value": "cpu-high"},
                                  {"name": "host", "op": "=~", "value": "b|c"}],
                                 "for": "1h", "reason": "maintenance"}
                                """)
                        .json()
                        .path("id")
                        .asText();

        JsonNode answer = ok(client.get(ACTIVE));

        assertThat(answer.at("/items/0/silenced").asBoolean()).isTrue();
        assertThat(answer.at("/items/0/silencedBy/0").asText()).isEqualTo(silence);
        assertThat(answer.at("/items/1/silenced").asBoolean()).isFalse();

        assertThat(client.post("/api/v1/silences/" + silence + "/expire", "{}").status())
                .isEqualTo(200);
        assertThat(ok(client.get(ACTIVE)).at("/items/0/silenced").asBoolean()).isFalse();
    }

    @Test
    void pagesThroughTheInstancesOfAnAlert() {
        List<UUID> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.addFirst(rows.insert(firing("h" + i, 100 - i).until(now)));
        }
        rows.insert(firing("old", (int) Duration.ofDays(2).toSeconds()).until(now));

        List<UUID> seen = new ArrayList<>();
        String path = "/api/v1/alerts/cpu-high/instances?limit=2";
        String next = path;
        int pages = 0;
        while (!next.isEmpty()) {
            JsonNode page = ok(client.get(next));
            seen.addAll(ids(page));
            String cursor = page.path("nextCursor").asText();
            next = cursor.isEmpty() ? "" : path + "&cursor=" + cursor;
            pages++;
        }

        assertThat(seen).isEqualTo(all);
        assertThat(pages).isEqualTo(3);
        assertThat(ids(ok(client.get("/api/v1/alerts/%s/instances?state=firing".formatted(alert)))))
                .isEmpty();
        assertThat(
                        ids(
                                ok(
                                        client.get(
                                                "/api/v1/alerts/%s/instances?from=%s"
                                                        .formatted(
                                                                alert,
                                                                now.minus(Duration.ofDays(3)))))))
                .hasSize(6);
    }

    @Test
    void notesWhoHasSeenAnInstance() {
        UUID id = rows.insert(firing("a", 30));
        String path = "/api/v1/alert-instances/" + id;

        JsonNode acked = ok(client.post(path + "/ack", "{\"note\": \"on it\"}"));
        JsonNode again = ok(client.post(path + "/ack", "{\"note\": \"on it\"}"));

        assertThat(acked.at("/acknowledgement/note").asText()).isEqualTo("on it");
        assertThat(acked.at("/acknowledgement/by").asText()).isNotEmpty();
        assertThat(again).isEqualTo(acked);
        assertThat(ok(client.get(path)).path("acknowledgement"))
                .isEqualTo(acked.path("acknowledgement"));
        assertThat(ok(client.delete(path + "/ack")).has("acknowledgement")).isFalse();
        assertThat(ok(client.delete(path + "/ack")).has("acknowledgement")).isFalse();
        assertThat(
                        ok(client.get("/api/v1/audit?resourceId=" + id))
                                .path("items")
                                .findValuesAsText("action"))
                .containsExactly("withdraw", "acknowledge");
        assertThat(ok(client.post(path + "/ack", "{}")).at("/acknowledgement/note").asText())
                .isEmpty();
    }

    @Test
    void hidesWhatIsOthersAndNeedsItsScopes() {
        UUID id = rows.insert(firing("a", 30));
        ApiClient stranger = SERVER.admin(SERVER.backends().newTenant());
        ApiClient viewer = SERVER.with(SERVER.issuer().token(tenant, "viewer"));

        assertThat(ids(ok(stranger.get(ACTIVE)))).isEmpty();
        for (String path :
                List.of(
                        "/api/v1/alert-instances/" + id,
                        "/api/v1/alerts/" + alert + "/instances",
                        "/api/v1/alerts/" + alert + "/shadow/diff",
                        "/api/v1/alerts/" + alert + "/explain")) {
            assertThat(stranger.get(path).status()).as(path).isEqualTo(404);
        }
        String ack = "/api/v1/alert-instances/" + id + "/ack";
        assertThat(stranger.post(ack, "{}").status()).isEqualTo(404);
        assertThat(viewer.get("/api/v1/alert-instances/" + id).status()).isEqualTo(200);
        assertThat(viewer.post(ack, "{}").status()).isEqualTo(403);
        assertThat(viewer.delete(ack).status()).isEqualTo(403);
    }

    @Test
    void comparesAShadowWithWhatIsActive() {
        assertThat(client.get("/api/v1/alerts/cpu-high/shadow/diff").status()).isEqualTo(409);
        rows.shadow(alert, 2);
        UUID both = rows.insert(firing("a", 60).until(now.minusSeconds(30)));
        UUID shadowOfBoth = rows.insert(firing("a", 40).ofShadow(2).until(now));
        UUID onlyActive = rows.insert(firing("b", 60).until(now.minusSeconds(50)));
        UUID onlyShadow = rows.insert(firing("b", 40).ofShadow(2));

        JsonNode diff = ok(client.get("/api/v1/alerts/cpu-high/shadow/diff"));

        assertThat(diff.path("counts"))
                .isEqualTo(json("{\"both\":1,\"onlyActive\":1,\"onlyShadow\":1}"));
        assertThat(diff.at("/both/0/active/id").asText()).isEqualTo(both.toString());
        assertThat(diff.at("/both/0/shadow/id").asText()).isEqualTo(shadowOfBoth.toString());
        assertThat(diff.at("/onlyActive/0/id").asText()).isEqualTo(onlyActive.toString());
        assertThat(diff.at("/onlyShadow/0/id").asText()).isEqualTo(onlyShadow.toString());
        assertThat(diff.path("truncated").asBoolean()).isFalse();
    }

    private Instance firing(String host, int secondsAgo) {
        return Instance.firing(
                alert, "{\"host\":\"%s\"}".formatted(host), now.minusSeconds(secondsAgo));
    }

    private static List<UUID> ids(JsonNode page) {
        return page.path("items").findValuesAsText("id").stream().map(UUID::fromString).toList();
    }

    private static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static JsonNode json(String text) {
        try {
            return Json.mapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
