package io.streamgauge.control.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.streamgauge.control.config.UpstreamHeaders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamProxyIT {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterAll
    static void closeClient() {
        HTTP.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "OPTIONS", "REPORT"})
    void passesOnMethodPathQueryAndBody(String method) throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok("done"));
                ProxyServer proxy = ProxyServer.to(upstream)) {
            HttpResponse<String> response =
                    HTTP.send(
                            HttpRequest.newBuilder(proxy.uri("/a%20b/c?x=1&y=%26"))
                                    .method(method, BodyPublishers.ofString("the body"))
                                    .header("Content-Type", "text/plain")
                                    .build(),
                            BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("done");
            TestingUpstream.Received request = upstream.only();
            assertThat(request.requestLine())
                    .isEqualTo(method + " /services/test/a%20b/c?x=1&y=%26 HTTP/1.1");
            assertThat(request.text()).isEqualTo("the body");
            assertThat(request.all("Content-Length")).containsExactly("8");
            assertThat(request.all("Content-Type")).containsExactly("text/plain");
        }
    }

    @Test
    void passesBackStatusAndEveryHeaderInItsOrder() throws Exception {
        String answer =
                """
                HTTP/1.1 418 I'm a teapot\r
                Set-Cookie: a=1; Path=/\r
                Set-Cookie: b=2\r
                X-Multi: one\r
                X-Multi: two, three\r
                Content-Type: text/plain;charset=utf-8\r
                Server: legacy/1.0\r
                X-Request-Id: the-services-own\r
                Alt-Svc: h3=":443"\r
                Content-Length: 3\r
                \r
                pot\
                """;
        try (TestingUpstream upstream = TestingUpstream.answering(answer);
                ProxyServer proxy = ProxyServer.to(upstream)) {
            HttpResponse<String> response = get(proxy.uri("/x"));

            assertThat(response.statusCode()).isEqualTo(418);
            assertThat(response.headers().allValues("Set-Cookie"))
                    .containsExactly("a=1; Path=/", "b=2");
            assertThat(response.headers().allValues("X-Multi"))
                    .containsExactly("one", "two, three");
            assertThat(response.headers().allValues("Server")).containsExactly("legacy/1.0");
            assertThat(response.headers().allValues("Content-Length")).containsExactly("3");
            assertThat(response.headers().allValues("Via")).containsExactly("1.1 streamgauge");
            assertThat(response.headers().allValues("X-Request-Id"))
                    .hasSize(1)
                    .doesNotContain("the-services-own");
            assertThat(response.headers().allValues("Alt-Svc")).isEmpty();
            assertThat(response.body()).isEqualTo("pot");
        }
    }

    @Test
    void tellsTheServiceWhoAsksAndNotWhatTheClientClaims() throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok(""));
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            client.send(
                            """
                            GET /services/test HTTP/1.1\r
                            Host: gateway.example:8443\r
                            X-Tenant-Id: victim\r
                            x-tenant-id: victim2\r
                            X_Tenant_Id: victim3\r
                            X-Streamgauge-Subject: root\r
                            X-Streamgauge_Scopes: everything\r
                            X-Forwarded-For: 10.0.0.1\r
                            X-Forwarded-Host: evil.example\r
                            X-Forwarded-Proto: https\r
                            X-Forwarded-User: root\r
                            X_Forwarded_For: 10.0.0.2\r
                            X-Real-IP: 10.0.0.3\r
                            Forwarded: for=10.0.0.4\r
                            X-Original-URL: /admin\r
                            X-Request-Id: my-id\r
                            Via: 1.0 before\r
                            Authorization: Bearer secret\r
                            X-API-Key: secret\r
                            Cookie: session=1\r
                            X-Of-Client: kept\r
                            \r
                            """)
                    .readHead();

            TestingUpstream.Received request = upstream.only();
            assertThat(request.all("X-Tenant-Id")).containsExactly("acme");
            assertThat(request.all("X-Streamgauge-Subject")).containsExactly("alice");
            assertThat(request.all("X-Streamgauge-Scopes"))
                    .containsExactly("streams:read streams:write");
            assertThat(request.all("X-Forwarded-For")).containsExactly("127.0.0.1");
            assertThat(request.all("X-Forwarded-Host")).containsExactly("gateway.example:8443");
            assertThat(request.all("X-Forwarded-Proto")).containsExactly("http");
            assertThat(request.all("Forwarded"))
                    .containsExactly("for=\"127.0.0.1\";host=\"gateway.example:8443\";proto=http");
            assertThat(request.all("X-Request-Id")).containsExactly("my-id");
            assertThat(request.all("Via")).containsExactly("1.0 before, 1.1 streamgauge");
            assertThat(request.all("Host")).containsExactly("127.0.0.1:" + upstream.port());
            assertThat(request.all("Cookie")).containsExactly("session=1");
            assertThat(request.all("X-Of-Client")).containsExactly("kept");
            assertThat(request.head())
                    .doesNotContain("victim", "root", "everything", "evil", "10.0.0", "secret")
                    .doesNotContainIgnoringCase("x-original-url");
        }
    }

    @Test
    void claimsNothingWhereNobodyWasAskedFor() throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok(""));
                ProxyServer proxy =
                        ProxyServer.to(upstream.uri("")).identity(Optional.empty()).start()) {
            get(proxy.uri(""), "X-Tenant-Id", "victim", "X-Streamgauge-Subject", "root");

            assertThat(upstream.only().head())
                    .doesNotContainIgnoringCase("x-tenant-id")
                    .doesNotContainIgnoringCase("x-streamgauge");
        }
    }

    @Test
    void writesASubjectOfAnyCharactersOnOneLine() throws Exception {
        ForwardedIdentity identity =
                new ForwardedIdentity("acme", "J\u00f6rg\r\nX-Tenant-Id: victim%", Set.of());
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok(""));
                ProxyServer proxy =
                        ProxyServer.to(upstream.uri("")).identity(Optional.of(identity)).start()) {
            get(proxy.uri(""));

            assertThat(upstream.only().all("X-Tenant-Id")).containsExactly("acme");
            assertThat(upstream.only().all("X-Streamgauge-Subject"))
                    .containsExactly("J%C3%B6rg%0D%0AX-Tenant-Id:%20victim%25");
        }
    }

    @Test
    void keepsWhatIsAboutOneConnectionOffTheOther() throws Exception {
        String answer =
                """
                HTTP/1.1 200 OK\r
                Connection: keep-alive, X-Hop\r
                Keep-Alive: timeout=5\r
                X-Hop: 1\r
                X-End: 1\r
                Proxy-Authenticate: Basic\r
                Trailer: X-Late\r
                Upgrade: h2c\r
                Transfer-Encoding: chunked\r
                \r
                2\r
                ok\r
                0\r
                X-Late: 1\r
                \r
                """;
        try (TestingUpstream upstream = TestingUpstream.answering(answer);
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            String head =
                    client.send(
                                    """
                                    GET /services/test HTTP/1.1\r
                                    Host: a\r
                                    Connection: keep-alive, X-Hop, X-Tenant-Id\r
                                    Keep-Alive: 300\r
                                    X-Hop: 1\r
                                    X-End: 1\r
                                    TE: trailers\r
                                    Trailer: X-Late\r
                                    Upgrade: h2c\r
                                    HTTP2-Settings: AAA\r
                                    Proxy-Authorization: Basic x\r
                                    Proxy-Connection: keep-alive\r
                                    \r
                                    """)
                            .readHead();

            TestingUpstream.Received request = upstream.only();
            assertThat(request.all("X-End")).containsExactly("1");
            assertThat(request.all("X-Tenant-Id")).containsExactly("acme");
            assertThat(List.of("Connection", "Keep-Alive", "X-Hop", "TE", "Trailer", "Upgrade"))
                    .allSatisfy(name -> assertThat(request.all(name)).as(name).isEmpty());
            assertThat(request.head()).doesNotContainIgnoringCase("proxy-", "http2");
            assertThat(head)
                    .contains("X-End: 1")
                    .doesNotContain("X-Hop", "Keep-Alive:", "Proxy-", "X-Late", "h2c");
        }
    }

    @Test
    void letsConfigurationDecideOnTheRest() throws Exception {
        UpstreamHeaders headers =
                new UpstreamHeaders(
                        true,
                        true,
                        true,
                        Set.of("X-Good", "Authorization", "X-Bad"),
                        Set.of("x-bad"),
                        Set.of("Server"));
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                "HTTP/1.1 200 OK\r\nServer: x\r\nX-Kept: 1\r\n"
                                        + "Content-Length: 0\r\n\r\n");
                ProxyServer proxy = ProxyServer.to(upstream.uri("")).headers(headers).start();
                RawClient client = proxy.connect()) {
            String head =
                    client.send(
                                    """
                                    GET /services/test HTTP/1.1\r
                                    Host: gateway.example\r
                                    Authorization: Bearer t\r
                                    X-Good: 1\r
                                    X-Bad: 1\r
                                    X-Other: 1\r
                                    X-Forwarded-For: 10.0.0.1\r
                                    X-Forwarded-Proto: https\r
                                    X-Forwarded-Host: outer.example\r
                                    Forwarded: for=10.0.0.1\r
                                    \r
                                    """)
                            .readHead();

            TestingUpstream.Received request = upstream.only();
            assertThat(request.all("Host")).containsExactly("gateway.example");
            assertThat(request.all("Authorization")).containsExactly("Bearer t");
            assertThat(request.all("X-Good")).containsExactly("1");
            assertThat(request.head()).doesNotContain("X-Bad", "X-Other");
            assertThat(request.all("X-Forwarded-For")).containsExactly("10.0.0.1, 127.0.0.1");
            assertThat(request.all("X-Forwarded-Proto")).containsExactly("https");
            assertThat(request.all("X-Forwarded-Host")).containsExactly("outer.example");
            assertThat(request.all("Forwarded").getFirst())
                    .startsWith("for=10.0.0.1, for=\"127.0.0.1\"");
            assertThat(head).contains("X-Kept: 1").doesNotContain("Server:");
        }
    }

    @Test
    void hidesWhereTheServiceIs() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                (request, conversation) -> {
                                    String place =
                                            request.requestLine().contains("absolute")
                                                    ? "http://127.0.0.1:%d/base/new"
                                                            .formatted(
                                                                    conversation.socket
                                                                            .getLocalPort())
                                                    : "/base/new";
                                    conversation.send(
                                            "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                                                    .formatted(place));
                                });
                ProxyServer proxy = ProxyServer.to(upstream.uri("/base")).stripPrefix().start()) {
            HttpResponse<String> relative = get(proxy.uri("/relative"));
            HttpResponse<String> absolute = get(proxy.uri("/absolute"));

            assertThat(upstream.received.getFirst().requestLine())
                    .isEqualTo("GET /base/relative HTTP/1.1");
            assertThat(upstream.received.getFirst().all("X-Forwarded-Prefix"))
                    .containsExactly("/services/test");
            assertThat(relative.headers().firstValue("Location")).contains("/services/test/new");
            assertThat(absolute.headers().firstValue("Location")).contains("/services/test/new");
        }
    }

    @Test
    void leavesWhatFiltersHaveSetAndAddsToLists() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                "HTTP/1.1 200 OK\r\nRateLimit: theirs\r\nVary: Accept\r\n"
                                        + "Content-Length: 0\r\n\r\n");
                ProxyServer proxy =
                        ProxyServer.to(upstream.uri(""))
                                .routes(
                                        routing ->
                                                routing.addFilter(
                                                        (chain, request, response) -> {
                                                            response.header("RateLimit", "ours");
                                                            response.header("Vary", "Origin");
                                                            chain.proceed();
                                                        }))
                                .start()) {
            HttpResponse<String> response = get(proxy.uri(""));

            assertThat(response.headers().allValues("RateLimit")).containsExactly("ours");
            assertThat(response.headers().allValues("Vary"))
                    .containsExactlyInAnyOrder("Origin", "Accept");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD|200 OK|Content-Length: 1234",
                "HEAD|200 OK|Transfer-Encoding: chunked",
                "GET|204 No Content|X: y",
                "GET|304 Not Modified|Content-Length: 1234",
                "GET|304 Not Modified|ETag: \"x\"",
            })
    void takesNoBodyWhereThereIsNone(String example) throws Exception {
        List<String> parts = List.of(example.split("\\|", -1));
        String answer = "HTTP/1.1 %s\r\n%s\r\n\r\n".formatted(parts.get(1), parts.get(2));
        try (TestingUpstream upstream = TestingUpstream.answering(answer);
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            String request = parts.getFirst() + " /services/test HTTP/1.1\r\nHost: a\r\n\r\n";

            String first = client.send(request).readHead();
            String second = client.send(request).readHead();

            assertThat(first).startsWith("HTTP/1.1 " + parts.get(1).substring(0, 3));
            assertThat(second.lines().findFirst()).isEqualTo(first.lines().findFirst());
            if (parts.get(2).equals("Content-Length: 1234") && parts.getFirst().equals("HEAD")) {
                assertThat(first).contains("Content-Length: 1234");
            } else if (!parts.get(1).startsWith("204")) {
                assertThat(first).doesNotContain("Content-Length");
            }
            assertThat(upstream.connections).hasValue(1);
        }
    }

    @Test
    void readsABodyThatEndsWithItsConnection() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.next();
                                    conversation.send("HTTP/1.0 200 OK\r\n\r\nold and whole");
                                });
                ProxyServer proxy = ProxyServer.to(upstream)) {
            assertThat(get(proxy.uri("")).body()).isEqualTo("old and whole");
            assertThat(get(proxy.uri("")).body()).isEqualTo("old and whole");
            assertThat(upstream.connections).hasValue(2);
        }
    }

    @Test
    void usesAConnectionAgainAndNoneThatTheServiceWantsToEnd() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                (request, conversation) ->
                                        conversation.send(
                                                request.requestLine().contains("last")
                                                        ? "HTTP/1.1 200 OK\r\nConnection: close\r\n"
                                                                + "Content-Length: 0\r\n\r\n"
                                                        : TestingUpstream.ok("x")));
                ProxyServer proxy = ProxyServer.to(upstream)) {
            get(proxy.uri("/1"));
            get(proxy.uri("/2"));
            assertThat(upstream.connections).hasValue(1);

            get(proxy.uri("/last"));
            get(proxy.uri("/3"));
            assertThat(upstream.connections).hasValue(2);
        }
    }

    @Test
    void asksAgainWhereAKeptConnectionTurnsOutToBeClosed() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.next();
                                    conversation.send(TestingUpstream.ok("x"));
                                    // It says nothing of a close, and closes at the next request.
                                    conversation.nextHead();
                                });
                ProxyServer proxy = ProxyServer.to(upstream)) {
            for (int i = 0; i < 3; i++) {
                assertThat(get(proxy.uri("/" + i)).statusCode()).isEqualTo(200);
            }
            assertThat(upstream.connections).hasValue(3);
        }
    }

    @Test
    void doesNotSendTwiceWhatMayNotBeDoneTwice() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.next();
                                    conversation.send(TestingUpstream.ok("x"));
                                    conversation.next();
                                });
                ProxyServer proxy = ProxyServer.to(upstream)) {
            get(proxy.uri(""));
            HttpResponse<String> post =
                    HTTP.send(
                            HttpRequest.newBuilder(proxy.uri("/pay"))
                                    .POST(BodyPublishers.ofString("100"))
                                    .build(),
                            BodyHandlers.ofString());

            assertThat(post.statusCode()).isEqualTo(502);
            assertThat(upstream.received)
                    .filteredOn(it -> it.requestLine().startsWith("POST"))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "CONNECT"})
    void refusesMethodsThatAreNotForAService(String method) throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok(""));
                ProxyServer proxy = ProxyServer.to(upstream);
                RawClient client = proxy.connect()) {
            String head =
                    client.send(method + " /services/test HTTP/1.1\r\nHost: a\r\n\r\n").readHead();

            assertThat(head).startsWith("HTTP/1.1 405");
            assertThat(upstream.received).isEmpty();
        }
    }

    @Test
    void worksWithAnotherServersHttp() throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    exchange.getResponseHeaders().add("X-Method", exchange.getRequestMethod());
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        URI target = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (ProxyServer proxy = ProxyServer.to(target).start()) {
            for (int size : new int[] {0, 1, 16_384, 16_385, 1_000_000}) {
                byte[] body = "x".repeat(size).getBytes(US_ASCII);
                HttpResponse<byte[]> response =
                        HTTP.send(
                                HttpRequest.newBuilder(proxy.uri("/echo"))
                                        .PUT(BodyPublishers.ofByteArray(body))
                                        .build(),
                                BodyHandlers.ofByteArray());

                assertThat(response.body()).isEqualTo(body);
                assertThat(response.headers().firstValue("X-Method")).contains("PUT");
            }
        } finally {
            server.stop(0);
        }
    }

    private static HttpResponse<String> get(URI uri, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
