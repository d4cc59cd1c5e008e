package io.streamgauge.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TestingIssuer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String STREAMS = "/api/v1/streams";
    private static final String SPEC =
            """
            {"name": "s", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
            """;

    private TenantId tenant;

    @BeforeEach
    void newTenant() {
        tenant = SERVER.backends().newTenant();
    }

    @Test
    void asksForATokenWhereThereIsNone() {
        Answer answer = SERVER.anonymous().get(STREAMS);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"streamgauge\"");
        assertThat(answer.json().path("code").asText()).isEqualTo("unauthenticated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic dXNlcjpwYXNz", "Bearer", "Bearer ", "x", "BearerToken"})
    void refusesCredentialsOfAnotherForm(String credential) {
        Answer answer = SERVER.anonymous().get(STREAMS, "Authorization", credential);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
    }

    @Test
    void takesTheSchemeInAnyCase() {
        String token = SERVER.issuer().token(tenant, "viewer");

        assertThat(SERVER.anonymous().get(STREAMS, "Authorization", "bEARER " + token).status())
                .isEqualTo(200);
    }

    static Stream<Arguments> badTokens() {
        TestingIssuer stranger = new TestingIssuer();
        Instant now = Instant.now();
        return Stream.of(
                arguments(
                        "signed by an unknown key",
                        new Forger((real, claims) -> stranger.token(claims))),
                arguments(
                        "expired",
                        new Forger(
                                (real, claims) ->
                                        real.token(
                                                new JWTClaimsSet.Builder(claims)
                                                        .expirationTime(
                                                                Date.from(now.minusSeconds(60)))
                                                        .build()))),
                arguments(
                        "not yet valid",
                        new Forger(
                                (real, claims) ->
                                        real.token(
                                                new JWTClaimsSet.Builder(claims)
                                                        .notBeforeTime(
                                                                Date.from(now.plusSeconds(600)))
                                                        .build()))),
                arguments(
                        "for another audience",
                        new Forger(
                                (real, claims) ->
                                        real.token(
                                                new JWTClaimsSet.Builder(claims)
                                                        .audience("others")
                                                        .build()))),
                arguments(
                        "of another issuer",
                        new Forger(
                                (real, claims) ->
                                        real.token(
                                                new JWTClaimsSet.Builder(claims)
                                                        .issuer("https://evil.test")
                                                        .build()))),
                arguments("without expiry", without("exp")),
                arguments("without subject", without("sub")),
                arguments("without audience", without("aud")),
                arguments(
                        "of a malformed tenant",
                        new Forger(
                                (real, claims) ->
                                        real.token(
                                                new JWTClaimsSet.Builder(claims)
                                                        .claim("tenant", "Robert'); --")
                                                        .build()))),
                arguments(
                        "with roles of a wrong type",
                        new Forger(
                                (real, claims) ->
                                        real.token(
                                                new JWTClaimsSet.Builder(claims)
                                                        .claim("roles", 7)
                                                        .build()))),
                arguments(
                        "of another type",
                        new Forger(
                                (real, claims) ->
                                        real.token(
                                                claims,
                                                header -> header.type(JOSEObjectType.JWT)))),
                arguments(
                        "with an extension that must be understood",
                        new Forger(
                                (real, claims) ->
                                        real.token(
                                                claims,
                                                header ->
                                                        header.criticalParams(Set.of("x"))
                                                                .customParam("x", 1)))),
                arguments(
                        "unsigned",
                        new Forger(
                                (real, claims) ->
                                        new PlainJWT(
                                                        new PlainHeader.Builder()
                                                                .type(new JOSEObjectType("at+jwt"))
                                                                .build(),
                                                        claims)
                                                .serialize())),
                arguments(
                        "tampered with",
                        new Forger(
                                (real, claims) -> {
                                    String[] parts = real.token(claims).split("\\.", -1);
                                    String other =
                                            real.token(
                                                    TestingIssuer.claims(
                                                                    new TenantId("victim"), "admin")
                                                            .build());
                                    return parts[0]
                                            + "."
                                            + other.split("\\.", -1)[1]
                                            + "."
                                            + parts[2];
                                })),
                arguments(
                        "an HMAC with the public key as its secret",
                        new Forger(AuthenticationIT::hmac)),
                arguments("no token at all", new Forger((real, claims) -> "a.b.c")),
                arguments(
                        "too long",
                        new Forger(
                                (real, claims) ->
                                        real.token(
                                                new JWTClaimsSet.Builder(claims)
                                                        .claim("x", "y".repeat(10_000))
                                                        .build()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void refusesATokenThatIsNotToBeTrusted(String what, Forger forger) {
        String token =
                forger.making()
                        .make(SERVER.issuer(), TestingIssuer.claims(tenant, "admin").build());

        Answer answer = SERVER.with(token).get(STREAMS);

        assertThat(answer.status()).as(what + answer.body()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
        assertThat(answer.json().path("detail").asText()).startsWith("token: ");
    }

    @Test
    void refusesTheTokenOfAnUnknownTenant() {
        Answer answer = SERVER.admin(new TenantId("nobody")).get(STREAMS);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("code").asText()).isEqualTo("tenant-inactive");
    }

    @Test
    void refusesTheTokenOfATenantThatIsNoLongerActiveWithinASecond() {
        ApiClient client = SERVER.admin(tenant);
        assertThat(client.get(STREAMS).status()).isEqualTo(200);

        SERVER.backends()
                .owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "UPDATE tenants SET active = false WHERE id = ?",
                                        tenant.value()));

        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(client.get(STREAMS).status()).isEqualTo(403));
    }

    @Test
    void givesEachRoleItsScopes() {
        ApiClient none = SERVER.with(SERVER.issuer().token(tenant));
        ApiClient viewer = SERVER.with(SERVER.issuer().token(tenant, "viewer"));
        ApiClient editor = SERVER.with(SERVER.issuer().token(tenant, "editor"));

        assertThat(none.get(STREAMS).status()).isEqualTo(403);
        assertThat(viewer.get(STREAMS).status()).isEqualTo(200);
        assertThat(viewer.post(STREAMS, SPEC).status()).isEqualTo(403);
        assertThat(viewer.put(STREAMS + "/s", SPEC, "If-Match", "*").status()).isEqualTo(403);
        assertThat(viewer.delete(STREAMS + "/s", "If-Match", "*").status()).isEqualTo(403);
        assertThat(viewer.post(STREAMS + "/s/events", "[]").status()).isEqualTo(403);
        assertThat(editor.post(STREAMS, SPEC).status()).isEqualTo(201);
        assertThat(editor.post(STREAMS + "/s/events", "[]").status()).isEqualTo(200);
    }

    @Test
    void letsTheScopeClaimNarrowWhatTheRolesGiveAndNeverWidenIt() {
        ApiClient narrowed =
                SERVER.with(
                        SERVER.issuer()
                                .token(
                                        TestingIssuer.claims(tenant, "admin")
                                                .claim("scope", "streams:read other:scope")
                                                .build()));
        ApiClient widened =
                SERVER.with(
                        SERVER.issuer()
                                .token(
                                        TestingIssuer.claims(tenant, "viewer")
                                                .claim("scope", "streams:read streams:write")
                                                .build()));

        assertThat(narrowed.get(STREAMS).status()).isEqualTo(200);
        for (ApiClient client : List.of(narrowed, widened)) {
            Answer refused = client.post(STREAMS, SPEC);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().path("code").asText()).isEqualTo("insufficient-scope");
            assertThat(refused.header("WWW-Authenticate"))
                    .contains("error=\"insufficient_scope\"")
                    .contains("streams:write");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/ready", "/metrics", "/openapi.yaml"})
    void leavesWhatIsNotTheApiOpen(String path) {
        assertThat(SERVER.anonymous().get(path).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/streams",
                "/%61pi/v1/streams",
                "/api/v1/./streams",
                "/x/../api/v1/streams",
                "/api/v1/streams;x=1",
                "/api/v1/streams/a/aggregates",
                "/api/v1/unknown"
            })
    void protectsTheApiHoweverItsPathIsWritten(String path) {
        assertThat(SERVER.anonymous().get(path).status()).isIn(400, 401, 404);
    }

    /** Named, so that failures can be read. */
    record Forger(Making making) {

        @FunctionalInterface
        interface Making {

            String make(TestingIssuer real, JWTClaimsSet good);
        }
    }

    private static Forger without(String claim) {
        return new Forger(
                (real, claims) ->
                        real.token(new JWTClaimsSet.Builder(claims).claim(claim, null).build()));
    }

    private static String hmac(TestingIssuer real, JWTClaimsSet claims) {
        try {
            SignedJWT token =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.HS256)
                                    .type(new JOSEObjectType("at+jwt"))
                                    .keyID(real.key().getKeyID())
                                    .build(),
                            claims);
            token.sign(
                    new MACSigner(
                            real.key()
                                    .toPublicJWK()
                                    .toJSONString()
                                    .getBytes(StandardCharsets.UTF_8)));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
