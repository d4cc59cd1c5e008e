package io.streamgauge.control.problem;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.request.RequestIdFilter;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private ApiClient client;

    @BeforeEach
    void newTenant() {
        client = SERVER.admin(SERVER.backends().newTenant());
    }

    @Test
    void hasEveryMemberAndTheRequestIdOfTheHeader() {
        Answer answer = client.get("/api/v1/streams/missing", "X-Request-Id", "my-id:1");

        JsonNode problem = answer.json();
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("X-Request-Id")).isEqualTo("my-id:1");
        assertThat(problem.path("type").asText()).isEqualTo("urn:streamgauge:problem:not-found");
        assertThat(problem.path("title").asText()).isEqualTo("Not found");
        assertThat(problem.path("status").asInt()).isEqualTo(404);
        assertThat(problem.path("detail").asText()).contains("missing");
        assertThat(problem.path("instance").asText()).isEqualTo("/api/v1/streams/missing");
        assertThat(problem.path("code").asText()).isEqualTo("not-found");
        assertThat(problem.path("requestId").asText()).isEqualTo("my-id:1");
        assertThat(problem.has("errors")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "quote\"", "\u00e9", ""})
    void makesARequestIdWhereTheClientsIsNotSane(String id) {
        Answer answer = client.get("/health", "X-Request-Id", id);

        assertThat(answer.header("X-Request-Id")).isNotEqualTo(id).hasSize(36);
    }

    @Test
    void answersAnUnknownPathWith404() {
        for (String path : List.of("/nothing", "/api/v1/nothing", "/api/v1/streams/a/b/c")) {
            Answer answer = client.get(path);

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.json().path("code").asText()).isEqualTo("not-found");
        }
    }

    @Test
    void answersAWrongMethodWith405AndTheRightOnes() {
        Answer streams = client.delete("/api/v1/streams");
        Answer stream = client.send("PATCH", "/api/v1/streams/s", "{}");
        Answer health = client.post("/health", "{}");

        assertThat(streams.status()).isEqualTo(405);
        assertThat(streams.header("Allow")).isEqualTo("POST, GET");
        assertThat(streams.json().path("code").asText()).isEqualTo("method-not-allowed");
        assertThat(stream.header("Allow")).isEqualTo("GET, PUT, DELETE");
        assertThat(health.header("Allow")).isEqualTo("GET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET /?q=<> HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n",
                "POST /api/v1/streams HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"
            })
    void answersARequestThatCannotBeReadWithAProblem(String request) throws IOException {
        String answer = raw(request);

        assertThat(answer).startsWith("HTTP/1.1 400").containsIgnoringCase("X-Request-Id: ");
        assertThat(problemIn(answer).path("code").asText()).isEqualTo("malformed-request");
        assertThat(problemIn(answer).path("requestId").asText()).hasSize(36);
    }

    @Test
    void answersABodyBeyondTheServersBoundWithAProblem() throws IOException {
        String answer =
                raw(
                        "POST /api/v1/streams HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
                                .formatted(999_999_999));

        assertThat(answer).startsWith("HTTP/1.1 413");
        assertThat(problemIn(answer).path("code").asText()).isEqualTo("payload-too-large");
    }

    @Test
    void hidesAnErrorOfOursBehindAFixedText() {
        WebServer failing =
                serve(
                        routing ->
                                routing.get(
                                        "/bug",
                                        (request, response) -> {
                                            throw new IllegalArgumentException("secret detail");
                                        }));
        try {
            Answer answer = new ApiClient(failing.port(), "").get("/bug");

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.json().path("code").asText()).isEqualTo("internal");
            assertThat(answer.body()).doesNotContain("secret").doesNotContain("Exception");
            assertThat(answer.header("X-Request-Id"))
                    .isEqualTo(answer.json().path("requestId").asText());
        } finally {
            failing.stop();
        }
    }

    @Test
    void saysWhenToTryAgainWhereSomethingIsAway() {
        WebServer failing =
                serve(
                        routing ->
                                routing.get(
                                        "/away",
                                        (request, response) -> {
                                            throw new Unavailable(
                                                    "Kafka is away",
                                                    Duration.ofSeconds(7),
                                                    Map.of("accepted", 3L),
                                                    null);
                                        }));
        try {
            Answer answer = new ApiClient(failing.port(), "").get("/away");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("7");
            assertThat(answer.json().path("accepted").asInt()).isEqualTo(3);
        } finally {
            failing.stop();
        }
    }

    private static WebServer serve(Consumer<HttpRouting.Builder> routes) {
        HttpRouting.Builder routing = HttpRouting.builder().addFilter(new RequestIdFilter());
        ProblemHandlers.register(routing);
        routes.accept(routing);
        return WebServer.builder()
                .host("127.0.0.1")
                .shutdownHook(false)
                .routing(routing)
                .build()
                .start();
    }

    private static String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), SERVER.controlPlane().port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private static JsonNode problemIn(String answer) throws IOException {
        assertThat(answer).contains("application/problem+json");
        return Json.mapper().readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }
}
