package io.streamgauge.control.http;

import static io.streamgauge.control.http.ListenerFixture.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.control.config.HttpLimits;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every answer tells a browser, and which pages may read it. */
class AnswerHeadersIT {

    private static final String LISTED = "https://app.example.com";

    private static ListenerFixture server;

    private record Answer(int status, Map<String, String> headers, String body) {

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    @BeforeAll
    static void start() {
        server = new ListenerFixture(HttpLimits.DEFAULT, Optional.empty(), List.of(LISTED));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health",
                "GET /api/things",
                "GET /nothing",
                "GET /api/bug",
                "PUT /api/things",
                "GET /<>",
                "nonsense"
            })
    void tellsBrowsersToMakeLittleOfIt(String line) throws IOException {
        Answer answer = ask(line, "");

        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; frame-ancestors 'none'");
        assertThat(answer.headers())
                .doesNotContainKeys("server", "strict-transport-security", "x-powered-by");
    }

    @Test
    void isKeptByNobodyWhereItIsOfTheApi() throws IOException {
        assertThat(ask("GET /api/things", "").header("Cache-Control")).isEqualTo("no-store");
        assertThat(ask("GET /api/bug", "").header("Cache-Control")).isEqualTo("no-store");
        assertThat(ask("GET /health", "").headers()).doesNotContainKey("cache-control");
    }

    @Test
    void saysNothingOfTheInsideOfAnErrorOfOurs() throws IOException {
        Answer answer = ask("GET /api/bug", "");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body())
                .contains("\"code\":\"internal\"")
                .doesNotContain("secret", "Exception", "io.streamgauge", "java", "\tat ");
    }

    @Test
    void givesLeaveToAListedSiteBeforeItHasAToken() throws IOException {
        Answer leave =
                ask(
                        "OPTIONS /api/things",
                        origin(LISTED)
                                + "Access-Control-Request-Method: PUT\r\n"
                                + "Access-Control-Request-Headers: authorization, if-match\r\n");

        assertThat(leave.status()).isEqualTo(204);
        assertThat(leave.header("Access-Control-Allow-Origin")).isEqualTo(LISTED);
        assertThat(leave.header("Access-Control-Allow-Methods")).contains("PUT", "DELETE");
        assertThat(list(leave.header("Access-Control-Allow-Headers")))
                .contains("authorization", "content-type", "if-match", "x-api-key", "x-tenant-id");
        assertThat(leave.header("Access-Control-Max-Age")).isEqualTo("7200");
        assertThat(leave.header("Vary")).isEqualTo("Origin");
        assertThat(leave.headers()).doesNotContainKey("access-control-allow-credentials");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.test",
                "https://app.example.com.evil.test",
                "https://app.example.com:8443",
                "http://app.example.com",
                "HTTPS://APP.EXAMPLE.COM",
                "null"
            })
    void givesNoneToAnyOther(String origin) throws IOException {
        Answer leave =
                ask(
                        "OPTIONS /api/things",
                        origin(origin) + "Access-Control-Request-Method: GET\r\n");
        Answer answer = ask("GET /api/things", origin(origin));

        assertThat(leave.status()).isEqualTo(403);
        assertThat(leave.body()).contains("\"code\":\"forbidden\"");
        assertThat(answer.status()).as("the browser keeps it from the page").isEqualTo(200);
        for (Answer each : List.of(leave, answer)) {
            assertThat(each.headers()).doesNotContainKey("access-control-allow-origin");
            assertThat(each.header("Vary")).isEqualTo("Origin");
        }
    }

    @Test
    void letsAListedSiteReadAnswersAndFailures() throws IOException {
        for (String line : List.of("GET /api/things", "GET /api/bug", "GET /api/nothing")) {
            Answer answer = ask(line, origin(LISTED));

            assertThat(answer.header("Access-Control-Allow-Origin")).as(line).isEqualTo(LISTED);
            assertThat(list(answer.header("Access-Control-Expose-Headers")))
                    .contains("etag", "link", "location", "retry-after", "x-request-id");
            assertThat(answer.header("Vary")).isEqualTo("Origin");
        }
    }

    @Test
    void addsToWhatAHandlerSaysThatItsAnswerVariesBy() throws IOException {
        assertThat(list(ask("GET /api/varied", origin(LISTED)).header("Vary")))
                .containsExactly("accept", "accept-language", "origin");
        assertThat(list(ask("GET /api/varied", "").header("Vary")))
                .containsExactly("accept", "accept-language", "origin");
    }

    @Test
    void concernsTheApiOnly() throws IOException {
        assertThat(ask("GET /health", origin(LISTED)).headers())
                .doesNotContainKeys("access-control-allow-origin", "vary");
    }

    @Test
    void isAsBeforeWhereNobodyIsListed() throws IOException {
        try (ListenerFixture alone = new ListenerFixture(HttpLimits.DEFAULT)) {
            Answer leave =
                    ask(
                            alone,
                            "OPTIONS /api/things",
                            origin(LISTED) + "Access-Control-Request-Method: GET\r\n");
            Answer answer = ask(alone, "GET /api/things", origin(LISTED));

            assertThat(leave.status()).isEqualTo(404);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers()).doesNotContainKeys("access-control-allow-origin", "vary");
        }
    }

    private static String origin(String origin) {
        return "Origin: " + origin + "\r\n";
    }

    private static List<String> list(String header) {
        return Arrays.stream(header.toLowerCase(Locale.ROOT).split(", *")).toList();
    }

    private static Answer ask(String line, String headers) throws IOException {
        return ask(server, line, headers);
    }

    private static Answer ask(ListenerFixture server, String line, String headers)
            throws IOException {
        try (Socket socket = server.connect()) {
            send(
                    socket,
                    line
                            + " HTTP/1.1\r\nHost: localhost\r\n"
                            + headers
                            + "Connection: close\r\n\r\n");
            String text = new String(socket.getInputStream().readAllBytes(), UTF_8);
            int end = text.indexOf("\r\n\r\n");
            List<String> head = text.substring(0, end).lines().toList();
            Map<String, String> fields = new TreeMap<>();
            for (String field : head.subList(1, head.size())) {
                String[] parts = field.split(": ", 2);
                fields.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
            }
            return new Answer(
                    Integer.parseInt(head.getFirst().substring(9, 12)),
                    fields,
                    text.substring(end + 4));
        }
    }
}
