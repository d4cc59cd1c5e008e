package io.streamgauge.control.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyFailureIT {

    private static final String GET = "GET /services/test HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void answers502WhereNobodyListens() throws Exception {
        URI nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        try (ProxyServer proxy = ProxyServer.to(nobody).start();
                RawClient client = proxy.connect()) {
            JsonNode problem = problem(client.send(GET), 502);

            assertThat(problem.path("code").asText()).isEqualTo("bad-gateway");
            assertThat(problem.path("detail").asText()).doesNotContain("127.0.0.1");
            // The connection goes on.
            assertThat(client.send(GET).readHead()).startsWith("HTTP/1.1 502");
        }
    }

    @Test
    void answers504WhereTheConnectionIsNotTaken() throws Exception {
        // A queue of one that is full: the system answers no further connection.
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> queue = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Socket waiting = new Socket();
                queue.add(waiting);
                Thread.ofVirtual().start(() -> connect(waiting, full.getLocalPort()));
            }
            Awaitility.await().until(() -> queue.stream().filter(Socket::isConnected).count() >= 2);
            URI target = URI.create("http://127.0.0.1:" + full.getLocalPort());
            try (ProxyServer proxy = ProxyServer.to(target).bounds(100, 10, SHORT).start();
                    RawClient client = proxy.connect()) {
                assertThat(problem(client.send(GET), 504).path("code").asText())
                        .isEqualTo("gateway-timeout");
            } finally {
                for (Socket socket : queue) {
                    socket.close();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nX: y"})
    void answers504WhereNoHeadComesInTime(String begin) throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                (request, conversation) -> {
                                    conversation.send(begin);
                                    conversation.awaitEnd();
                                });
                ProxyServer proxy = ProxyServer.to(upstream.uri("")).timeouts(SHORT, LONG).start();
                RawClient client = proxy.connect()) {
            assertThat(problem(client.send(GET), 504).path("code").asText())
                    .isEqualTo("gateway-timeout");
            // The late answer of that connection must be nobody's.
            assertThat(client.send(GET).readHead()).startsWith("HTTP/1.1 504");
            assertThat(upstream.connections).hasValue(2);
        }
    }

    @Test
    void waitsForTheAnswerOnlyOnceTheRequestIsSent() throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok("late"));
                ProxyServer proxy = ProxyServer.to(upstream.uri("")).timeouts(SHORT, LONG).start();
                RawClient client = proxy.connect()) {
            client.send(
                    "POST /services/test HTTP/1.1\r\n"
                            + "Host: a\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n");
            long began = System.nanoTime();
            while (System.nanoTime() - began < SHORT.multipliedBy(2).toNanos()) {
                client.send("1\r\nx\r\n");
                TimeUnit.MILLISECONDS.timedJoin(Thread.currentThread(), 50);
            }
            client.send("0\r\n\r\n");

            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void answers504WhereTheServiceStopsReading() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.nextHead();
                                    block(conversation);
                                });
                ProxyServer proxy = ProxyServer.to(upstream.uri("")).timeouts(LONG, SHORT).start();
                RawClient client = proxy.connect()) {
            client.send(
                    "POST /services/test HTTP/1.1\r\n"
                            + "Host: a\r\n"
                            + "Content-Length: 1000000000\r\n\r\n");
            Thread writer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            byte[] bytes = new byte[1 << 16];
                                            while (true) {
                                                client.out.write(bytes);
                                            }
                                        } catch (IOException ended) {
                                            // as it should
                                        }
                                    });

            assertThat(client.readHead()).startsWith("HTTP/1.1 504").contains("Connection: close");
            assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 10\r\n\r\n12345",
                "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
                "Transfer-Encoding: chunked\r\n\r\na\r\n12345",
                "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n"
            })
    void doesNotPassOffABrokenResponseAsAWhole(String rest) throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.next();
                                    conversation.send("HTTP/1.1 200 OK\r\n" + rest);
                                    await(seen);
                                });
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            client.send(GET);
            String begin = client.readUntil("12345");
            seen.countDown();
            String end = client.readToEnd();

            assertThat(begin).startsWith("HTTP/1.1 200");
            assertThat(end).doesNotContain("0\r\n\r\n").doesNotContain("HTTP/1.1");
        }
    }

    @Test
    void leavesNothingBehindOfAClientThatDoesNotFinish() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.nextHead();
                                    conversation.send(
                                            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
                                });
                ProxyServer proxy = ProxyServer.to(upstream.uri("")).requestTimeout(LONG).start();
                RawClient client = proxy.connect()) {
            client.send(
                    "POST /services/test HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");

            assertThat(client.readToEnd()).endsWith("12345");

            // It neither sends the rest nor goes, and must not be waited for.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(proxy.connected()).isZero());
        }
    }

    @Test
    void sendsNoOtherResponseBehindAHeadThatWentAhead() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.next();
                                    conversation.send(
                                            "HTTP/1.1 200 OK\r\n"
                                                    + "Transfer-Encoding: chunked\r\n\r\n");
                                    await(seen);
                                });
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            assertThat(client.send(GET).readHead()).startsWith("HTTP/1.1 200");
            seen.countDown();

            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Content-Length: 10\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\nzz\r\n"
            })
    void answers502WhereNothingOfTheResponseCameBeforeTheEnd(String rest) throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.next();
                                    conversation.send("HTTP/1.1 200 OK\r\n" + rest);
                                });
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            problem(client.send(GET), 502);
            problem(client.send(GET), 502);
        }
    }

    @Test
    void breaksOffWhereAResponseStandsStill() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.next();
                                    conversation.send(
                                            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
                                    conversation.awaitEnd();
                                });
                ProxyServer proxy = ProxyServer.to(upstream.uri("")).timeouts(LONG, SHORT).start();
                RawClient client = proxy.connect()) {
            assertThat(client.send(GET).readToEnd()).endsWith("12345");
        }
    }

    @Test
    void doesNotCountTheTimeThatItTakesAClientToRead() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                (request, conversation) -> {
                                    conversation.send(
                                            "HTTP/1.1 200 OK\r\n"
                                                    + "Transfer-Encoding: chunked\r\n\r\n");
                                    for (int i = 0; i < 6; i++) {
                                        conversation.send("1\r\nx\r\n");
                                        pause(SHORT.dividedBy(2));
                                    }
                                    conversation.send("0\r\n\r\n");
                                });
                ProxyServer proxy = ProxyServer.to(upstream.uri("")).timeouts(LONG, SHORT).start();
                RawClient client = proxy.connect()) {
            assertThat(client.send(GET).readUntil("0\r\n\r\n")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void endsAResponseThatItsClientDoesNotRead() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.next();
                                    conversation.send(
                                            "HTTP/1.1 200 OK\r\n"
                                                    + "Content-Length: 1000000000\r\n\r\n");
                                    byte[] bytes = new byte[1 << 16];
                                    try {
                                        while (true) {
                                            conversation.out.write(bytes);
                                        }
                                    } catch (IOException e) {
                                        ended.incrementAndGet();
                                    }
                                });
                ProxyServer proxy = ProxyServer.to(upstream.uri("")).requestTimeout(SHORT).start();
                RawClient client = proxy.connect()) {
            client.send(GET);

            Awaitility.await().untilAsserted(() -> assertThat(ended).hasValue(1));
        }
    }

    @Test
    void givesUpARequestWhoseClientHasGoneWhileTheServiceThinks() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (TestingUpstream upstream = endingWith(ended, "");
                ProxyServer proxy = ProxyServer.to(upstream)) {
            try (RawClient client = proxy.connect()) {
                client.send(GET);
                Awaitility.await().until(() -> upstream.received.size() == 1);
            }

            assertThat(ended.await(3, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void givesUpAStreamWhoseClientHasGoneWhileNothingComes() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        endingWith(
                                ended,
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
                ProxyServer proxy = ProxyServer.to(upstream)) {
            try (RawClient client = proxy.connect()) {
                client.send(GET).readUntil("x\r\n");
            }

            assertThat(ended.await(3, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void servesTheNextRequestOfAConnectionThatWasWatched() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                (request, conversation) -> {
                                    if (request.requestLine().contains("slow")) {
                                        await(answer);
                                    }
                                    conversation.send(TestingUpstream.ok(request.requestLine()));
                                });
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            String slow = "GET /services/test/slow HTTP/1.1\r\nHost: a\r\n\r\n";
            client.send(slow);
            pause(SHORT); // it is watched now
            // The next comes before the answer: the watch has read it, and must not keep it.
            client.send(
                    "POST /services/test/next HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
            pause(SHORT);
            answer.countDown();

            client.readUntil("GET /services/test/slow HTTP/1.1");
            client.readUntil("POST /services/test/next HTTP/1.1");
            assertThat(upstream.received.get(1).text()).isEqualTo("ab");
            client.send("GET /services/test/third HTTP/1.1\r\nHost: a\r\n\r\n");
            client.readUntil("GET /services/test/third HTTP/1.1");
        }
    }

    @Test
    void givesUpARequestWhoseClientBreaksOffItsBody() throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok("x"));
                ProxyServer proxy = ProxyServer.to(upstream)) {
            for (String framing : List.of("Content-Length: 100000", "Transfer-Encoding: chunked")) {
                try (RawClient client = proxy.connect()) {
                    client.send(
                            "POST /services/test HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n"
                                            .formatted(framing)
                                    + "5\r\nhello\r\n");
                }
            }

            // Long before a response would have to be there.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(upstream.broken).hasValue(2));
            assertThat(upstream.received).isEmpty();
        }
    }

    @Test
    void givesUpADownloadWhoseClientBreaksOff() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.next();
                                    conversation.send(
                                            "HTTP/1.1 200 OK\r\n"
                                                    + "Content-Length: 1000000000\r\n\r\n");
                                    try {
                                        byte[] bytes = new byte[1 << 16];
                                        while (true) {
                                            conversation.out.write(bytes);
                                        }
                                    } catch (IOException e) {
                                        ended.countDown();
                                    }
                                });
                ProxyServer proxy = ProxyServer.to(upstream)) {
            try (RawClient client = proxy.connect()) {
                client.send(GET).readHead();
            }

            assertThat(ended.await(3, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 20", "Transfer-Encoding: chunked"})
    void refusesABodyThatIsTooLong(String framing) throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok("x"));
                ProxyServer proxy = ProxyServer.to(upstream.uri("")).bounds(10, 10, SHORT).start();
                RawClient client = proxy.connect()) {
            String answer =
                    client.send(
                                    "POST /services/test HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n"
                                                    .formatted(framing)
                                            + "14\r\n12345678901234567890\r\n0\r\n\r\n")
                            .readToEnd();

            assertThat(answer)
                    .startsWith("HTTP/1.1 413")
                    .contains("payload-too-large")
                    .containsOnlyOnce("HTTP/1.1 ");
            assertThat(upstream.received).isEmpty();
        }
    }

    @Test
    void refusesWhatWouldBeTooMuchForTheService() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                (request, conversation) -> {
                                    await(answer);
                                    conversation.send(TestingUpstream.ok("x"));
                                });
                ProxyServer proxy = ProxyServer.to(upstream.uri("")).bounds(100, 1, SHORT).start();
                RawClient first = proxy.connect();
                RawClient second = proxy.connect()) {
            first.send(GET);
            Awaitility.await().until(() -> upstream.received.size() == 1);

            String refused = second.send(GET).readHead();
            answer.countDown();

            assertThat(refused).startsWith("HTTP/1.1 503").contains("Retry-After: 1");
            assertThat(first.readHead()).startsWith("HTTP/1.1 200");
            Awaitility.await()
                    .untilAsserted(
                            () -> {
                                try (RawClient third = proxy.connect()) {
                                    assertThat(third.send(GET).readHead())
                                            .startsWith("HTTP/1.1 200");
                                }
                            });
        }
    }

    private static TestingUpstream endingWith(CountDownLatch ended, String begin) {
        return TestingUpstream.scripted(
                conversation -> {
                    conversation.next();
                    conversation.send(begin);
                    conversation.awaitEnd();
                    ended.countDown();
                });
    }

    private static JsonNode problem(RawClient client, int status) throws IOException {
        String head = client.readHead();
        assertThat(head)
                .startsWith("HTTP/1.1 " + status)
                .contains("Content-Type: application/problem+json");
        int length =
                head.lines()
                        .filter(it -> it.startsWith("Content-Length: "))
                        .mapToInt(it -> Integer.parseInt(it.substring(16)))
                        .findFirst()
                        .orElseThrow();
        return Json.mapper().readTree(client.in.readNBytes(length));
    }

    private static void connect(Socket socket, int port) {
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            // the test is over
        }
    }

    private static void block(TestingUpstream.Conversation conversation) throws IOException {
        try {
            while (!conversation.socket.isClosed()) {
                TimeUnit.MILLISECONDS.timedJoin(Thread.currentThread(), 50);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void pause(Duration time) throws IOException {
        try {
            TimeUnit.NANOSECONDS.timedJoin(Thread.currentThread(), time.toNanos());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
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
}
