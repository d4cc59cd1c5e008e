package io.streamgauge.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Sends requests to the API, one at a time, and tells in one line what is wrong with a refused one.
 */
public final class Api implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final URI api;
    private final String token;
    private final Optional<String> tenant;

    /**
     * @param api the API's root, without {@code /api/v1}
     * @param tenant whose data; empty where the token has only one
     */
    public Api(URI api, String token, Optional<String> tenant) {
        this.api = api;
        this.token = token;
        this.tenant = tenant;
    }

    /**
     * Sends a request, whatever the version of what it changes.
     *
     * @param path behind {@code /api/v1}
     * @return the answer's body; an empty object where it has none
     * @throws ApiException where it is refused
     */
    public JsonNode send(String method, String path, Optional<JsonNode> body) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(root() + path))
                        .timeout(TIMEOUT)
                        .header("Authorization", "Bearer " + token)
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofByteArray(
                                                Json.mapper().writeValueAsBytes(body.get())));
        body.ifPresent(json -> request.header("Content-Type", "application/json"));
        tenant.ifPresent(id -> request.header("X-Tenant-Id", id));
        if (method.equals("PUT") || method.equals("DELETE")) {
            request.header("If-Match", "*");
        }
        HttpResponse<byte[]> response;
        try {
            response = http.send(request.build(), BodyHandlers.ofByteArray());
        } catch (ConnectException e) {
            throw new IOException(
                    "no Streamgauge at " + api + " (expected: a running './streamgauge up')", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (response.statusCode() / 100 != 2) {
            throw new ApiException(response.statusCode(), problem(response));
        }
        return response.body().length == 0
                ? Json.mapper().createObjectNode()
                : Json.mapper().readTree(response.body());
    }

    @Override
    public void close() {
        http.close();
    }

    private String root() {
        String root = api.toString();
        return (root.endsWith("/") ? root.substring(0, root.length() - 1) : root) + "/api/v1";
    }

    /** What a problem document says, each of its errors with its place. */
    private static String problem(HttpResponse<byte[]> response) {
        JsonNode problem;
        try {
            problem = Json.mapper().readTree(response.body());
        } catch (IOException notJson) {
            return "HTTP status " + response.statusCode();
        }
        StringJoiner errors = new StringJoiner("; ");
        for (JsonNode error : problem.path("errors")) {
            errors.add(error.path("pointer").asText() + ": " + error.path("detail").asText());
        }
        if (errors.length() > 0) {
            return errors.toString();
        }
        String detail = problem.path("detail").asText(problem.path("title").asText());
        return detail.isEmpty() ? "HTTP status " + response.statusCode() : detail;
    }

    /** A text as a part of a path or a query. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
