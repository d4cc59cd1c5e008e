package io.streamgauge.control.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.control.proxy.Frames.Frame;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketRelayIT {

    private static final String PATH = "/services/test/ws";

    private final TestingGuard guard = new TestingGuard();

    @AfterEach
    void everyAdmissionIsReleasedOnce() {
        Awaitility.await()
                .untilAsserted(() -> assertThat(guard.released).hasValue(guard.admitted.get()));
    }

    @Test
    void agreesWithTheServiceOnASubprotocolAndTellsItWhoAsks() throws Exception {
        try (TestingUpstream upstream =
                        echoing("Sec-WebSocket-Protocol: v2", "Set-Cookie: a=1", "Keep-Alive: x");
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            String answer =
                    client.send(
                                    Frames.upgrade(
                                            PATH + "?x=1",
                                            "Sec-WebSocket-Protocol: v1, v2",
                                            "Sec-WebSocket-Extensions: permessage-deflate",
                                            "Authorization: Bearer secret",
                                            "X-Tenant-Id: victim",
                                            "Origin: http://gateway.example"))
                            .readHead();

            assertThat(answer)
                    .startsWith("HTTP/1.1 101")
                    .contains("Sec-WebSocket-Protocol: v2\r\n", "Set-Cookie: a=1", "X-Request-Id")
                    .containsOnlyOnce("Upgrade: ")
                    .containsOnlyOnce("Connection: ")
                    .doesNotContain("Keep-Alive");
            TestingUpstream.Received request = upstream.only();
            assertThat(request.requestLine()).isEqualTo("GET /services/test/ws?x=1 HTTP/1.1");
            assertThat(request.all("Connection")).containsExactly("Upgrade");
            assertThat(request.all("Upgrade")).containsExactly("websocket");
            assertThat(request.all("Sec-WebSocket-Extensions"))
                    .containsExactly("permessage-deflate");
            assertThat(request.all("X-Tenant-Id")).containsExactly("acme");
            assertThat(request.all("X-Forwarded-For")).containsExactly("127.0.0.1");
            assertThat(request.head()).doesNotContain("secret");
        }
    }

    @Test
    void relaysFramesAsTheyAre() throws Exception {
        try (TestingUpstream upstream = echoing();
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            client.send(Frames.upgrade(PATH)).readHead();
            Frames frames = new Frames(client.in, client.out, true);

            frames.send(Frames.TEXT, "a text");
            assertThat(frames.read()).isEqualTo(new Frame(0x81, "a text"));
            frames.send(Frames.BINARY, "\u0000\u00ff".repeat(40_000));
            assertThat(frames.read().text()).isEqualTo("\u0000\u00ff".repeat(40_000));
            frames.send(Frames.PING, "are you there");
            assertThat(frames.read()).isEqualTo(new Frame(0x89, "are you there"));
            frames.send(Frames.PONG, "");
            assertThat(frames.read()).isEqualTo(new Frame(0x8A, ""));
            // A message in parts, cut within a character, and a frame of an extension.
            byte[] character = "\u00e9".getBytes(UTF_8);
            frames.send(Frames.TEXT, new byte[] {character[0]});
            assertThat(frames.read()).isEqualTo(new Frame(0x01, "\u00c3"));
            frames.send(0x80, new byte[] {character[1]});
            assertThat(frames.read()).isEqualTo(new Frame(0x80, "\u00a9"));
            frames.send(0xC2, new byte[] {1});
            assertThat(frames.read()).isEqualTo(new Frame(0xC2, "\u0001"));
        }
    }

    @Test
    void worksWithTheClientsOfUsers() throws Exception {
        try (TestingUpstream upstream = echoing("Sec-WebSocket-Protocol: chat");
                ProxyServer proxy = start(upstream);
                HttpClient http = HttpClient.newHttpClient()) {
            CompletableFuture<String> text = new CompletableFuture<>();
            CompletableFuture<ByteBuffer> binary = new CompletableFuture<>();
            CompletableFuture<Integer> closed = new CompletableFuture<>();
            WebSocket socket =
                    http.newWebSocketBuilder()
                            .subprotocols("chat")
                            .buildAsync(
                                    URI.create("ws://127.0.0.1:" + proxy.port() + PATH),
                                    new Listener(text, binary, closed))
                            .get(30, TimeUnit.SECONDS);

            assertThat(socket.getSubprotocol()).isEqualTo("chat");
            socket.sendText("h\u00e9llo", true).join();
            assertThat(text.get(30, TimeUnit.SECONDS)).isEqualTo("h\u00e9llo");
            socket.sendBinary(ByteBuffer.wrap(new byte[] {1, 2}), true).join();
            assertThat(binary.get(30, TimeUnit.SECONDS))
                    .isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
            socket.sendClose(4001, "enough").join();
            assertThat(closed.get(30, TimeUnit.SECONDS)).isEqualTo(4001);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1003, 1009, 1011, 3000, 4999})
    void keepsTheCodesOfClosesInBothDirections(int code) throws Exception {
        CompletableFuture<Frame> ofClient = new CompletableFuture<>();
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    Frames frames = Frames.accept(conversation);
                                    frames.close(code, "of the service");
                                    ofClient.complete(frames.read());
                                });
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            client.send(Frames.upgrade(PATH)).readHead();
            Frames frames = new Frames(client.in, client.out, true);

            Frame close = frames.read();
            frames.close(code, "of the client");

            assertThat(close.closeCode()).isEqualTo(code);
            assertThat(close.closeReason()).isEqualTo("of the service");
            assertThat(ofClient.get(30, TimeUnit.SECONDS).closeCode()).isEqualTo(code);
            assertThat(ofClient.join().closeReason()).isEqualTo("of the client");
            frames.awaitEnd();
        }
    }

    @Test
    void tellsTheClientWhenTheServiceDies() throws Exception {
        CountDownLatch die = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    Frames.accept(conversation);
                                    await(die);
                                    conversation.socket.setSoLinger(true, 0);
                                });
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            client.send(Frames.upgrade(PATH)).readHead();
            Frames frames = new Frames(client.in, client.out, true);
            die.countDown();

            Frame close = frames.read();

            assertThat(close.opcode()).isEqualTo(Frames.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1014);
            frames.awaitEnd();
        }
    }

    @Test
    void cutsOffTheClientWhenTheServiceDiesWithinAFrame() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    Frames frames = Frames.accept(conversation);
                                    byte[] frame = frames.frame(0x82, new byte[100]);
                                    conversation.out.write(frame, 0, 50);
                                    conversation.out.flush();
                                });
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            client.send(Frames.upgrade(PATH)).readHead();

            // No close frame can be put into another; nothing that looks like one may come.
            assertThat(client.readToEnd()).hasSize(50);
        }
    }

    @Test
    void tellsTheServiceWhenTheClientDies() throws Exception {
        CompletableFuture<Frame> last = new CompletableFuture<>();
        CountDownLatch ended = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    Frames frames = Frames.accept(conversation);
                                    last.complete(frames.read());
                                    frames.awaitEnd();
                                    ended.countDown();
                                });
                ProxyServer proxy = start(upstream)) {
            try (RawClient client = proxy.connect()) {
                client.send(Frames.upgrade(PATH)).readHead();
            }

            assertThat(last.get(30, TimeUnit.SECONDS).closeCode()).isEqualTo(1001);
            // At once, and not when it is cut off.
            assertThat(ended.await(1_500, TimeUnit.MILLISECONDS)).isTrue();
        }
    }

    @Test
    void slowsTheServiceDownWhereTheClientDoesNotRead() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    Frames frames = Frames.accept(conversation);
                                    byte[] frame = frames.frame(0x82, new byte[60_000]);
                                    for (int i = 0; i < 3_000; i++) {
                                        conversation.out.write(frame);
                                        sent.addAndGet(frame.length);
                                    }
                                    frames.close(1000, "");
                                    frames.awaitEnd();
                                });
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            client.send(Frames.upgrade(PATH)).readHead();
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(24L << 20);

            Frames frames = new Frames(client.in, client.out, true);
            for (int i = 0; i < 3_000; i++) {
                assertThat(frames.read().text()).hasSize(60_000);
            }
            assertThat(frames.read().closeCode()).isEqualTo(1000);
            frames.close(1000, "");
            frames.awaitEnd();
        }
    }

    @Test
    void slowsTheClientDownWhereTheServiceDoesNotRead() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        CompletableFuture<Long> total = new CompletableFuture<>();
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    Frames frames = Frames.accept(conversation);
                                    await(read);
                                    long bytes = 0;
                                    for (Frame next = frames.read();
                                            next.opcode() != Frames.CLOSE;
                                            next = frames.read()) {
                                        bytes += next.text().length();
                                    }
                                    total.complete(bytes);
                                    frames.close(1000, "");
                                });
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            client.send(Frames.upgrade(PATH)).readHead();
            Frames frames = new Frames(client.in, client.out, true);
            AtomicLong sent = new AtomicLong();
            Thread writer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            byte[] frame = frames.frame(0x82, new byte[60_000]);
                                            for (int i = 0; i < 3_000; i++) {
                                                client.out.write(frame);
                                                sent.addAndGet(frame.length);
                                            }
                                            frames.close(1000, "");
                                        } catch (IOException e) {
                                            total.completeExceptionally(e);
                                        }
                                    });
            awaitStandstill(sent);
            assertThat(sent.get()).isLessThan(24L << 20);

            read.countDown();

            assertThat(total.get(30, TimeUnit.SECONDS)).isEqualTo(3_000L * 60_000);
            assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void endsWhatTheGuardHasRevokedForBothEnds() throws Exception {
        CompletableFuture<Frame> ofGateway = new CompletableFuture<>();
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation ->
                                        ofGateway.complete(Frames.accept(conversation).read()));
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            client.send(Frames.upgrade(PATH)).readHead();
            Frames frames = new Frames(client.in, client.out, true);

            guard.ending =
                    new UpgradeGuard.Ending(4401, "the key is revoked" + "\u00e9".repeat(100));
            Frame close = frames.read();
            frames.close(4401, "");

            assertThat(close.closeCode()).isEqualTo(4401);
            assertThat(close.closeReason()).startsWith("the key is revoked");
            assertThat(ofGateway.get(30, TimeUnit.SECONDS).closeCode()).isEqualTo(1001);
            frames.awaitEnd();
        }
    }

    @Test
    void endsWhatTheGuardHasRevokedThoughTheClientDoesNotRead() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    Frames frames = Frames.accept(conversation);
                                    byte[] frame = frames.frame(0x82, new byte[60_000]);
                                    try {
                                        while (true) {
                                            conversation.out.write(frame);
                                        }
                                    } catch (IOException e) {
                                        ended.countDown();
                                    }
                                });
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            client.send(Frames.upgrade(PATH)).readHead();

            guard.ending = new UpgradeGuard.Ending(4401, "the key is revoked");

            assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void endsTheConnectionsWhenTheServerStops() throws Exception {
        CompletableFuture<Frame> ofGateway = new CompletableFuture<>();
        try (TestingUpstream upstream =
                TestingUpstream.scripted(
                        conversation -> ofGateway.complete(Frames.accept(conversation).read()))) {
            ProxyServer proxy = start(upstream);
            try (RawClient client = proxy.connect()) {
                client.send(Frames.upgrade(PATH)).readHead();
                Frames frames = new Frames(client.in, client.out, true);
                Awaitility.await().until(() -> proxy.relayed() == 1);
                Thread closing =
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            try {
                                                proxy.close();
                                            } catch (Exception e) {
                                                throw new IllegalStateException(e);
                                            }
                                        });

                assertThat(frames.read().closeCode()).isEqualTo(1001);
                assertThat(ofGateway.get(30, TimeUnit.SECONDS).closeCode()).isEqualTo(1001);
                assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429, 503})
    void refusesWhomTheGuardRefuses(int status) throws Exception {
        try (TestingUpstream upstream = echoing();
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            String answer = client.send(Frames.upgrade(PATH, "X-Refuse: " + status)).readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 " + status).contains("not you");
            assertThat(upstream.connections).hasValue(0);
            assertThat(guard.admitted).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "404|HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                "401|HTTP/1.1 401 No\r\nWWW-Authenticate: x\r\nContent-Length: 0\r\n\r\n",
                "502|HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "502|HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
                "502|HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
                "502|HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Accept: wrong\r\n\r\n",
                "502|HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                        + "Upgrade: h2c\r\nSec-WebSocket-Accept: yMwNDT8/H0rGlEbqBJ2Fbg==\r\n\r\n",
                "502|nonsense\r\n\r\n",
                "502|",
            })
    void leavesNoClientOnAConnectionThatTheServiceHasNotAgreedUpon(String example)
            throws Exception {
        String status = example.substring(0, 3);
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.next();
                                    conversation.send(example.substring(4));
                                });
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            // A second request rides behind the upgrade, as if it had been agreed upon.
            String answer =
                    client.send(
                                    Frames.upgrade(PATH)
                                            + "GET /services/test/smuggled HTTP/1.1\r\n"
                                            + "Host: a\r\n\r\n")
                            .readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 " + status).containsOnlyOnce("HTTP/1.1 ");
            assertThat(upstream.received).hasSize(1);
        }
    }

    @Test
    void refusesASubprotocolThatTheClientHasNotOffered() throws Exception {
        try (TestingUpstream upstream = echoing("Sec-WebSocket-Protocol: other");
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            assertThat(
                            client.send(Frames.upgrade(PATH, "Sec-WebSocket-Protocol: mine"))
                                    .readToEnd())
                    .startsWith("HTTP/1.1 502");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Version: 8",
                "Sec-WebSocket-Key: second",
                "Transfer-Encoding: gzip, chunked",
                "Content-Length: 0\r\nContent-Length: 0",
            })
    void refusesAnUpgradeThatIsNotOne(String header) throws Exception {
        try (TestingUpstream upstream = echoing();
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            assertThat(client.send(Frames.upgrade(PATH, header)).readToEnd())
                    .startsWith("HTTP/1.1 400")
                    .containsOnlyOnce("HTTP/1.1 ");
            assertThat(upstream.connections).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"8105616161616161", "88ff", "0880", "82ffffffffffffffffff"})
    void closesWhereTheClientSendsNoFrames(String hex) throws Exception {
        CompletableFuture<Frame> ofGateway = new CompletableFuture<>();
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation ->
                                        ofGateway.complete(Frames.accept(conversation).read()));
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            client.send(Frames.upgrade(PATH)).readHead();
            client.out.write(HexFormat.of().parseHex(hex));
            client.out.flush();

            assertThat(new Frames(client.in, client.out, true).read().closeCode()).isEqualTo(1002);
            Awaitility.await().until(ofGateway::isDone);
        }
    }

    @Test
    void leavesOtherPathsToTheServer() throws Exception {
        try (TestingUpstream upstream = echoing();
                ProxyServer proxy = start(upstream);
                RawClient client = proxy.connect()) {
            assertThat(client.send(Frames.upgrade("/elsewhere")).readHead())
                    .startsWith("HTTP/1.1 404");
            assertThat(client.send(Frames.upgrade("/services/testing")).readHead())
                    .contains("HTTP/1.1 404");
            assertThat(upstream.connections).hasValue(0);
        }
    }

    private ProxyServer start(TestingUpstream upstream) {
        return ProxyServer.to(upstream.uri("")).guard(guard).start();
    }

    /** A service that sends every frame back as it was, and answers a close. */
    private static TestingUpstream echoing(String... headers) {
        return TestingUpstream.scripted(
                conversation -> {
                    Frames frames = Frames.accept(conversation, headers);
                    Frame frame;
                    do {
                        frame = frames.read();
                        frames.send(frame.first(), frame.text().getBytes(ISO_8859_1));
                    } while (frame.opcode() != Frames.CLOSE);
                });
    }

    private static void awaitStandstill(AtomicLong sent) {
        AtomicLong last = new AtomicLong(-1);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(30))
                .until(() -> sent.get() > 0 && last.getAndSet(sent.get()) == sent.get());
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new IOException("the test did not go on");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static final class Listener implements WebSocket.Listener {

        private final CompletableFuture<String> text;
        private final CompletableFuture<ByteBuffer> binary;
        private final CompletableFuture<Integer> closed;

        private Listener(
                CompletableFuture<String> text,
                CompletableFuture<ByteBuffer> binary,
                CompletableFuture<Integer> closed) {
            this.text = text;
            this.binary = binary;
            this.closed = closed;
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence data, boolean last) {
            text.complete(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(
                WebSocket socket, ByteBuffer data, boolean last) {
            ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data);
            binary.complete(copy.flip());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }
    }
}
