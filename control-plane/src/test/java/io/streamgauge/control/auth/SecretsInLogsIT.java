package io.streamgauge.control.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.CapturedLog;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TestingIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever is sent as a credential, wherever it is sent, stays out of the log. */
class SecretsInLogsIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String STREAMS = "/api/v1/streams";
    private static final String PASSWORD = "correct-horse-battery-staple";

    @Test
    void noCredentialIsEverLogged() throws Exception {
        TenantId tenant = SERVER.backends().newTenant();
        TestingIssuer issuer = SERVER.issuer();
        String good = issuer.token(tenant, "admin");
        String unknownTenant = issuer.token(new TenantId("nobody"), "admin");
        String foreign = new TestingIssuer().token(tenant, "admin");
        String expired =
                issuer.token(
                        new JWTClaimsSet.Builder(TestingIssuer.claims(tenant, "admin").build())
                                .expirationTime(Date.from(Instant.now().minusSeconds(600)))
                                .build());
        String cut = good.substring(0, good.length() - 30);
        String malformed = "not.a-token-" + PASSWORD;
        String basic =
                Base64.getEncoder().encodeToString(("user:" + PASSWORD).getBytes(ISO_8859_1));
        String key =
                SERVER.admin(tenant)
                        .post(
                                "/api/v1/api-keys",
                                "{\"name\": \"k\", \"scopes\": [\"streams:read\"]}")
                        .json()
                        .path("key")
                        .asText();
        String otherKey = key.substring(0, key.length() - 5) + "AAAAA";
        List<String> tokens =
                List.of(
                        good,
                        unknownTenant,
                        foreign,
                        expired,
                        cut,
                        malformed,
                        basic,
                        PASSWORD,
                        key,
                        otherKey);

        List<String> lines;
        try (CapturedLog log = new CapturedLog()) {
            for (String token : tokens) {
                inHeaders(token);
                inPlacesWhereItDoesNotBelong(token);
                inAConnectionInit(token);
            }
            lines = log.lines();
        }

        assertThat(lines).as("something is logged, or this tests nothing").isNotEmpty();
        assertThat(key).startsWith("sgk_");
        for (String token : tokens) {
            // A part would help as well: the signature makes a token.
            String end = token.substring(Math.max(0, token.length() - 40));
            assertThat(lines).noneMatch(line -> line.contains(end));
        }
        assertThat(lines)
                .noneMatch(line -> line.contains("Bearer ey"))
                .noneMatch(line -> line.contains("Basic "));
    }

    private static void inHeaders(String token) throws IOException {
        ApiClient anonymous = SERVER.anonymous();
        anonymous.get(STREAMS, "Authorization", "Bearer " + token);
        anonymous.get(STREAMS, "Authorization", "Basic " + token);
        anonymous.get(STREAMS, "Authorization", token);
        anonymous.get(STREAMS, "X-API-Key", token);
        anonymous.get(STREAMS, "X-Request-Id", "a b " + token);
        anonymous.post(STREAMS, "{", "Authorization", "Bearer " + token);
        anonymous.post(STREAMS, "{}", "Authorization", "Bearer " + token);
        raw("Authorization: Bearer " + token + "\r\nAuthorization: Bearer " + token + "\r\n");
        raw("Authorization : Bearer " + token + "\r\n");
        raw("Authorization: Bearer " + token + "\r\nContent-Length: -1\r\n");
        raw("Authorization: Bearer " + token + "\r\nno colon\r\n");
        raw("Authorization: Bearer " + token + "\r\nX: " + "x".repeat(20_000) + "\r\n");
    }

    private static void inPlacesWhereItDoesNotBelong(String token) {
        SERVER.anonymous().get(STREAMS + "?access_token=" + token);
        SERVER.anonymous().get("/health?access_token=" + token);
        SERVER.anonymous().get(STREAMS, "Cookie", "token=" + token);
        ApiClient client = SERVER.admin(SERVER.backends().newTenant());
        client.get(STREAMS + "?access_token=" + token);
        client.post(STREAMS, "{\"token\": \"" + token + "\"}");
    }

    private static void inAConnectionInit(String token) throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        WebSocket socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(
                                URI.create(
                                        "ws://127.0.0.1:%d/api/v1/live?access_token=%s"
                                                .formatted(SERVER.controlPlane().port(), token)),
                                new Closing(closed))
                        .get(30, TimeUnit.SECONDS);
        socket.sendText(
                        "{\"type\":\"connection_init\",\"payload\":{\"token\":\"%s\"}}"
                                .formatted(token),
                        true)
                .join();
        // A good token gets in: another message ends that, too. After a bad one it may be too late.
        socket.sendText("{\"type\":\"%s\"}".formatted(token), true)
                .exceptionally(closedAlready -> socket)
                .join();
        closed.get(30, TimeUnit.SECONDS);
    }

    private static void raw(String headers) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), SERVER.controlPlane().port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            ("GET "
                                            + STREAMS
                                            + " HTTP/1.1\r\nHost: localhost\r\n"
                                            + headers
                                            + "Connection: close\r\n\r\n")
                                    .getBytes(UTF_8));
            socket.getOutputStream().flush();
            assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
        }
    }

    private record Closing(CompletableFuture<Integer> closed) implements WebSocket.Listener {

        @Override
        public @Nullable CompletionStage<?> onClose(
                WebSocket webSocket, int statusCode, String reason) {
            closed.complete(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            closed.complete(-1);
        }
    }
}
