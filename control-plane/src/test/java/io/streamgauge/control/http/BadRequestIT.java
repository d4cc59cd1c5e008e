package io.streamgauge.control.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.testing.RunningControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that are wrong in every way, byte by byte, and what they get. */
class BadRequestIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String MALFORMED = "malformed-request";
    private static final String HOST = "Host: localhost\r\n";

    private static String token;

    /** A request, as bytes one by one, and its answer. */
    private record Case(String name, String request, int status, String code) {

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void newTenant() {
        TenantId tenant = SERVER.backends().newTenant();
        token = SERVER.issuer().token(tenant, "admin");
        SERVER.admin(tenant)
                .post(
                        "/api/v1/streams",
                        """
                        {"name": "s", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
                        """);
    }

    static Stream<Case> lines() {
        return Stream.of(
                line("no HTTP", "hello", 400, MALFORMED),
                line("a line of two words", "GET /health", 400, MALFORMED),
                line("an empty line", "", 400, MALFORMED),
                line("HTTP/1.0", "GET /health HTTP/1.0", 505, MALFORMED),
                line("HTTP/2 without a word", "PRI * HTTP/2.0", 400, MALFORMED),
                line(
                        "a line without end",
                        "GET /" + "a".repeat(9_000) + " HTTP/1.1",
                        414,
                        MALFORMED),
                line("a path that is no URI", "GET /<> HTTP/1.1", 400, MALFORMED),
                line("a broken escape", "GET /%zz HTTP/1.1", 400, MALFORMED),
                line("a query that is no URI", "GET /health?a=<> HTTP/1.1", 400, MALFORMED),
                line(
                        "another server",
                        "GET http://other.test/api/v1/streams HTTP/1.1",
                        401,
                        "unauthenticated"),
                line("no path", "OPTIONS * HTTP/1.1", 400, MALFORMED),
                line("a tunnel", "CONNECT other.test:80 HTTP/1.1", 400, MALFORMED),
                line("TRACE", "TRACE /health HTTP/1.1", 405, "method-not-allowed"),
                line("an invented method", "BREW /health HTTP/1.1", 405, "method-not-allowed"),
                line(
                        "matrix parameters",
                        "GET /api;a=b/v1/streams HTTP/1.1",
                        401,
                        "unauthenticated"),
                line("an escaped letter", "GET /%61pi/v1/streams HTTP/1.1", 401, "unauthenticated"),
                line("two slashes", "GET //api/v1/streams HTTP/1.1", 401, "unauthenticated"),
                line("dots", "GET /health/../api/v1/streams HTTP/1.1", 401, "unauthenticated"),
                line("capitals", "GET /API/v1/streams HTTP/1.1", 404, "not-found"));
    }

    static Stream<Case> headers() {
        return Stream.of(
                get("no host", "", 400, MALFORMED),
                get("two hosts", HOST + "Host: b\r\n", 400, MALFORMED),
                get("a host that is none", "Host: a/b\r\n", 400, MALFORMED),
                get("many headers", HOST + many(150), 431, MALFORMED),
                get("a long header", HOST + "X: " + "a".repeat(20_000) + "\r\n", 431, MALFORMED),
                get("a long name", HOST + "X".repeat(20_000) + ": a\r\n", 431, MALFORMED),
                get("no colon", HOST + "nothing\r\n", 400, MALFORMED),
                get("a blank before the colon", HOST + "X : a\r\n", 400, MALFORMED),
                get("a folded line", HOST + "X: a\r\n b\r\n", 400, MALFORMED),
                get("a line feed alone", HOST + "X: a\nY: b\r\n", 400, MALFORMED),
                get("a carriage return alone", HOST + "X: a\rY: b\r\n", 400, MALFORMED),
                get("a control character", HOST + "X: a\u0000b\r\n", 400, MALFORMED),
                get("a body", HOST + "Content-Length: 1\r\n", 400, MALFORMED),
                get("a body in chunks", HOST + "Transfer-Encoding: chunked\r\n", 400, MALFORMED),
                get("a WebSocket without a key", upgrade(""), 401, "unauthenticated"),
                get("a bad key", upgrade("Sec-WebSocket-Key: !\r\n"), 400, MALFORMED),
                get("a short key", upgrade("Sec-WebSocket-Key: AAAA\r\n"), 400, MALFORMED),
                get(
                        "an old WebSocket",
                        upgrade("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n")
                                .replace("Version: 13", "Version: 8"),
                        400,
                        MALFORMED));
    }

    static Stream<Case> lengths() {
        String length = "Content-Length: 2\r\n";
        String chunked = "Transfer-Encoding: chunked\r\n";
        return Stream.of(
                post("no number", "Content-Length: x\r\n", "{}", 400, MALFORMED),
                post("a sign", "Content-Length: +2\r\n", "{}", 400, MALFORMED),
                post("less than nothing", "Content-Length: -1\r\n", "{}", 400, MALFORMED),
                post("hexadecimal", "Content-Length: 0x2\r\n", "{}", 400, MALFORMED),
                post(
                        "too many digits",
                        "Content-Length: 99999999999999999999\r\n",
                        "",
                        400,
                        MALFORMED),
                post("two lengths", length + "Content-Length: 3\r\n", "{}", 400, MALFORMED),
                post("one length twice", length + length, "{}", 400, MALFORMED),
                post("a list of lengths", "Content-Length: 2, 2\r\n", "{}", 400, MALFORMED),
                post("length and chunks", length + chunked, "0\r\n\r\n", 400, MALFORMED),
                post("chunks and length", chunked + length, "0\r\n\r\n", 400, MALFORMED),
                post("chunks twice", chunked + chunked, "0\r\n\r\n", 400, MALFORMED),
                post("gzip and chunks", "Transfer-Encoding: gzip, chunked\r\n", "", 400, MALFORMED),
                post("Chunks", "Transfer-Encoding: Chunked\r\n", "0\r\n\r\n", 400, MALFORMED),
                post("identity", "Transfer-Encoding: identity\r\n", "", 400, MALFORMED),
                post("a vertical tab", "Transfer-Encoding: \u000bchunked\r\n", "", 400, MALFORMED),
                post(
                        "beyond every bound",
                        "Content-Length: 999999999\r\n",
                        "",
                        413,
                        "payload-too-large"));
    }

    static Stream<Case> chunks() {
        return Stream.of(
                chunk("no number", "x\r\n{}\r\n0\r\n\r\n", 400, MALFORMED),
                chunk("nothing", "\r\n{}\r\n0\r\n\r\n", 400, MALFORMED),
                chunk("a sign", "+2\r\n{}\r\n0\r\n\r\n", 400, MALFORMED),
                chunk("less than nothing", "-2\r\n{}\r\n0\r\n\r\n", 400, MALFORMED),
                chunk("an extension", "2;a=b\r\n{}\r\n0\r\n\r\n", 400, MALFORMED),
                chunk("a line feed alone", "2\n{}\r\n0\r\n\r\n", 400, MALFORMED),
                chunk("a line without end", "2" + " ".repeat(5_000), 400, MALFORMED),
                chunk("too large", "100001\r\n{}", 400, MALFORMED),
                chunk("larger than an int", "ffffffffffff\r\n{}", 400, MALFORMED),
                chunk("a trailer", "2\r\n{}\r\n0\r\nX: y\r\n\r\n", 400, MALFORMED));
    }

    static Stream<Case> types() {
        String media = "unsupported-media-type";
        return Stream.of(
                body("no type", "", "{}", 415, media),
                body("text", "Content-Type: text/plain\r\n", "{}", 415, media),
                body(
                        "a form",
                        "Content-Type: application/x-www-form-urlencoded\r\n",
                        "{}",
                        415,
                        media),
                body("nonsense", "Content-Type: ;;\r\n", "{}", 415, media),
                body(
                        "Latin 1",
                        "Content-Type: application/json;charset=latin1\r\n",
                        "{}",
                        415,
                        media),
                body("gzip", type() + "Content-Encoding: gzip\r\n", "{}", 415, media),
                changed("a change of another type", "PUT /api/v1/streams/s", "{}"),
                changed("events of another type", "POST /api/v1/streams/s/events", "v\n1\n"),
                changed("a key of another type", "POST /api/v1/api-keys", "{}"));
    }

    static Stream<Case> json() {
        return Stream.of(
                json("nothing", "", 400, MALFORMED),
                json("no JSON", "{", 400, MALFORMED),
                json("two values", "{} {}", 400, MALFORMED),
                json("one name twice", "{\"name\": \"a\", \"name\": \"b\"}", 400, MALFORMED),
                json("broken UTF-8", "{\"name\": \"\u00ff\"}", 400, MALFORMED),
                json("100,000 arrays deep", "[".repeat(100_000), 400, MALFORMED),
                json("100,000 objects deep", "{\"a\":".repeat(50_000), 400, MALFORMED),
                json("a long number", "{\"a\": " + "1".repeat(1_000) + "}", 400, MALFORMED),
                json(
                        "a number of a large exponent",
                        "{\"name\": 1e999999999}",
                        400,
                        "invalid-request"),
                json("a long text", "{\"a\": \"" + "x".repeat(70_000) + "\"}", 400, MALFORMED),
                json("a long name", "{\"" + "x".repeat(2_000) + "\": 1}", 400, MALFORMED),
                json("a comment", "/* */ {}", 400, MALFORMED),
                json("NaN", "{\"name\": NaN}", 400, MALFORMED),
                json("much", "{\"a\": \"" + "x".repeat(300_000) + "\"}", 413, "payload-too-large"));
    }

    @ParameterizedTest
    @MethodSource({"lines", "headers", "lengths", "chunks", "types", "json"})
    void isAnsweredWithAProblem(Case bad) throws IOException {
        String answer = send(bad.request().replace("$TOKEN", token));

        assertThat(answer).startsWith("HTTP/1.1 " + bad.status());
        String head = answer.substring(0, answer.indexOf("\r\n\r\n"));
        JsonNode problem = Json.mapper().readTree(answer.substring(head.length() + 4));
        assertThat(problem.path("code").asText()).as(answer).isEqualTo(bad.code());
        assertThat(problem.path("status").asInt()).isEqualTo(bad.status());
        assertThat(problem.path("detail").asText())
                .isNotBlank()
                .doesNotContain("\n", "Exception", "io.", "java", "StreamReadConstraints");
        assertThat(problem.path("requestId").asText()).isNotBlank();
        assertThat(head)
                .containsIgnoringCase("X-Request-Id: ")
                .containsIgnoringCase("Content-Type: application/problem+json")
                .containsIgnoringCase("X-Content-Type-Options: nosniff")
                .containsIgnoringCase("Cache-Control: no-store");
    }

    private static Case line(String name, String line, int status, String code) {
        return new Case("line: " + name, line + "\r\n" + HOST + end(), status, code);
    }

    private static Case get(String name, String headers, int status, String code) {
        return new Case(
                "headers: " + name,
                "GET /api/v1/live HTTP/1.1\r\n" + headers + end(),
                status,
                code);
    }

    private static Case post(String name, String headers, String body, int status, String code) {
        return new Case("length: " + name, create(type() + headers, body), status, code);
    }

    private static Case chunk(String name, String body, int status, String code) {
        return new Case(
                "chunk: " + name,
                create(type() + "Transfer-Encoding: chunked\r\n", body),
                status,
                code);
    }

    private static Case body(String name, String headers, String body, int status, String code) {
        return new Case(
                "type: " + name,
                create(headers + "Content-Length: %d\r\n".formatted(body.length()), body),
                status,
                code);
    }

    private static Case changed(String name, String line, String body) {
        return new Case(
                "type: " + name,
                line
                        + " HTTP/1.1\r\n"
                        + HOST
                        + "Authorization: Bearer $TOKEN\r\nIf-Match: *\r\n"
                        + "Content-Type: text/csv\r\nContent-Length: %d\r\n"
                                .formatted(body.length())
                        + end()
                        + body,
                415,
                "unsupported-media-type");
    }

    private static Case json(String name, String body, int status, String code) {
        return new Case("JSON: " + name, body("", type(), body, 0, "").request(), status, code);
    }

    private static String create(String headers, String body) {
        return "POST /api/v1/streams HTTP/1.1\r\n"
                + HOST
                + "Authorization: Bearer $TOKEN\r\n"
                + headers
                + end()
                + body;
    }

    private static String upgrade(String headers) {
        return HOST
                + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + headers
                + "Connection: Upgrade\r\n";
    }

    private static String type() {
        return "Content-Type: application/json\r\n";
    }

    private static String many(int headers) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < headers; i++) {
            text.append("X-").append(i).append(": a\r\n");
        }
        return text.toString();
    }

    private static String end() {
        return "Connection: close\r\n\r\n";
    }

    private static String send(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), SERVER.controlPlane().port())) {
            socket.setSoTimeout(3_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
