package io.streamgauge.control.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One request must never become two. Each attempt carries a second request where a reader that
 * differs from ours would begin the next one; none may reach the service, and where ours itself is
 * not certain where the first ends, nothing may be read after it.
 */
class SmugglingIT {

    private static final String SMUGGLED =
            "GET /services/test/smuggled HTTP/1.1\r\nHost: a\r\nX-Smuggled: 1\r\n\r\n";

    static Stream<String> ambiguousFraming() {
        return Stream.of(
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: %d\r\n\r\n0\r\n\r\n"
                        .formatted(5 + SMUGGLED.length()),
                "Content-Length: 0\r\nContent-Length: %d\r\n\r\n".formatted(SMUGGLED.length()),
                "Content-Length: %d\r\nContent-Length: 0\r\n\r\n".formatted(SMUGGLED.length()),
                "Content-Length: 0, 5\r\n\r\n",
                "Content-Length: +0\r\n\r\n",
                "Content-Length: -1\r\n\r\n",
                "Content-Length: 0x0\r\n\r\n",
                "Content-Length: \r\n\r\n",
                "Content-Length: 99999999999999999999\r\n\r\n",
                "Transfer-Encoding: gzip, chunked\r\n\r\n",
                "Transfer-Encoding: chunked, identity\r\n\r\n",
                "Transfer-Encoding: Chunked\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n",
                "Transfer-Encoding: identity\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
                "Transfer-Encoding:\u000bchunked\r\n\r\n",
                "Transfer-Encoding : chunked\r\n\r\n",
                " Transfer-Encoding: chunked\r\n\r\n",
                "X: y\r\n Transfer-Encoding: chunked\r\n\r\n",
                "X: y\nTransfer-Encoding: chunked\r\n\r\n",
                "X: y\rTransfer-Encoding: chunked\r\n\r\n",
                "X: \u0000\r\n\r\n",
                "\u0000Transfer-Encoding: chunked\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("ambiguousFraming")
    void refusesARequestThatDoesNotSayWhereItEnds(String rest) throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok("x"));
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            String answer =
                    client.send("POST /services/test HTTP/1.1\r\nHost: a\r\n" + rest + SMUGGLED)
                            .readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 400").containsOnlyOnce("HTTP/1.1 ");
            assertThat(upstream.connections).hasValue(0);
        }
    }

    static Stream<String> malformedChunks() {
        return Stream.of(
                "+5\r\nhello\r\n0\r\n\r\n",
                "zz\r\nhello\r\n0\r\n\r\n",
                "-5\r\nhello\r\n0\r\n\r\n",
                "5;ext=\"\r\n\"\r\nhello\r\n0\r\n\r\n",
                "5\nhello\r\n0\r\n\r\n",
                "5\rhello\r\n0\r\n\r\n",
                "100000005\r\nhello\r\n0\r\n\r\n",
                "80000000\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "\r\n5\r\nhello\r\n0\r\n\r\n",
                "5\r\nhello\r\n0\r\nX-Tenant-Id: victim\r\n\r\n",
                "5\r\nhello\r\n0\r\nX");
    }

    @ParameterizedTest
    @MethodSource("malformedChunks")
    void neverCompletesABodyThatCannotBeRead(String chunks) throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok("x"));
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            String answer =
                    client.send(
                                    "POST /services/test HTTP/1.1\r\nHost: a\r\n"
                                            + "Transfer-Encoding: chunked\r\n\r\n"
                                            + chunks
                                            + SMUGGLED)
                            .readToEnd();

            // The service may have seen its begin, and then the end of the connection.
            Awaitility.await()
                    .untilAsserted(
                            () ->
                                    assertThat(upstream.broken.get())
                                            .isEqualTo(upstream.connections.get()));
            assertThat(answer).startsWith("HTTP/1.1 400").containsOnlyOnce("HTTP/1.1 ");
            assertThat(upstream.received).isEmpty();
        }
    }

    static Stream<String> lenientChunks() {
        return Stream.of("5\r\nhelloXX0\r\n\r\n", "00005\r\nhello\r\n0\r\n\r\n");
    }

    /** The server lets these through; the service must see them as what the server has read. */
    @ParameterizedTest
    @MethodSource("lenientChunks")
    void framesChunksAnew(String chunks) throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok("x"));
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            client.send(
                            "POST /services/test HTTP/1.1\r\nHost: a\r\n"
                                    + "Transfer-Encoding: chunked\r\n\r\n"
                                    + chunks)
                    .readHead();

            assertThat(upstream.only().text()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /services/test/%0d%0aX:%20y HTTP/1.1",
                "GET /services/test/..%2f..%2fadmin HTTP/1.1",
                "GET /services/test/../../admin HTTP/1.1",
                "GET /services/test/..;/admin HTTP/1.1",
                "GET /services/test/\u00e9 HTTP/1.1",
                "GET /services/test?a=\u00e9 HTTP/1.1",
                "GET /services/test/a\tb HTTP/1.1",
                "GET http://127.0.0.1/services/test HTTP/1.1",
                "GET //services/test HTTP/1.1",
                "GET /%73ervices/test HTTP/1.1",
                "G\u00cbT /services/test HTTP/1.1",
            })
    void refusesTargetsThatMeanDifferentThings(String requestLine) throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok("x"));
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            String head = client.send(requestLine + "\r\nHost: a\r\n\r\n").readHead();

            assertThat(head).containsPattern("^HTTP/1.1 (400|404|500)");
            assertThat(upstream.connections).hasValue(0);
        }
    }

    @Test
    void refusesAHeaderThatItCannotPassOnAsItIs() throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok("x"));
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            String head =
                    client.send(
                                    "GET /services/test HTTP/1.1\r\n"
                                            + "Host: a\r\n"
                                            + "X-Name: J\u00f6rg\r\n\r\n")
                            .readHead();

            assertThat(head).startsWith("HTTP/1.1 400");
            assertThat(upstream.connections).hasValue(0);
        }
    }

    @Test
    void doesNotReadTheBodyOfARefusedQuestionAsARequest() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.nextHead();
                                    conversation.send(
                                            "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n");
                                    conversation.awaitEnd();
                                });
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            String answer =
                    client.send(
                                    "POST /services/test HTTP/1.1\r\n"
                                            + "Host: a\r\n"
                                            + "Expect: 100-continue\r\n"
                                            + "Content-Length: %d\r\n\r\n%s"
                                                    .formatted(SMUGGLED.length(), SMUGGLED))
                            .readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 417").containsOnlyOnce("HTTP/1.1 ");
            assertThat(upstream.connections).hasValue(1);
        }
    }

    /** What a service says that makes it unclear where its response ends. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "Content-Length: 3, 3\r\n\r\nabc",
                "Content-Length: x\r\n\r\nabc",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
                "X : a\r\nContent-Length: 0\r\n\r\n",
                "X: a\nContent-Length: 0\r\n\r\n",
                "X: a\u0000b\r\nContent-Length: 0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            })
    void doesNotBelieveAResponseThatCanBeReadInTwoWays(String rest) throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering("HTTP/1.1 200 OK\r\n" + rest);
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            String get = "GET /services/test HTTP/1.1\r\nHost: a\r\n\r\n";

            assertThat(client.send(get).readHead())
                    .startsWith("HTTP/1.1 502")
                    .contains("application/problem+json");
            try (RawClient other = proxy.connect()) {
                other.send(get).readHead();
            }
            assertThat(upstream.connections).hasValue(2);
        }
    }

    @Test
    void givesNobodyAResponseThatNobodyAskedFor() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                (request, conversation) ->
                                        conversation.send(
                                                TestingUpstream.ok("first")
                                                        + TestingUpstream.ok("poison")));
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            String get = "GET /services/test HTTP/1.1\r\nHost: a\r\n\r\n";

            client.send(get).readUntil("first");
            client.send(get).readUntil("first");

            assertThat(upstream.connections).hasValue(2);
        }
    }

    @ParameterizedTest
    @MethodSource("ambiguousFraming")
    void refusesItForEveryOtherRouteToo(String rest) throws Exception {
        String answer = inProcess("/in-process", rest + SMUGGLED);

        assertThat(answer).startsWith("HTTP/1.1 400").containsOnlyOnce("HTTP/1.1 ");
    }

    @ParameterizedTest
    @MethodSource("malformedChunks")
    void endsAConnectionWhoseBodyNoRouteCouldRead(String chunks) throws Exception {
        String answer =
                inProcess("/in-process", "Transfer-Encoding: chunked\r\n\r\n" + chunks + SMUGGLED);

        assertThat(answer).startsWith("HTTP/1.1 400").containsOnlyOnce("HTTP/1.1 ");
    }

    @Test
    void endsAConnectionWhoseQuestionNoRouteAnswered() throws Exception {
        String answer =
                inProcess(
                        "/unread",
                        "Expect: 100-continue\r\nContent-Length: %d\r\n\r\n%s"
                                .formatted(SMUGGLED.length(), SMUGGLED));

        assertThat(answer).startsWith("HTTP/1.1 200").containsOnlyOnce("HTTP/1.1 ");
    }

    @Test
    void endsAConnectionWhereTheResponseSaysSo() throws Exception {
        String answer =
                inProcess(
                        "/closing",
                        "Content-Length: %d\r\n\r\n%s".formatted(SMUGGLED.length(), SMUGGLED));

        assertThat(answer).startsWith("HTTP/1.1 200").containsOnlyOnce("HTTP/1.1 ");
    }

    @Test
    void letsOrdinaryRequestsGoOn() throws Exception {
        String answer =
                inProcess(
                        "/in-process",
                        "Content-Length: 2\r\n\r\nabPOST /in-process HTTP/1.1\r\nHost: a\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n2\r\ncd\r\n0\r\n\r\n"
                                + "GET /closing HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(List.of(answer.split("HTTP/1.1 200", -1))).hasSize(4);
        assertThat(answer).contains("read 2").endsWith("bye");
    }

    /** Sends a POST to a route in process. */
    private static String inProcess(String path, String rest) throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok("x"));
                ProxyServer proxy =
                        ProxyServer.to(upstream.uri(""))
                                .routes(
                                        routing ->
                                                routing.any(
                                                                "/in-process",
                                                                (request, response) ->
                                                                        response.send(
                                                                                "read "
                                                                                        + length(
                                                                                                request)))
                                                        .any(
                                                                "/unread",
                                                                (request, response) ->
                                                                        response.send("unread"))
                                                        .any(
                                                                "/closing",
                                                                (request, response) -> {
                                                                    response.header(
                                                                            "Connection", "close");
                                                                    response.send("bye");
                                                                }))
                                .start();
                RawClient client = proxy.connect()) {
            String answer =
                    client.send("POST %s HTTP/1.1\r\nHost: a\r\n%s".formatted(path, rest))
                            .readToEnd();
            assertThat(upstream.connections).hasValue(0);
            return answer;
        }
    }

    private static int length(ServerRequest request) throws IOException {
        return request.content().hasEntity()
                ? request.content().inputStream().readAllBytes().length
                : 0;
    }
}
