package io.streamgauge.control.http;

import static io.streamgauge.control.http.ListenerFixture.head;
import static io.streamgauge.control.http.ListenerFixture.isEnded;
import static io.streamgauge.control.http.ListenerFixture.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streamgauge.control.config.HttpLimits;
import io.streamgauge.control.config.TlsFiles;
import io.streamgauge.control.testing.CapturedLog;
import io.streamgauge.control.testing.TestingCertificate;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with files that change, and clients that misbehave below HTTP. */
class TlsIT {

    private static final String GET = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final HttpLimits LIMITS =
            new HttpLimits(20, 2_048, Duration.ofSeconds(10), Duration.ofSeconds(1));

    @TempDir private static Path shared = Path.of("");

    private static TestingCertificate first;
    private static TestingCertificate second;

    @TempDir private Path folder = Path.of("");

    private TlsFiles files;
    private ListenerFixture server;

    @BeforeAll
    static void create() {
        first = TestingCertificate.create(shared, "EC");
        second = TestingCertificate.create(shared, "EC");
    }

    @BeforeEach
    void start() {
        files = first.writeTo(folder);
        server = new ListenerFixture(LIMITS, Optional.of(files), List.of());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void servesHttpsAndTellsBrowsersToStayWithIt() throws Exception {
        HttpResponse<String> response;
        try (HttpClient client = HttpClient.newBuilder().sslContext(first.trusting()).build()) {
            response =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "https://localhost:%d/health"
                                                            .formatted(server.port())))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        }

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(response.headers().firstValue("Strict-Transport-Security"))
                .contains("max-age=31536000");
    }

    @Test
    void carriesWebSockets() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (HttpClient client = HttpClient.newBuilder().sslContext(first.trusting()).build()) {
            WebSocket socket =
                    client.newWebSocketBuilder()
                            .buildAsync(
                                    URI.create(
                                            "wss://localhost:%d/socket".formatted(server.port())),
                                    new Collecting(received))
                            .get(30, TimeUnit.SECONDS);
            socket.sendText("hello", true).join();

            assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo("hello");
            socket.abort();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void speaksPresentVersionsWithForwardSecrecy(String version) throws IOException {
        try (SSLSocket socket = connect(first, version)) {
            socket.startHandshake();

            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
            assertThat(socket.getSession().getCipherSuite()).containsAnyOf("ECDHE", "TLS_AES");
        }
    }

    @Test
    void refusesSuitesWithoutForwardSecrecy() throws IOException {
        try (SSLSocket socket = connect(first, "TLSv1.2")) {
            socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});

            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void showsANewCertificateToNewClientsAndKeepsThoseItHas() throws IOException {
        try (SSLSocket before = connect(first, "TLSv1.3")) {
            assertThat(answer(before)).startsWith("HTTP/1.1 200");

            second.writeTo(folder);

            assertThat(shownTo(second)).isEqualTo(second.certificate());
            assertThat(answer(before)).startsWith("HTTP/1.1 200");
        }
        assertThatThrownBy(() -> shownTo(first)).isInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "Ed25519"})
    void changesToAKeyOfAnotherKind(String algorithm) throws IOException {
        TestingCertificate other = TestingCertificate.create(shared, algorithm);
        other.writeTo(folder);

        assertThat(shownTo(other)).isEqualTo(other.certificate());
    }

    @Test
    void noticesFilesThatAreReplacedAsAWhole() throws IOException {
        TlsFiles renewed = second.writeTo(Files.createDirectory(folder.resolve("new")));

        Files.move(renewed.privateKey(), files.privateKey(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(shownTo(first)).as("only half is new").isEqualTo(first.certificate());
        Files.move(renewed.certificate(), files.certificate(), StandardCopyOption.REPLACE_EXISTING);

        assertThat(shownTo(second)).isEqualTo(second.certificate());
    }

    @Test
    void keepsTheOldCertificateWhereAFileIsBrokenAndSaysSoOnce() throws IOException {
        try (CapturedLog log = new CapturedLog()) {
            Files.writeString(files.certificate(), "-----BEGIN CERTIFICATE-----\nno\n");

            for (int i = 0; i < 3; i++) {
                assertThat(shownTo(first)).isEqualTo(first.certificate());
            }

            assertThat(log.lines("WARN"))
                    .singleElement()
                    .asString()
                    .contains("http.tls: ", "tls.crt", "the old certificate stays in use");
            first.writeTo(folder);
            assertThat(shownTo(first)).isEqualTo(first.certificate());
            assertThat(log.lines("is in use now")).hasSize(1);
        }
    }

    @Test
    void endsAHandshakeThatDoesNotHappen() throws IOException {
        try (Socket silent = server.connect();
                Socket halfway = server.connect()) {
            halfway.getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x01});
            halfway.getOutputStream().flush();

            assertThat(isEnded(silent)).isTrue();
            assertThat(isEnded(halfway)).isTrue();
        }
        await().until(() -> server.listener.tooSlow() == 2);
        await().until(() -> server.listener.connected() == 0);
    }

    @Test
    void forgetsNoRoomToHandshakesThatFail() throws IOException {
        for (int i = 0; i < 5 * LIMITS.maxConnections(); i++) {
            try (Socket plain = server.connect()) {
                send(plain, GET);
            }
        }

        assertThat(shownTo(first)).isEqualTo(first.certificate());
        await().until(() -> server.listener.connected() == 0);
        assertThat(server.listener.tooSlow()).as("they are not slow").isZero();
    }

    @Test
    void endsAConnectionThatDoesNotReadItsAnswer() throws IOException {
        try (SSLSocket deaf = connect(first, "TLSv1.3")) {
            send(deaf, "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n");

            await().atMost(Duration.ofSeconds(30)).until(() -> server.listener.tooSlow() == 1);
            await().until(() -> server.listener.connected() == 0);
        }
    }

    @Test
    void endsAConnectionThatStopsToReadBeforeItIsClosed() throws IOException {
        try (SSLSocket deaf = connect(first, "TLSv1.3")) {
            // More than once what the client's buffer holds, and then a close that must be written.
            for (int i = 0; i < 20_000 && server.listener.tooSlow() == 0; i++) {
                send(deaf, GET);
            }
        } catch (IOException cutOff) {
            // As it should be; the server did not wait for it to read.
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> server.listener.connected() == 0);
    }

    private SSLSocket connect(TestingCertificate trusted, String version) throws IOException {
        Socket plain = server.connect();
        SSLSocket socket =
                (SSLSocket)
                        trusted.trusting()
                                .getSocketFactory()
                                .createSocket(plain, "localhost", server.port(), true);
        socket.setEnabledProtocols(new String[] {version});
        return socket;
    }

    private X509Certificate shownTo(TestingCertificate trusted) throws IOException {
        try (SSLSocket socket = connect(trusted, "TLSv1.3")) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static String answer(Socket socket) throws IOException {
        send(socket, GET);
        String head = head(socket);
        socket.getInputStream().readNBytes(2);
        return head;
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
