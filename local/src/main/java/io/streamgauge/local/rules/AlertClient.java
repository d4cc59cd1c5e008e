package io.streamgauge.local.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/** The part of the API that is about alerts. */
public final class AlertClient implements AutoCloseable {

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
     * A client.
     *
     * @param api the API's root, without {@code /api/v1}
     * @param tenant whose alerts; empty where the token has only one
     */
    public AlertClient(URI api, String token, Optional<String> tenant) {
        this.api = api;
        this.token = token;
        this.tenant = tenant;
    }

    /** All alerts, in the order of the API. */
    public List<JsonNode> list() throws IOException {
        List<JsonNode> alerts = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = send("GET", "/alerts?limit=100" + cursor, Optional.empty());
            page.path("items").forEach(alerts::add);
            String next = page.path("nextCursor").asText();
            cursor = next.isEmpty() ? "" : "&cursor=" + encode(next);
        } while (!cursor.isEmpty());
        return alerts;
    }

    /** One alert, by its name. */
    public JsonNode get(String name) throws IOException {
        return send("GET", "/alerts/" + encode(name), Optional.empty());
    }

    /** Makes an alert; only checks whether that can be done where {@code dryRun} is set. */
    public JsonNode create(ObjectNode spec, boolean dryRun) throws IOException {
        return send("POST", "/alerts?dryRun=" + dryRun, Optional.of(spec));
    }

    /** Changes an alert; only checks whether that can be done where {@code dryRun} is set. */
    public JsonNode change(String name, ObjectNode spec, String onChange, boolean dryRun)
            throws IOException {
        return send(
                "PUT",
                "/alerts/%s?onChange=%s&dryRun=%s".formatted(encode(name), onChange, dryRun),
                Optional.of(spec));
    }

    /** Deletes an alert. */
    public void delete(String name) throws IOException {
        send("DELETE", "/alerts/" + encode(name), Optional.empty());
    }

    @Override
    public void close() {
        http.close();
    }

    private JsonNode send(String method, String path, Optional<JsonNode> body) throws IOException {
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

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
