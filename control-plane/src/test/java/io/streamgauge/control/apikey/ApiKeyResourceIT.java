package io.streamgauge.control.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TestingIssuer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String KEYS = ApiKeyResource.PATH;

    private TenantId tenant;
    private ApiClient client;

    @BeforeEach
    void newTenant() {
        tenant = SERVER.backends().newTenant();
        client = SERVER.admin(tenant);
    }

    @Test
    void showsTheSecretOnceToWhoeverMadeTheKey() {
        Answer created = client.post(KEYS, key("ingest", "events:write", "streams:read"));

        assertThat(created.status()).as(created.body()).isEqualTo(201);
        String text = created.json().path("key").asText();
        String id = created.json().path("id").asText();
        assertThat(text).matches("sgk_[A-Za-z0-9]{12}_[A-Za-z0-9]{43}");
        assertThat(created.header("Cache-Control")).isEqualTo("no-store");
        assertThat(created.header("Location")).isEqualTo(KEYS + "/" + id);
        assertThat(created.json().path("createdBy").asText()).isEqualTo("someone");
        assertThat(created.json().path("prefix").asText()).isEqualTo(text.substring(0, 16));
        assertThat(created.json().has("expiresAt")).isFalse();

        Answer read = client.get(KEYS + "/" + id);
        ObjectNode withoutKey = (ObjectNode) created.json();
        withoutKey.remove("key");
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.json()).isEqualTo(withoutKey);
        assertThat(read.header("ETag")).isEqualTo(created.header("ETag"));
        assertThat(client.get(KEYS).json().at("/items/0")).isEqualTo(withoutKey);
    }

    @Test
    void storesOnlyTheHashOfTheSecret() throws Exception {
        String text = newKey("k", "events:write");
        String secret = text.substring(17);

        List<String> rows =
                SERVER.backends()
                        .owner()
                        .withHandle(
                                handle ->
                                        handle.select(
                                                        "SELECT api_keys::text FROM api_keys WHERE"
                                                                + " tenant_id = ?",
                                                        tenant.value())
                                                .mapTo(String.class)
                                                .list());

        String hash =
                HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(secret.getBytes(StandardCharsets.US_ASCII)));
        assertThat(rows).singleElement().asString().contains(hash).doesNotContain(secret);
    }

    @Test
    void takesAKeyInEitherHeader() {
        String text = newKey("k", "streams:read");

        Answer bearer = SERVER.with(text).get("/api/v1/streams");
        Answer header = SERVER.anonymous().get("/api/v1/streams", "X-API-Key", text);
        Answer both = SERVER.with(text).get("/api/v1/streams", "X-API-Key", text);

        assertThat(bearer.status()).as(bearer.body()).isEqualTo(200);
        assertThat(header.status()).isEqualTo(200);
        assertThat(both.status()).as("ambiguous").isEqualTo(401);
    }

    @Test
    void letsAKeyDoWhatItsScopesSayAndNoMore() {
        client.post(
                "/api/v1/streams",
                """
                {"name": "s", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
                """);
        ApiClient ingest = SERVER.with(newKey("k", "events:write"));

        assertThat(ingest.post("/api/v1/streams/s/events", "[{\"v\": 1}]").status()).isEqualTo(200);
        Answer refused = ingest.get("/api/v1/streams");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().path("code").asText()).isEqualTo("insufficient-scope");
    }

    @Test
    void letsNoKeyAdministerKeys() {
        ApiClient mightiest =
                SERVER.with(
                        newKey(
                                "k",
                                "streams:read",
                                "streams:write",
                                "events:write",
                                "alerts:read",
                                "alerts:write",
                                "tenant:read"));

        assertThat(mightiest.get(KEYS).status()).isEqualTo(403);
        assertThat(mightiest.post(KEYS, key("k2", "streams:read")).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"viewer", "editor"})
    void isForAdministratorsOnly(String role) {
        String id = client.post(KEYS, key("k", "tenant:read")).json().path("id").asText();
        ApiClient other = SERVER.with(SERVER.issuer().token(tenant, role));

        for (Answer answer :
                List.of(
                        other.get(KEYS),
                        other.post(KEYS, key("x", "streams:read")),
                        other.get(KEYS + "/" + id),
                        other.put(KEYS + "/" + id, key("x", "streams:read"), "If-Match", "*"),
                        other.delete(KEYS + "/" + id, "If-Match", "*"))) {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.json().path("detail").asText()).contains("tenant:admin");
        }
    }

    @Test
    void letsNobodyGiveAKeyMoreThanTheyMayDoThemselves() {
        ApiClient narrowed =
                SERVER.with(
                        SERVER.issuer()
                                .token(
                                        TestingIssuer.claims(tenant, "admin")
                                                .claim("scope", "tenant:admin streams:read")
                                                .build()));
        String id = narrowed.post(KEYS, key("k", "streams:read")).json().path("id").asText();

        Answer wider = narrowed.post(KEYS, key("w", "streams:read", "events:write"));
        Answer widened =
                narrowed.put(
                        KEYS + "/" + id, key("k", "streams:read", "events:write"), "If-Match", "*");

        assertThat(id).isNotEmpty();
        for (Answer refused : List.of(wider, widened)) {
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().path("detail").asText()).contains("events:write");
        }
    }

    @Test
    void reportsEverythingThatIsWrong() {
        Answer answer =
                client.post(
                        KEYS,
                        """
                        {"name": "", "scopes": ["tenant:admin", "streams:read"],
                         "expiresAt": "2020-01-01T00:00:00Z", "expiresIn": "1d", "colour": 1}\
                        """);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("errors").findValuesAsText("pointer"))
                .containsExactlyInAnyOrder(
                        "#/name", "#/scopes/0", "#/expiresAt", "#/expiresIn", "#/colour");
    }

    @Test
    void refusesANameThatIsTaken() {
        newKey("one", "streams:read");
        String two = client.post(KEYS, key("two", "streams:read")).json().path("id").asText();

        Answer created = client.post(KEYS, key("one", "streams:read"));
        Answer renamed = client.put(KEYS + "/" + two, key("one", "streams:read"), "If-Match", "*");

        for (Answer refused : List.of(created, renamed)) {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.json().path("code").asText()).isEqualTo("name-taken");
            assertThat(refused.json().at("/errors/0/pointer").asText()).isEqualTo("#/name");
        }
    }

    @Test
    void changesAKeyOnlyInTheVersionThatTheChangeWasMadeFor() {
        Answer created = client.post(KEYS, key("k", "streams:read"));
        String path = created.header("Location");
        String first = created.header("ETag");
        String changed = key("renamed", "streams:read", "tenant:read");

        Answer without = client.put(path, changed);
        Answer good = client.put(path, changed, "If-Match", first);
        Answer same = client.put(path, good.body(), "If-Match", good.header("ETag"));
        Answer stale = client.put(path, changed, "If-Match", first);
        Answer missing = client.put(KEYS + "/nothing", changed, "If-Match", "*");

        assertThat(without.status()).isEqualTo(428);
        assertThat(good.status()).as(good.body()).isEqualTo(200);
        assertThat(good.json().path("version").asInt()).isEqualTo(2);
        assertThat(good.json().path("name").asText()).isEqualTo("renamed");
        assertThat(good.json().has("key")).isFalse();
        assertThat(same.json()).isEqualTo(good.json());
        assertThat(stale.status()).isEqualTo(412);
        assertThat(missing.status()).isEqualTo(404);
        assertThat(client.get(path, "If-None-Match", good.header("ETag")).status()).isEqualTo(304);
    }

    @Test
    void appliesAChangeOfScopesAtOnce() {
        Answer created = client.post(KEYS, key("k", "streams:read"));
        ApiClient holder = SERVER.with(created.json().path("key").asText());
        assertThat(holder.get("/api/v1/streams").status()).isEqualTo(200);

        client.put(created.header("Location"), key("k", "events:write"), "If-Match", "*");

        assertThat(holder.get("/api/v1/streams").status()).isEqualTo(403);
    }

    @Test
    void endsAKeyAtItsEnd() {
        Answer created =
                client.post(
                        KEYS,
                        """
                        {"name": "k", "scopes": ["streams:read"], "expiresIn": "1h"}\
                        """);
        ApiClient holder = SERVER.with(created.json().path("key").asText());
        Instant expiresAt = Instant.parse(created.json().path("expiresAt").asText());
        assertThat(expiresAt)
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(59)),
                        Instant.now().plus(Duration.ofMinutes(61)));
        assertThat(holder.get("/api/v1/streams").status()).isEqualTo(200);

        Answer ended =
                client.put(
                        created.header("Location"),
                        """
                        {"name": "k", "scopes": ["streams:read"], "expiresAt": "%s"}\
                        """
                                .formatted(Instant.now().minusSeconds(1)),
                        "If-Match",
                        "*");

        Answer refused = holder.get("/api/v1/streams");
        assertThat(ended.status()).isEqualTo(200);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.json().path("detail").asText()).contains("expired");
        assertThat(refused.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
    }

    @Test
    void tellsAnUnknownKeyAWrongSecretAndARevokedKeyAlike() {
        Answer created = client.post(KEYS, key("k", "streams:read"));
        String text = created.json().path("key").asText();
        String wrong = text.substring(0, 17) + "x".repeat(43);
        String unknown = "sgk_" + "x".repeat(12) + text.substring(16);

        Answer wrongSecret = SERVER.with(wrong).get("/api/v1/streams");
        Answer unknownPrefix = SERVER.with(unknown).get("/api/v1/streams");
        client.delete(created.header("Location"), "If-Match", "*");
        Answer revoked = SERVER.with(text).get("/api/v1/streams");

        for (Answer refused : List.of(wrongSecret, unknownPrefix, revoked)) {
            assertThat(refused.status()).isEqualTo(401);
            assertThat(shape(refused)).isEqualTo(shape(wrongSecret));
        }
    }

    @Test
    void revokesAKeyAtOnce() {
        Answer created = client.post(KEYS, key("k", "streams:read"));
        String path = created.header("Location");
        ApiClient holder = SERVER.with(created.json().path("key").asText());
        assertThat(holder.get("/api/v1/streams").status()).isEqualTo(200);

        Answer without = client.delete(path);
        Answer stale = client.delete(path, "If-Match", "\"x\"");
        Answer deleted = client.delete(path, "If-Match", created.header("ETag"));

        assertThat(without.status()).isEqualTo(428);
        assertThat(stale.status()).isEqualTo(412);
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(holder.get("/api/v1/streams").status()).isEqualTo(401);
        assertThat(client.get(path).status()).isEqualTo(404);
        assertThat(client.delete(path, "If-Match", "*").status()).isEqualTo(404);
    }

    @Test
    void showsAnotherTenantsKeyAsMissing() {
        String path = client.post(KEYS, key("k", "streams:read")).header("Location");
        ApiClient other = SERVER.admin(SERVER.backends().newTenant());

        Answer foreign = other.get(path);
        Answer missing = other.get(KEYS + "/00000000-0000-4000-8000-000000000000");

        assertThat(foreign.status()).isEqualTo(404);
        assertThat(shape(foreign)).isEqualTo(shape(missing));
        assertThat(other.put(path, key("k", "streams:read"), "If-Match", "*").status())
                .isEqualTo(404);
        assertThat(other.delete(path, "If-Match", "*").status()).isEqualTo(404);
        assertThat(other.get(KEYS).json().path("items")).isEmpty();
        assertThat(client.get(path).status()).isEqualTo(200);
    }

    @Test
    void letsAKeyWorkInItsOwnTenantOnly() {
        ApiClient holder = SERVER.with(newKey("k", "streams:read"));
        TenantId other = SERVER.backends().newTenant();

        Answer own = holder.get("/api/v1/streams", "X-Tenant-Id", tenant.value());
        Answer foreign = holder.get("/api/v1/streams", "X-Tenant-Id", other.value());

        assertThat(own.status()).isEqualTo(200);
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.json().path("code").asText()).isEqualTo("tenant-forbidden");
    }

    @Test
    void asksForATenantWhereTheCredentialNamesNone() {
        ApiClient operator =
                SERVER.with(
                        SERVER.issuer()
                                .token(
                                        TestingIssuer.claims(tenant, "operator")
                                                .claim("tenant", null)
                                                .build()));

        Answer unnamed = operator.get(KEYS);
        Answer named = operator.get(KEYS, "X-Tenant-Id", tenant.value());

        assertThat(unnamed.status()).isEqualTo(400);
        assertThat(unnamed.json().path("code").asText()).isEqualTo("tenant-required");
        assertThat(named.status()).isEqualTo(200);
    }

    @Test
    void listsKeysPageByPageInTheOrderOfTheirNames() {
        List<String> names = List.of("A key", "B", "a", "b-1", "c", "\u00e9");
        names.forEach(name -> newKey(name, "streams:read"));

        List<String> listed = new ArrayList<>();
        String path = KEYS + "?limit=2";
        while (!path.isEmpty()) {
            Answer page = client.get(path);
            assertThat(page.status()).isEqualTo(200);
            page.json().path("items").forEach(item -> listed.add(item.path("name").asText()));
            String link = page.header("Link");
            path = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
        }

        assertThat(listed).containsExactlyElementsOf(names);
    }

    private String newKey(String name, String... scopes) {
        Answer created = client.post(KEYS, key(name, scopes));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        return created.json().path("key").asText();
    }

    private static String key(String name, String... scopes) {
        return "{\"name\": \"%s\", \"scopes\": [\"%s\"]}"
                .formatted(name, String.join("\", \"", scopes));
    }

    /** A problem without what differs between any two. */
    private static JsonNode shape(Answer answer) {
        ObjectNode json = (ObjectNode) answer.json();
        json.remove(List.of("requestId", "instance"));
        if (answer.status() == 404) {
            json.remove("detail"); // names the id
        }
        return json;
    }
}
