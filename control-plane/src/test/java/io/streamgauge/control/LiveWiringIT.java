package io.streamgauge.control;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.endpoint.LiveListenerFactory;
import io.streamgauge.control.testing.RunningControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That the live connection is where clients look for it; what it says is proved in its package. */
class LiveWiringIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    @Test
    void welcomesAClientWithATokenInItsHeader() throws Exception {
        TenantId tenant = SERVER.backends().newTenant();
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .subprotocols("streamgauge.v1+json")
                        .header(
                                "Authorization",
                                "Bearer " + SERVER.issuer().token(tenant, "viewer"))
                        .buildAsync(
                                URI.create(
                                        "ws://127.0.0.1:%d%s"
                                                .formatted(
                                                        SERVER.controlPlane().port(),
                                                        LiveListenerFactory.PATH)),
                                new Collecting(received))
                        .get(30, TimeUnit.SECONDS);

        socket.sendText("{\"type\":\"connection_init\"}", true).join();

        assertThat(received.poll(30, TimeUnit.SECONDS)).contains("connection_ack");
        assertThat(socket.getSubprotocol()).isEqualTo("streamgauge.v1+json");
        socket.abort();
    }

    @Test
    void answersARefusedUpgradeWithAProblem() throws IOException {
        String unknownProtocol = upgrade("Sec-WebSocket-Protocol: other\r\n");
        String foreignPage = upgrade("Origin: https://evil.test\r\n");
        String badToken = upgrade("Authorization: Bearer x\r\n");

        assertThat(unknownProtocol)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json")
                .contains("expected: streamgauge.v1+json");
        assertThat(foreignPage).startsWith("HTTP/1.1 403").contains("\"code\":\"forbidden\"");
        assertThat(badToken)
                .startsWith("HTTP/1.1 401")
                .contains("\"code\":\"unauthenticated\"")
                .containsIgnoringCase("WWW-Authenticate: Bearer");
    }

    private static String upgrade(String header) throws IOException {
        int port = SERVER.controlPlane().port();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            ("GET "
                                            + LiveListenerFactory.PATH
                                            + " HTTP/1.1\r\nHost: 127.0.0.1:"
                                            + port
                                            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                            + "Sec-WebSocket-Version: 13\r\n"
                                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                            + header
                                            + "\r\n")
                                    .getBytes(US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private record Collecting(BlockingQueue<String> received) implements WebSocket.Listener {

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket webSocket, CharSequence data, boolean last) {
            received.add(data.toString());
            webSocket.request(1);
            return null;
        }
    }
}
