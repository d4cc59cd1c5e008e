package io.streamgauge.control.http;

import static io.streamgauge.control.http.ListenerFixture.head;
import static io.streamgauge.control.http.ListenerFixture.isEnded;
import static io.streamgauge.control.http.ListenerFixture.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streamgauge.control.config.HttpLimits;
import io.streamgauge.control.testing.CapturedLog;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, silent or many, over real sockets. */
class SlowClientIT {

    private static final String GET = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String UPGRADE =
            """
            GET /socket HTTP/1.1\r
            Host: a\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
            \r
            """;
    private static final int MAX_CONNECTIONS = 20;
    private static final HttpLimits LIMITS =
            new HttpLimits(MAX_CONNECTIONS, 2_048, Duration.ofSeconds(3), Duration.ofSeconds(1));

    private final List<Socket> sockets = new ArrayList<>();
    private ListenerFixture server;

    @BeforeEach
    void start() {
        server = new ListenerFixture(LIMITS);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /", "GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: "})
    void endsAConnectionThatSendsARequestByteByByte(String beginning) throws IOException {
        Socket slow = connect();
        send(slow, beginning);

        assertThatThrownBy(() -> trickle(slow, Duration.ofSeconds(10)))
                .isInstanceOf(IOException.class);

        await().until(() -> server.listener.tooSlow() == 1);
        await().until(() -> server.listener.connected() == 0);
    }

    @Test
    void endsAConnectionThatSendsNothing() throws IOException {
        Socket silent = connect();

        assertThat(isEnded(silent)).isTrue();
        await().until(() -> server.listener.tooSlow() == 1);
    }

    @Test
    void keepsAnIdleConnectionBetweenRequestsForLongerThanARequestMayTake() throws Exception {
        Socket socket = connect();
        send(socket, GET);
        assertThat(head(socket)).startsWith("HTTP/1.1 200");
        socket.getInputStream().readNBytes(2);

        await().pollDelay(Duration.ofMillis(1_500)).until(() -> true);

        send(socket, GET);
        assertThat(head(socket)).startsWith("HTTP/1.1 200");
    }

    @Test
    void endsARequestWhoseBodyStalls() throws IOException {
        Socket stalled = connect();
        send(stalled, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");

        assertThat(isEnded(stalled)).isTrue();
        await().until(() -> server.working.get() == 0);
        await().until(() -> server.listener.connected() == 0);
    }

    @Test
    void endsARequestWhoseBodyComesByteByByte() throws IOException {
        Socket slow = connect();
        send(slow, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");

        assertThatThrownBy(() -> trickle(slow, Duration.ofSeconds(10)))
                .isInstanceOf(IOException.class);
        await().until(() -> server.working.get() == 0);
    }

    @Test
    void takesABodyThatTakesLongButMoves() throws IOException {
        int parts = 6;
        Socket steady = connect();
        send(
                steady,
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
                        .formatted(parts * ClientWatch.PART_BYTES));

        for (int i = 0; i < parts; i++) {
            await().pollDelay(Duration.ofMillis(400)).until(() -> true);
            send(steady, "x".repeat(ClientWatch.PART_BYTES));
        }

        assertThat(head(steady)).startsWith("HTTP/1.1 200");
    }

    @Test
    void endsAConnectionThatDoesNotReadItsAnswer() throws IOException {
        Socket deaf = connect();
        send(deaf, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n");

        await().atMost(Duration.ofSeconds(30)).until(() -> server.listener.tooSlow() == 1);
        await().until(() -> server.listener.connected() == 0);
        // What was on its way may still come, and then the end.
        assertThat(drain(deaf)).isLessThan(ListenerFixture.BIG_BYTES);
    }

    @Test
    void sendsABigAnswerWholeToAClientThatReads() throws IOException {
        Socket socket = connect();
        send(socket, "GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        String head = head(socket);

        assertThat(drain(socket)).as(head).isEqualTo(ListenerFixture.BIG_BYTES);
    }

    @Test
    void doesNotTimeWorkOfItsOwn() throws IOException {
        Socket socket = connect();
        send(socket, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        await().pollDelay(Duration.ofSeconds(2)).until(() -> server.working.get() == 1);

        server.letGo.countDown();

        assertThat(head(socket)).startsWith("HTTP/1.1 200");
    }

    @Test
    void letsAClientHearItsAnswerWhileItStillSends() throws IOException {
        int body = 500_000;
        Socket socket = connect();
        send(
                socket,
                "POST /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\nx"
                        .formatted(body));
        await().until(() -> socket.getInputStream().available() > 0);
        await().pollDelay(Duration.ofMillis(200)).until(() -> true);

        for (int sent = 1; sent < body; sent += 1_000) {
            send(socket, "x".repeat(Math.min(1_000, body - sent)));
        }

        assertThat(head(socket)).startsWith("HTTP/1.1 404");
    }

    @Test
    void readsAtMostAMebibyteOfABodyThatNobodyWants() throws IOException {
        Socket socket = connect();
        send(
                socket,
                "POST /api/nothing HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
                        .formatted(32 << 20));

        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 32; i++) {
                                send(socket, "x".repeat(1 << 20));
                            }
                        })
                .isInstanceOf(IOException.class);
    }

    @Test
    void answersOthersWhileSilentClientsHoldEveryConnection() throws IOException {
        for (int i = 0; i < 3 * MAX_CONNECTIONS; i++) {
            Socket socket = connect();
            if (i % 2 == 0) {
                send(socket, "GET /health HTTP/1.1\r\nHost: ");
            }
        }

        Socket probe = connect();
        send(probe, GET);

        assertThat(head(probe)).startsWith("HTTP/1.1 200");
        assertThat(server.listener.connected()).isLessThanOrEqualTo(MAX_CONNECTIONS);
        assertThat(server.listener.displaced()).isGreaterThan(MAX_CONNECTIONS);
    }

    @Test
    void turnsAwayWhoeverComesWhenAllAreAtWorkAndLetsTheWorkGoOn() throws IOException {
        for (int i = 0; i < MAX_CONNECTIONS; i++) {
            send(connect(), "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        await().until(() -> server.working.get() == MAX_CONNECTIONS);

        Socket late = connect();

        assertThat(isEnded(late)).isTrue();
        assertThat(server.listener.refused()).isEqualTo(1);
        server.letGo.countDown();
        for (Socket socket : sockets.subList(0, MAX_CONNECTIONS)) {
            assertThat(head(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void keepsATenthOfTheConnectionsFreeOfWebSockets() throws IOException {
        int most = MAX_CONNECTIONS - MAX_CONNECTIONS / 10;
        for (int i = 0; i < most; i++) {
            Socket socket = connect();
            send(socket, UPGRADE);
            assertThat(head(socket)).startsWith("HTTP/1.1 101");
        }

        Socket oneMore = connect();
        send(oneMore, UPGRADE);
        Socket probe = connect();
        send(probe, GET);

        assertThat(head(oneMore)).startsWith("HTTP/1.1 503").contains("problem+json");
        assertThat(head(probe)).startsWith("HTTP/1.1 200");
        sockets.getFirst().close();
        await().untilAsserted(
                        () -> {
                            Socket another = connect();
                            send(another, UPGRADE);
                            assertThat(head(another)).startsWith("HTTP/1.1 101");
                        });
    }

    @Test
    void leavesAnUpgradedConnectionAloneHoweverLongItIsSilent() throws IOException {
        Socket socket = connect();
        send(socket, UPGRADE);
        head(socket);

        await().pollDelay(Duration.ofMillis(3_500)).until(() -> true);

        socket.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'});
        assertThat(socket.getInputStream().readNBytes(3)).containsExactly(0x81, 1, 'x');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET",
                "GET /health HTTP/1.1\r\nHost: a",
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
                "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab",
                "GET /big HTTP/1.1\r\nHost: a\r\n\r\n"
            })
    void writesNothingIntoTheLogWhenAClientGoesInTheMiddle(String request) throws IOException {
        try (CapturedLog log = new CapturedLog()) {
            Socket socket = connect();
            send(socket, request);
            await().until(() -> server.listener.connected() == 1);
            socket.close();

            await().until(() -> server.listener.connected() == 0);
            assertThat(log.lines())
                    .noneMatch(line -> line.startsWith("WARN") || line.startsWith("ERROR"));
        }
    }

    private Socket connect() throws IOException {
        Socket socket = server.connect();
        sockets.add(socket);
        return socket;
    }

    /** Sends a byte again and again, until it cannot. */
    private static void trickle(Socket socket, Duration limit) throws IOException {
        try {
            await().atMost(limit)
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreNoExceptions()
                    .until(
                            () -> {
                                send(socket, "x");
                                return false;
                            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("was not ended", e);
        }
    }

    private static long drain(Socket socket) {
        long total = 0;
        try {
            byte[] buffer = new byte[1 << 16];
            for (int read = socket.getInputStream().read(buffer);
                    read >= 0;
                    read = socket.getInputStream().read(buffer)) {
                total += read;
            }
        } catch (IOException reset) {
            return total;
        }
        return total;
    }
}
