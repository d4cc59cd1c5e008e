package io.streamgauge.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.TokenConfig;
import io.streamgauge.control.problem.Unavailable;
import io.streamgauge.control.testing.TestingIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OidcProviderTest {

    private static final TenantId TENANT = new TenantId("north");

    private final TestingProvider provider = TestingProvider.start();
    private final TestingIssuer first = new TestingIssuer();
    private final TestingIssuer second = new TestingIssuer();

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void believesTheKeysThatTheIssuersDescriptionNames() throws Exception {
        provider.publish(first);
        JwtAuthenticator authenticator = authenticator(provider.discovery());
        assertThat(provider.fetches()).isZero(); // not at the start

        assertThat(authenticator.authenticate(token(first)).grants())
                .containsOnly(Map.entry(TENANT, Role.VIEWER.scopes()));
        assertRefused(authenticator, second);
    }

    @Test
    void believesTheKeysAtAnAddress() throws Exception {
        provider.publish(first);
        JwtAuthenticator authenticator = authenticator(keysAt(TestingProvider.KEYS));

        authenticator.authenticate(token(first));
        assertRefused(authenticator, second);
    }

    @Test
    void followsKeysThatHaveMoved() throws Exception {
        provider.publish(first);

        authenticator(keysAt("/realm/moved")).authenticate(token(first));
    }

    @Test
    void startsBeforeItsProviderDoes() throws Exception {
        int port = freePort();
        String issuer = "http://127.0.0.1:" + port + "/realm";
        JwtAuthenticator authenticator =
                authenticator(new TokenConfig("", issuer, TestingIssuer.AUDIENCE));
        String token = first.token(TestingIssuer.claims(TENANT, "viewer").issuer(issuer).build());
        assertUnavailable(authenticator, token);

        try (TestingProvider late = TestingProvider.start(port)) {
            late.publish(first);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(Unavailable.class)
                    .until(() -> authenticator.authenticate(token).subject().equals("someone"));
        }
    }

    @Test
    void believesRotatedKeysWithoutARestartAndTheWithdrawnOneNoLonger() throws Exception {
        provider.publish(first);
        JwtAuthenticator authenticator = authenticator(provider.discovery());
        authenticator.authenticate(token(first));

        provider.publish(first, second);
        authenticator.authenticate(token(second));
        authenticator.authenticate(token(first));
        assertThat(provider.fetches()).isEqualTo(2);

        provider.publish(new TestingIssuer());
        for (int i = 0; i < 20; i++) {
            assertRefused(authenticator, new TestingIssuer());
        }
        assertThat(provider.fetches()).isEqualTo(2); // unknown keys must not load the provider
        Awaitility.await()
                .atMost(RefreshingKeys.UNKNOWN_KEY_INTERVAL.multipliedBy(2))
                .untilAsserted(
                        () -> {
                            assertRefused(authenticator, new TestingIssuer());
                            assertRefused(authenticator, first);
                            assertRefused(authenticator, second);
                        });
    }

    @Test
    void keepsBelievingKnownKeysWhileTheProviderIsAwayAndJudgesNoOthers() throws Exception {
        provider.publish(first);
        JwtAuthenticator authenticator = authenticator(provider.discovery());
        authenticator.authenticate(token(first));

        provider.answerWith(503);

        authenticator.authenticate(token(first));
        assertUnavailable(authenticator, token(second));
    }

    @Test
    void doesNotBelieveADescriptionOfAnotherIssuer() {
        provider.publish(first);
        for (String other : new String[] {"https://evil.test", provider.issuer() + "/", ""}) {
            provider.describeAs(other);

            assertUnavailable(authenticator(provider.discovery()), token(first));
            assertThatThrownBy(() -> discovery().fetch())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("issuer")
                    .hasMessageContaining("expected: " + provider.issuer());
        }
        assertThat(provider.fetches()).isZero();
    }

    @Test
    void findsTheDescriptionOfAnIssuerThatEndsWithASlash() throws Exception {
        provider.publish(first);
        String issuer = provider.issuer() + "/";
        provider.describeAs(issuer);

        authenticator(new TokenConfig("", issuer, TestingIssuer.AUDIENCE))
                .authenticate(
                        first.token(TestingIssuer.claims(TENANT, "viewer").issuer(issuer).build()));
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.test, https://b.test/keys, true",
        "https://a.test, http://a.test/keys, false",
        "http://a.test, http://b.test/keys, true",
        "http://a.test, https://b.test/keys, true",
        "https://a.test, file:///etc/keys, false",
        "http://a.test, jar:http://a.test/x!/y, false",
        "http://a.test, '', false",
        "https://a.test, 'https://not a uri', false"
    })
    void goesOnlyWhereItIsAsSecureAsAtTheIssuer(String issuer, String keys, boolean good) {
        OidcDiscovery discovery =
                new OidcDiscovery(
                        issuer,
                        address ->
                                address.getPath().endsWith("openid-configuration")
                                        ? "{\"issuer\": \"%s\", \"jwks_uri\": \"%s\"}"
                                                .formatted(issuer, keys)
                                        : "{\"keys\": []}");

        if (good) {
            assertThat(catchNothing(discovery)).isEmpty();
        } else {
            assertThatThrownBy(discovery::fetch)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("jwks_uri");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "null", "not JSON", "{\"keys\": 1}", "{\"keys\": [1]}"})
    void keepsTheKeysWhereTheProviderTalksNonsense(String nonsense) throws Exception {
        provider.publish(first);
        JwtAuthenticator authenticator = authenticator(provider.discovery());
        authenticator.authenticate(token(first));

        provider.publishText(nonsense.isEmpty() ? " " : nonsense);

        assertUnavailable(authenticator, token(second));
        authenticator.authenticate(token(first));
    }

    @Test
    void readsNoMoreThanSoMuch() {
        provider.publishText("x".repeat(DocumentClient.MAX_BYTES + 1));

        assertThatThrownBy(() -> new DocumentClient().get(URI.create(at(TestingProvider.KEYS))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("too long");
    }

    @Test
    void waitsNoLongerForAnAnswerThatDoesNotEnd() {
        DocumentClient documents = new DocumentClient(Duration.ofMillis(300));

        assertThatThrownBy(() -> documents.get(URI.create(at("/realm/trickle"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("within 300 ms");
    }

    @Test
    void saysWhichAddressDoesNotAnswer() throws IOException {
        URI closed = URI.create("http://127.0.0.1:" + freePort() + "/keys");
        provider.answerWith(404);

        assertThatThrownBy(() -> new DocumentClient().get(closed))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(closed.toString());
        assertThatThrownBy(() -> discovery().fetch())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(TestingProvider.DESCRIPTION)
                .hasMessageContaining("status 404");
    }

    private static String catchNothing(OidcDiscovery discovery) {
        try {
            discovery.fetch();
            return "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    private OidcDiscovery discovery() {
        return new OidcDiscovery(provider.issuer(), new DocumentClient());
    }

    private TokenConfig keysAt(String path) {
        return new TokenConfig(at(path), provider.issuer(), TestingIssuer.AUDIENCE);
    }

    private String at(String path) {
        return provider.address(path);
    }

    private static JwtAuthenticator authenticator(TokenConfig config) {
        return new JwtAuthenticator(config, Clock.systemUTC(), (issuer, subject) -> Map.of());
    }

    private String token(TestingIssuer issuer) {
        return issuer.token(provider.claims(TENANT, "viewer").build());
    }

    private void assertRefused(JwtAuthenticator authenticator, TestingIssuer issuer) {
        assertThatThrownBy(() -> authenticator.authenticate(token(issuer)))
                .isInstanceOf(AuthenticationException.class);
    }

    private static void assertUnavailable(JwtAuthenticator authenticator, String token) {
        assertThatThrownBy(() -> authenticator.authenticate(token)).isInstanceOf(Unavailable.class);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
