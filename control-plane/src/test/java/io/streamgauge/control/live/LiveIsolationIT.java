package io.streamgauge.control.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TestingIssuer;
import java.net.http.HttpClient;
import java.net.http.WebSocketHandshakeException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way of not being allowed in × both places of a credential, and every message that a client
 * can send: nothing is delivered to whom it does not belong, and not for longer than it does.
 */
@SuppressWarnings("NullAway.Init") // before each test
class LiveIsolationIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String SPEC =
            """
            {"name":"metrics","fields":[{"name":"v","type":"number","role":"measure"}],"windows":["1s"]}\
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private TenantId mine;
    private TenantId theirs;
    private StreamDefinition theirStream;

    /** Makes a credential that is not good for the first tenant, of a good one's claims. */
    @FunctionalInterface
    interface Forger {

        String forge(TestingIssuer issuer, JWTClaimsSet good);
    }

    @BeforeEach
    void makeTwoTenants() {
        mine = SERVER.backends().newTenant();
        theirs = SERVER.backends().newTenant();
        theirStream = SERVER.backends().newStream(theirs, SPEC);
    }

    static Stream<Arguments> credentials() {
        return Stream.of(
                arguments(
                        "expired",
                        401,
                        forger(
                                (issuer, good) ->
                                        issuer.token(
                                                changed(good)
                                                        .expirationTime(
                                                                Date.from(
                                                                        Instant.now()
                                                                                .minusSeconds(60)))
                                                        .build()))),
                arguments(
                        "for another audience",
                        401,
                        forger(
                                (issuer, good) ->
                                        issuer.token(changed(good).audience("others").build()))),
                arguments(
                        "of another issuer",
                        401,
                        forger(
                                (issuer, good) ->
                                        issuer.token(
                                                changed(good).issuer("https://o.test").build()))),
                arguments(
                        "of an unknown key",
                        401,
                        forger((issuer, good) -> new TestingIssuer().token(good))),
                arguments(
                        "unsigned",
                        401,
                        forger(
                                (issuer, good) ->
                                        new PlainJWT(
                                                        new PlainHeader.Builder()
                                                                .type(new JOSEObjectType("at+jwt"))
                                                                .build(),
                                                        good)
                                                .serialize())),
                arguments(
                        "an unknown API key",
                        401,
                        forger(
                                (issuer, good) ->
                                        "sgk_aaaaaaaaaaaa_"
                                                + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG")),
                arguments(
                        "of a tenant that does not exist",
                        403,
                        forger(
                                (issuer, good) ->
                                        issuer.token(
                                                changed(good).claim("tenant", "t-0").build()))),
                arguments(
                        "of no tenant",
                        403,
                        forger(
                                (issuer, good) ->
                                        issuer.token(
                                                changed(good).claim("tenant", null).build()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("credentials")
    void letsNobodyInByTheUpgrade(String what, int status, Forger forger) {
        String credential = forger.forge(SERVER.issuer(), good());

        assertThatThrownBy(() -> upgrade(credential, ""))
                .as(what)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(status));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("credentials")
    void letsNobodyInByTheFirstMessage(String what, int status, Forger forger) {
        try (TestingClient client = upgrade("", "")) {
            client.init(forger.forge(SERVER.issuer(), good()));

            assertThat(client.awaitClose()).as(what).startsWith(status == 401 ? "4401" : "4403");
        }
    }

    @Test
    void letsNobodyIntoATenantThatIsNotTheirsHoweverItIsNamed() {
        String token = SERVER.issuer().token(good());

        assertThatThrownBy(() -> upgrade(token, theirs.value()))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(403));
        try (TestingClient client = upgrade("", "")) {
            client.send(
                    "{\"type\":\"connection_init\",\"payload\":{\"token\":\"%s\",\"tenant\":\"%s\"}}"
                            .formatted(token, theirs));
            assertThat(client.awaitClose()).startsWith("4403");
        }
    }

    @Test
    void answersNoMessageButThoseOfTheProtocolItselfBeforeItKnowsTheClient() {
        try (TestingClient client = upgrade("", "")) {
            client.send("{\"type\":\"ping\"}");
            assertThat(client.next().path("type").asText()).isEqualTo("pong");
            client.send("{\"type\":\"pong\"}");
            client.send("{\"type\":\"complete\",\"id\":\"1\"}");
            client.send(
                    "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"stream\":\"%s\"}}"
                            .formatted(theirStream.id()));

            assertThat(client.awaitClose()).startsWith("4401");
        }
    }

    @Test
    void makesAForeignStreamLookLikeAMissingOneInEverySubscription() {
        try (TestingClient client =
                TestingClient.connect(http, port(), SERVER.issuer().token(good()))) {
            String missing = "00000000-0000-4000-8000-000000000000";
            for (String stream : List.of(theirStream.id().toString(), "metrics", missing)) {
                client.send(
                        "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"stream\":\"%s\"}}"
                                .formatted(stream));

                JsonNode error = client.next();
                assertThat(error.path("type").asText()).isEqualTo("error");
                assertThat(error.at("/payload/status").asInt()).isEqualTo(404);
                assertThat(error.at("/payload/detail").asText().replace(stream, "S"))
                        .isEqualTo(
                                "stream: S does not exist (expected: the id or the name of a"
                                        + " stream)");
            }
        }
    }

    @Test
    void deliversNothingToWhoMayNotRead() {
        String token = SERVER.issuer().token(mine); // no role

        try (TestingClient client = TestingClient.connect(http, port(), token)) {
            client.send("{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"stream\":\"x\"}}");

            assertThat(client.next().at("/payload/code").asText()).isEqualTo("insufficient-scope");
        }
    }

    @Test
    void endsOpenConnectionsOfARevokedKeyAndOfATenantThatIsSwitchedOff() {
        Answer made =
                SERVER.admin(mine)
                        .post(
                                "/api/v1/api-keys",
                                "{\"name\": \"k\", \"scopes\": [\"streams:read\"]}");
        String token = SERVER.issuer().token(good());
        try (TestingClient holder =
                        TestingClient.connect(http, port(), made.json().path("key").asText());
                TestingClient client = TestingClient.connect(http, port(), token)) {
            SERVER.admin(mine)
                    .delete("/api/v1/api-keys/" + made.json().path("id").asText(), "If-Match", "*");

            assertThat(holder.awaitClose()).startsWith("4401");

            SERVER.backends()
                    .owner()
                    .useHandle(
                            handle ->
                                    handle.execute(
                                            "UPDATE tenants SET active = false WHERE id = ?",
                                            mine.value()));
            assertThat(client.awaitClose()).startsWith("4403");
        }
    }

    @Test
    void holdsATenantToItsConnectionsAndSubscriptionsAndTakesBackWhatHasEnded() {
        SERVER.backends().newStream(mine, SPEC);
        quota("live-connections", 1);
        quota("live-subscriptions", 1);
        String token = SERVER.issuer().token(good());
        try (TestingClient only = TestingClient.connect(http, port(), token)) {
            only.subscribe("1", "{\"stream\":\"metrics\"}");
            only.send("{\"type\":\"subscribe\",\"id\":\"2\",\"payload\":{\"stream\":\"metrics\"}}");
            assertThat(only.next().at("/payload/code").asText()).isEqualTo("quota-exceeded");
            only.send("{\"type\":\"complete\",\"id\":\"1\"}");
            only.subscribe("3", "{\"stream\":\"metrics\"}");

            try (TestingClient other = upgrade("", "")) {
                other.init(token);
                assertThat(other.awaitClose()).startsWith("3504");
            }
        }

        Awaitility.await()
                .until(
                        () -> {
                            try (TestingClient next = upgrade("", "")) {
                                next.init(token);
                                return next.nextOrClose().stream()
                                        .anyMatch(
                                                it ->
                                                        it.path("type")
                                                                .asText()
                                                                .equals("connection_ack"));
                            }
                        });
    }

    private void quota(String resource, long limit) {
        SERVER.backends()
                .owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "UPDATE tenant_resources SET quota_limit = ? WHERE"
                                                + " tenant_id = ? AND resource_type = ?",
                                        limit,
                                        mine.value(),
                                        resource));
    }

    private JWTClaimsSet good() {
        return TestingIssuer.claims(mine, "admin").build();
    }

    private TestingClient upgrade(String credential, String tenant) {
        return TestingClient.upgrade(
                http,
                port(),
                builder -> {
                    if (!credential.isEmpty()) {
                        builder.header("Authorization", "Bearer " + credential);
                    }
                    if (!tenant.isEmpty()) {
                        builder.header("X-Tenant-Id", tenant);
                    }
                });
    }

    private static int port() {
        return SERVER.controlPlane().port();
    }

    private static JWTClaimsSet.Builder changed(JWTClaimsSet claims) {
        return new JWTClaimsSet.Builder(claims);
    }

    private static Forger forger(Forger forger) {
        return forger;
    }
}
