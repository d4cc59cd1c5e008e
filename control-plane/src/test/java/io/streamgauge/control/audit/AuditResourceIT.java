package io.streamgauge.control.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TestingIssuer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String AUDIT = AuditResource.PATH;
    private static final String STREAMS = "/api/v1/streams";
    private static final String KEYS = "/api/v1/api-keys";
    private static final String MEMBERS = "/api/v1/members";

    private TenantId tenant;
    private ApiClient client;

    @BeforeEach
    void newTenant() {
        tenant = SERVER.backends().newTenant();
        client = SERVER.admin(tenant);
    }

    @Test
    void tellsWhoDidWhatWhenAndFromWhere() {
        Instant before = Instant.now();
        Answer created = client.post(STREAMS, stream("one"), "X-Request-Id", "audited-request");

        JsonNode entry = client.get(AUDIT).json().at("/items/0");

        assertThat(entry.path("tenant").asText()).isEqualTo(tenant.value());
        assertThat(Instant.parse(entry.path("at").asText()))
                .isBetween(before.minusMillis(1), Instant.now());
        assertThat(entry.path("actorKind").asText()).isEqualTo("jwt");
        assertThat(entry.path("actor").asText()).isEqualTo("someone");
        assertThat(entry.path("action").asText()).isEqualTo("create");
        assertThat(entry.path("resourceType").asText()).isEqualTo("stream");
        assertThat(entry.path("resourceId").asText()).isEqualTo(created.json().path("id").asText());
        assertThat(entry.path("remoteAddress").asText()).isEqualTo("127.0.0.1");
        assertThat(entry.path("requestId").asText()).isEqualTo("audited-request");
        assertThat(UUID.fromString(entry.path("id").asText())).isNotNull();
    }

    @Test
    void keepsEveryStateOfAStreamAsTheApiShowedIt() {
        JsonNode first = client.post(STREAMS, stream("one")).json();
        JsonNode second = client.put(STREAMS + "/s", stream("two"), "If-Match", "*").json();
        client.put(STREAMS + "/s", stream("two"), "If-Match", "*"); // says the same
        client.delete(STREAMS + "/s", "If-Match", "*");

        keepsEveryState("stream", first, second);
    }

    @Test
    void keepsEveryStateOfAKeyAndNothingOfItsSecret() {
        Answer created = client.post(KEYS, key("k", "streams:read"));
        String path = created.header("Location");
        String secret = created.json().path("key").asText().substring(17);
        JsonNode first = client.get(path).json();
        JsonNode second = client.put(path, key("l", "streams:read"), "If-Match", "*").json();
        client.put(path, key("l", "streams:read"), "If-Match", "*"); // says the same
        client.delete(path, "If-Match", "*");

        keepsEveryState("api-key", first, second);
        List<String> rows =
                SERVER.backends()
                        .owner()
                        .withHandle(
                                handle ->
                                        handle.select(
                                                        "SELECT audit_log::text FROM audit_log"
                                                                + " WHERE tenant_id = ?",
                                                        tenant.value())
                                                .mapTo(String.class)
                                                .list());
        assertThat(rows).hasSize(3).noneMatch(row -> row.contains(secret));
        assertThat(rows).noneMatch(row -> row.contains("hash"));
    }

    @Test
    void keepsEveryStateOfAMember() {
        Answer created = client.post(MEMBERS, member("viewer"));
        String path = created.header("Location");
        JsonNode second = client.put(path, member("admin"), "If-Match", "*").json();
        client.put(path, member("admin"), "If-Match", "*"); // says the same
        client.delete(path, "If-Match", "*");

        keepsEveryState("member", created.json(), second);
    }

    @Test
    void namesTheKeyThatChangedSomething() {
        Answer key = client.post(KEYS, key("k", "streams:write"));
        SERVER.with(key.json().path("key").asText()).post(STREAMS, stream("one"));

        JsonNode entry = client.get(AUDIT + "?resourceType=stream").json().at("/items/0");

        assertThat(entry.path("actorKind").asText()).isEqualTo("api-key");
        assertThat(entry.path("actor").asText()).isEqualTo(key.json().path("id").asText());
    }

    @Test
    void saysNothingOfWhatWasRefused() {
        client.post(STREAMS, "{}");
        client.put(STREAMS + "/nothing", stream("x"), "If-Match", "*");
        SERVER.with(SERVER.issuer().token(tenant, "viewer")).post(STREAMS, stream("x"));
        client.post(STREAMS, stream("one"));
        client.post(STREAMS, stream("name taken"));
        client.put(STREAMS + "/s", stream("stale"), "If-Match", "\"x\"");

        assertThat(client.get(AUDIT).json().path("items")).hasSize(1);
    }

    @Test
    void filtersByWhatIsAsked() {
        String streamId = client.post(STREAMS, stream("one")).json().path("id").asText();
        Answer key = client.post(KEYS, key("k", "streams:write"));
        String keyId = key.json().path("id").asText();
        SERVER.with(key.json().path("key").asText())
                .put(STREAMS + "/s", stream("two"), "If-Match", "*");
        client.delete(STREAMS + "/s", "If-Match", "*");

        assertThat(actions("")).containsExactly("delete", "update", "create", "create");
        assertThat(actions("?action=create")).hasSize(2);
        assertThat(actions("?resourceType=api-key")).containsExactly("create");
        assertThat(actions("?resourceId=" + streamId))
                .containsExactly("delete", "update", "create");
        assertThat(actions("?actor=" + keyId)).containsExactly("update");
        assertThat(actions("?actor=someone&action=create&resourceType=stream")).hasSize(1);
        assertThat(actions("?action=nothing")).isEmpty();
    }

    @Test
    void limitsByTime() {
        client.post(STREAMS, stream("one"));
        String at = client.get(AUDIT).json().at("/items/0/at").asText();
        String after = Instant.parse(at).plusNanos(1_000).toString();

        assertThat(actions("?from=" + at)).hasSize(1);
        assertThat(actions("?from=" + after)).isEmpty();
        assertThat(actions("?to=" + at)).isEmpty();
        assertThat(actions("?to=" + after)).hasSize(1);
        assertThat(actions("?from=" + at + "&to=" + after)).hasSize(1);
    }

    @Test
    void comesPageByPageNewestFirst() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ids.addFirst(
                    client.post(KEYS, key("k" + i, "streams:read")).json().path("id").asText());
        }

        List<String> listed = new ArrayList<>();
        String path = AUDIT + "?limit=3&resourceType=api-key";
        while (!path.isEmpty()) {
            Answer page = client.get(path);
            assertThat(page.status()).as(page.body()).isEqualTo(200);
            page.json().path("items").forEach(item -> listed.add(item.path("resourceId").asText()));
            String link = page.header("Link");
            path = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
        }

        assertThat(listed).containsExactlyElementsOf(ids);
    }

    @Test
    void refusesACursorOfAnotherQuery() {
        client.post(KEYS, key("a", "streams:read"));
        client.post(KEYS, key("b", "streams:read"));
        String cursor = client.get(AUDIT + "?limit=1").json().path("nextCursor").asText();
        ApiClient other = SERVER.admin(SERVER.backends().newTenant());

        assertThat(client.get(AUDIT + "?cursor=" + cursor).status()).isEqualTo(200);
        for (Answer refused :
                List.of(
                        client.get(AUDIT + "?action=create&cursor=" + cursor),
                        other.get(AUDIT + "?cursor=" + cursor))) {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().path("code").asText()).isEqualTo("invalid-cursor");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "from=yesterday",
                "action=%00",
                "actor=%0A",
                "tenant=x",
                "colour=1"
            })
    void refusesParametersItDoesNotKnow(String query) {
        Answer answer = client.get(AUDIT + "?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/pointer").asText())
                .isEqualTo("?" + query.substring(0, query.indexOf('=')));
    }

    @Test
    void refusesATimeThatEndsBeforeItBegins() {
        assertThat(client.get(AUDIT + "?from=2&to=1").status()).isEqualTo(400);
    }

    @Test
    void isForAdministratorsOnly() {
        for (String role : List.of("viewer", "editor")) {
            assertThat(SERVER.with(SERVER.issuer().token(tenant, role)).get(AUDIT).status())
                    .isEqualTo(403);
        }
        ApiClient key =
                SERVER.with(client.post(KEYS, key("k", "tenant:read")).json().path("key").asText());
        assertThat(key.get(AUDIT).status()).isEqualTo(403);
    }

    @Test
    void showsATenantNothingOfAnother() {
        client.post(STREAMS, stream("one"));
        ApiClient other = SERVER.admin(SERVER.backends().newTenant());

        assertThat(other.get(AUDIT).json().path("items")).isEmpty();
    }

    @Test
    void showsAnOperatorThePlatformAndOnRequestATenant() {
        client.post(STREAMS, stream("one"));
        String resource = "tenant-" + UUID.randomUUID();
        SERVER.backends()
                .database()
                .inSystem(
                        handle -> {
                            new AuditLog(Instant::now)
                                    .append(
                                            handle,
                                            new AuditEntry(
                                                    Optional.empty(),
                                                    Origin.SYSTEM,
                                                    "delete",
                                                    "tenant",
                                                    resource,
                                                    Optional.empty(),
                                                    Optional.empty()));
                            return true;
                        });
        ApiClient operator = operator(Optional.empty());

        JsonNode platform = operator.get(AUDIT + "?resourceId=" + resource).json();
        JsonNode all = operator.get(AUDIT + "?limit=1000").json();
        JsonNode ofTenant = operator.get(AUDIT + "?tenant=" + tenant).json();

        assertThat(platform.path("items")).hasSize(1);
        assertThat(platform.at("/items/0").has("tenant")).isFalse();
        assertThat(platform.at("/items/0/actorKind").asText()).isEqualTo("system");
        assertThat(all.path("items")).as("nothing of a tenant").noneMatch(it -> it.has("tenant"));
        assertThat(ofTenant.at("/items/0/resourceType").asText()).isEqualTo("stream");
        assertThat(operator.get(AUDIT + "?tenant=No").status()).isEqualTo(400);
        assertThat(client.get(AUDIT + "?resourceId=" + resource).json().path("items")).isEmpty();
    }

    @Test
    void showsAnOperatorATenantThatIsNotActiveAnyMore() {
        client.post(STREAMS, stream("one"));
        SERVER.backends()
                .owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "UPDATE tenants SET active = false WHERE id = ?",
                                        tenant.value()));

        JsonNode page = operator(Optional.empty()).get(AUDIT + "?tenant=" + tenant).json();

        assertThat(page.path("items")).hasSize(1);
    }

    @Test
    void treatsAnOperatorWhoNamesATenantAsItsAdministrator() {
        client.post(STREAMS, stream("one"));

        for (ApiClient operator :
                List.of(operator(Optional.empty()), operator(Optional.of(tenant)))) {
            Answer answer = operator.get(AUDIT, "X-Tenant-Id", tenant.value());
            assertThat(answer.json().at("/items/0/tenant").asText()).isEqualTo(tenant.value());
        }
        assertThat(operator(Optional.of(tenant)).get(AUDIT).json().path("items"))
                .as("of the platform where none is named")
                .noneMatch(it -> it.has("tenant"));
    }

    @Test
    void asksForATenantWhereTheCredentialNamesNone() {
        ApiClient nobody =
                SERVER.with(
                        SERVER.issuer()
                                .token(
                                        TestingIssuer.claims(tenant)
                                                .subject("nobody")
                                                .claim("tenant", null)
                                                .build()));

        Answer answer = nobody.get(AUDIT);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("code").asText()).isEqualTo("tenant-required");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE audit_log SET actor = 'x' WHERE tenant_id = '%s'",
                "DELETE FROM audit_log WHERE tenant_id = '%s'",
                "TRUNCATE audit_log"
            })
    void canOnlyGrow(String statement) {
        client.post(STREAMS, stream("one"));
        String sql = statement.formatted(tenant);

        assertThatThrownBy(
                        () ->
                                SERVER.backends()
                                        .database()
                                        .useTenant(tenant, handle -> handle.execute(sql)))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> SERVER.backends().owner().useHandle(handle -> handle.execute(sql)))
                .as("not even by the owner")
                .hasMessageContaining("append-only");
        assertThat(client.get(AUDIT).json().path("items")).hasSize(1);
    }

    private void keepsEveryState(String type, JsonNode first, JsonNode second) {
        JsonNode items = client.get(AUDIT + "?resourceType=" + type).json().path("items");
        assertThat(items.findValuesAsText("action")).containsExactly("delete", "update", "create");
        assertThat(items.at("/2").has("before")).isFalse();
        assertThat(items.at("/2/after")).isEqualTo(first);
        assertThat(items.at("/1/before")).isEqualTo(first);
        assertThat(items.at("/1/after")).isEqualTo(second);
        assertThat(items.at("/0/before")).isEqualTo(second);
        assertThat(items.at("/0").has("after")).isFalse();
        for (JsonNode item : items) {
            ObjectNode state =
                    (ObjectNode) (item.has("after") ? item : items.at("/1")).path("after");
            assertThat(item.path("resourceId").asText())
                    .isEqualTo(state.path(state.has("id") ? "id" : "userId").asText());
        }
    }

    private List<String> actions(String query) {
        Answer page = client.get(AUDIT + query);
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        List<String> actions = new ArrayList<>();
        page.json().path("items").forEach(item -> actions.add(item.path("action").asText()));
        return actions;
    }

    private static ApiClient operator(Optional<TenantId> tenant) {
        return SERVER.with(
                SERVER.issuer()
                        .token(
                                TestingIssuer.claims(tenant.orElse(new TenantId("x")), "operator")
                                        .claim("tenant", tenant.map(TenantId::value).orElse(null))
                                        .build()));
    }

    private static String stream(String description) {
        return """
        {"name": "s", "description": "%s",
         "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
        """
                .formatted(description);
    }

    private static String key(String name, String scope) {
        return "{\"name\": \"%s\", \"scopes\": [\"%s\"]}".formatted(name, scope);
    }

    private static String member(String role) {
        return "{\"subject\": \"someone-else\", \"role\": \"%s\"}".formatted(role);
    }
}
