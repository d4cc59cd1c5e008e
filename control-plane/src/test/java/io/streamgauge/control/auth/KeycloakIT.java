package io.streamgauge.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.SignedJWT;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.ControlPlane;
import io.streamgauge.control.config.TokenClaims;
import io.streamgauge.control.config.TokenConfig;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.RunningControlPlane;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A control plane that believes a real Keycloak, which it finds by discovery. Run by {@code
 * .ci/keycloak}.
 */
@Tag("external")
class KeycloakIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final Keycloak KEYCLOAK = Keycloak.running();
    private static final String STREAMS = "/api/v1/streams";
    private static final String TENANTS = "/api/v1/tenants";
    private static final String TENANT = TenantAccess.TENANT_HEADER;

    /** The least that can be configured, so that withdrawn keys can be waited for. */
    private static final Duration KEY_LIFETIME = Duration.ofSeconds(10);

    private static ControlPlane controlPlane;

    @BeforeAll
    static void start() {
        addTenants(BACKENDS);
        controlPlane =
                ControlPlane.start(
                        RunningControlPlane.config(
                                BACKENDS, config("", TokenConfig.DEFAULT_TYPES)));
    }

    /** The tenants of the realm's users, unless they are there. */
    static void addTenants(Backends backends) {
        for (String tenant : List.of("north", "south", "west")) {
            backends.owner()
                    .useHandle(
                            handle ->
                                    handle.execute(
                                            "INSERT INTO tenants (id, name, tier)"
                                                    + " VALUES (?, ?, 'platinum')"
                                                    + " ON CONFLICT DO NOTHING",
                                            tenant,
                                            tenant));
        }
    }

    @AfterAll
    static void stop() {
        controlPlane.close();
    }

    @Test
    void letsAUserOfOneTenantReadAndCreate() {
        ApiClient editor = user("editor");
        String name = newName();

        assertThat(editor.get(STREAMS).status()).isEqualTo(200);
        assertThat(editor.post(STREAMS, spec(name)).status()).isEqualTo(201);
        assertThat(editor.get(STREAMS + "/" + name).status()).isEqualTo(200);
        assertThat(user("both").get(STREAMS + "/" + name, TENANT, "south").status()).isEqualTo(404);
    }

    @Test
    void letsAUserOfTwoTenantsSayWhich() {
        ApiClient both = user("both");

        Answer unsaid = both.get(STREAMS);
        assertThat(unsaid.status()).isEqualTo(400);
        assertThat(unsaid.json().path("code").asText()).isEqualTo("tenant-required");
        assertThat(both.get(STREAMS, TENANT, "north").status()).isEqualTo(200);
        assertThat(both.get(STREAMS, TENANT, "south").status()).isEqualTo(200);
    }

    @Test
    void letsNobodyIntoAForeignTenant() {
        for (String name : List.of("editor", "both", "nowhere")) {
            assertThat(user(name).get(STREAMS, TENANT, "west").status()).as(name).isEqualTo(403);
        }
        assertThat(user("editor").get(STREAMS, TENANT, "south").status()).isEqualTo(403);
    }

    @Test
    void letsAUserOfNoTenantIntoNone() {
        ApiClient nowhere = user("nowhere");

        assertThat(nowhere.get(STREAMS).status()).isEqualTo(400);
        assertThat(nowhere.get(STREAMS, TENANT, "north").status()).isEqualTo(403);
    }

    @Test
    void letsAUserIntoTheTenantsThatAdministratorsHaveMadeThemAMemberOf() throws ParseException {
        String token = KEYCLOAK.user("console", "member", "openid").access();
        assertThat(with(token).get(STREAMS, TENANT, "south").status()).isEqualTo(403);

        String subject = SignedJWT.parse(token).getJWTClaimsSet().getSubject();
        Answer added =
                user("operator")
                        .post(
                                "/api/v1/members",
                                "{\"subject\": \"%s\", \"role\": \"viewer\"}".formatted(subject),
                                TENANT,
                                "south");

        assertThat(added.status()).as(added.body()).isEqualTo(201);
        assertThat(with(token).get(STREAMS).status()).isEqualTo(200);
        assertThat(with(token).get(STREAMS, TENANT, "north").status()).isEqualTo(403);
        assertThat(with(token).post(STREAMS, spec(newName())).status()).isEqualTo(403);
    }

    @Test
    void letsAViewerOnlyLook() {
        ApiClient viewer = user("viewer");

        assertThat(viewer.get(STREAMS).status()).isEqualTo(200);
        assertThat(viewer.post(STREAMS, spec(newName())).status()).isEqualTo(403);
    }

    @Test
    void narrowsAUsersTokenToTheScopesThatItAsksForAndNeverWidensIt() {
        ApiClient reading = with(KEYCLOAK.user("console", "editor", "streams:read").access());
        ApiClient greedy =
                with(KEYCLOAK.user("console", "viewer", "streams:read streams:write").access());

        for (ApiClient client : List.of(reading, greedy)) {
            assertThat(client.get(STREAMS).status()).isEqualTo(200);
            Answer refused = client.post(STREAMS, spec(newName()));
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().path("code").asText()).isEqualTo("insufficient-scope");
        }
    }

    @Test
    void letsAMachineDoWhatItsScopesSay() throws ParseException {
        String name = newName();
        assertThat(user("editor").post(STREAMS, spec(name)).status()).isEqualTo(201);
        String token = KEYCLOAK.machine("events:write").access();
        ApiClient sensors = with(token);

        Answer sent = sensors.post(STREAMS + "/" + name + "/events", "[{\"v\": 1}]");

        assertThat(sent.status()).as(sent.body()).isEqualTo(200);
        assertThat(sent.json().path("accepted").asInt()).isEqualTo(1);
        assertThat(sensors.get(STREAMS).status()).isEqualTo(403);
        assertThat(sensors.post(STREAMS, spec(newName())).status()).isEqualTo(403);
        assertThat(sensors.get(STREAMS, TENANT, "south").status()).isEqualTo(403);
        assertThat(with(KEYCLOAK.machine("openid").access()).get(STREAMS).status()).isEqualTo(403);
        assertThat(SignedJWT.parse(token).getHeader().getAlgorithm()).hasToString("ES256");
    }

    @Test
    void letsAnOperatorIntoEveryTenantByName() {
        ApiClient operator = user("operator");

        assertThat(operator.get(STREAMS).status()).isEqualTo(400);
        for (String tenant : List.of("north", "south", "west")) {
            assertThat(operator.get(STREAMS, TENANT, tenant).status()).isEqualTo(200);
        }
    }

    @Test
    void showsAnOperatorEveryTenantAndOthersTheirOwn() {
        assertThat(tenantsSeenBy(user("operator"))).contains("north", "south", "west");
        assertThat(tenantsSeenBy(user("viewer"))).containsExactly("north");
        assertThat(tenantsSeenBy(user("both"))).containsExactly("north", "south");
        assertThat(tenantsSeenBy(user("nowhere"))).isEmpty();
    }

    @Test
    void letsOnlyAnOperatorWithAllRightsMakeATenant() {
        String id = newName();
        String tenant = "{\"id\": \"%s\", \"name\": \"Made by a test\"}".formatted(id);
        ApiClient narrowed = with(KEYCLOAK.user("console", "operator", "streams:read").access());
        List<ApiClient> others =
                List.of(
                        user("editor"),
                        user("both"),
                        user("nowhere"),
                        with(KEYCLOAK.machine("events:write").access()),
                        narrowed);

        for (ApiClient other : others) {
            assertThat(other.post(TENANTS, tenant).status()).isEqualTo(403);
        }
        assertThat(tenantsSeenBy(narrowed)).isEmpty();
        assertThat(narrowed.get(STREAMS, TENANT, "north").status()).isEqualTo(403);
        Answer made = user("operator").post(TENANTS, tenant);
        assertThat(made.status()).as(made.body()).isEqualTo(201);
    }

    @Test
    void refusesATokenOnceItHasExpired() {
        ApiClient brief = with(KEYCLOAK.user("console-brief", "editor", "openid").access());
        assertThat(brief.get(STREAMS).status()).isEqualTo(200);

        // It lives for a second, and clocks may differ by half a minute.
        Awaitility.await()
                .pollInterval(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(45))
                .untilAsserted(() -> assertRefused(brief.get(STREAMS), "Expired JWT"));
    }

    @Test
    void refusesATokenForAnotherAudience() {
        ApiClient elsewhere = with(KEYCLOAK.user("elsewhere", "editor", "openid").access());

        assertRefused(elsewhere.get(STREAMS), "aud claim rejected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"console", "console-plain", "streamgauge"})
    void refusesWhatIsNoAccessToken(String client) {
        Keycloak.Tokens tokens = KEYCLOAK.user(client, "editor", "openid");

        assertRefused(with(tokens.id()).get(STREAMS), "typ (type) JWT not allowed");
        assertRefused(with(tokens.refresh()).get(STREAMS), "typ (type) JWT not allowed");
    }

    @Test
    void takesAccessTokensOfTheTypeJwtWhereConfiguredAndStillNoIdTokens() throws Exception {
        Keycloak.Tokens plain = KEYCLOAK.user("console-plain", "editor", "openid");
        Keycloak.Tokens ofTheAudience = KEYCLOAK.user("streamgauge", "editor", "openid");
        assertRefused(with(plain.access()).get(STREAMS), "typ (type) JWT not allowed");

        JwtAuthenticator lenient = authenticator(config("", List.of("at+jwt", "JWT")));

        assertThat(lenient.authenticate(plain.access()).grants())
                .containsOnly(Map.entry(new TenantId("north"), Role.EDITOR.scopes()));
        assertThatThrownBy(() -> lenient.authenticate(plain.id()))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("aud");
        assertThatThrownBy(() -> lenient.authenticate(ofTheAudience.id()))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("no access token by its claim typ");
        assertThatThrownBy(() -> lenient.authenticate(plain.refresh()))
                .isInstanceOf(AuthenticationException.class);
    }

    @Test
    void findsTheKeysAtTheirAddressToo() throws Exception {
        JwtAuthenticator authenticator =
                authenticator(config(KEYCLOAK.keysAddress(), TokenConfig.DEFAULT_TYPES));

        authenticator.authenticate(KEYCLOAK.user("console", "viewer", "openid").access());
    }

    @Test
    void takesOnlyConfiguredAlgorithms() throws Exception {
        TokenConfig usual = config("", TokenConfig.DEFAULT_TYPES);
        JwtAuthenticator authenticator =
                authenticator(
                        new TokenConfig(
                                usual.jwks(),
                                usual.issuer(),
                                usual.audience(),
                                Set.of("ES256"),
                                usual.types(),
                                usual.keyLifetime(),
                                usual.claims()));

        authenticator.authenticate(KEYCLOAK.machine("events:write").access());
        assertThatThrownBy(
                        () ->
                                authenticator.authenticate(
                                        KEYCLOAK.user("console", "viewer", "openid").access()))
                .isInstanceOf(AuthenticationException.class);
    }

    @Test
    void believesRotatedKeysWithoutARestartAndRemovedOnesNoLonger() throws ParseException {
        String removed = KEYCLOAK.signingKeyProvider();
        String before = KEYCLOAK.user("console", "editor", "openid").access();
        assertThat(with(before).get(STREAMS).status()).isEqualTo(200);

        KEYCLOAK.rotateKeys();
        String after = KEYCLOAK.user("console", "editor", "openid").access();
        assertThat(keyOf(after)).isNotEqualTo(keyOf(before));
        assertThat(with(after).get(STREAMS).status()).isEqualTo(200);
        assertThat(with(before).get(STREAMS).status()).isEqualTo(200);

        KEYCLOAK.removeKeys(removed);
        Awaitility.await()
                .atMost(KEY_LIFETIME.plus(RememberingAuthenticator.MEMORY).plusSeconds(2))
                .untilAsserted(() -> assertRefused(with(before).get(STREAMS), "no matching key"));
        assertThat(with(after).get(STREAMS).status()).isEqualTo(200);
    }

    private static TokenConfig config(String jwks, List<String> types) {
        return new TokenConfig(
                jwks,
                KEYCLOAK.issuer(),
                TokenConfig.DEFAULT_AUDIENCE,
                Set.copyOf(TokenConfig.DEFAULT_ALGORITHMS),
                Set.copyOf(types),
                KEY_LIFETIME,
                new TokenClaims("tenant", "realm_access.roles", "scope", "operator"));
    }

    private static JwtAuthenticator authenticator(TokenConfig config) {
        return new JwtAuthenticator(config, Clock.systemUTC(), (issuer, subject) -> Map.of());
    }

    private static ApiClient user(String name) {
        return with(KEYCLOAK.user("console", name, "openid").access());
    }

    private static ApiClient with(String token) {
        return new ApiClient(controlPlane.port(), token);
    }

    private static List<String> tenantsSeenBy(ApiClient client) {
        Answer seen = client.get(TENANTS);
        assertThat(seen.status()).as(seen.body()).isEqualTo(200);
        return seen.json().findValuesAsText("id");
    }

    private static void assertRefused(Answer answer, String reason) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(401);
        assertThat(answer.json().path("detail").asText()).startsWith("token: ").contains(reason);
    }

    private static String keyOf(String token) throws ParseException {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }

    private static String newName() {
        return "s-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static String spec(String name) {
        return """
        {"name": "%s", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
        """
                .formatted(name);
    }
}
