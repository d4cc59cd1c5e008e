package io.streamgauge.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
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
import java.util.stream.Collectors;

/**
 * The REST API: requests with the credential, answers as they come. Safe for use by many threads.
 */
final class RestClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PAGE = "200";

    private final Access access;
    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /** A parameter of a request; the same name may come several times. */
    record Parameter(String name, String value) {}

    /**
     * A request.
     *
     * @param path below {@code /api/v1}
     * @param body empty for none
     * @param ifMatch the tag of what is changed
     */
    record Request(
            String method,
            String path,
            List<Parameter> query,
            Optional<JsonNode> body,
            Optional<String> ifMatch) {

        static Request get(String path, List<Parameter> query) {
            return new Request("GET", path, query, Optional.empty(), Optional.empty());
        }
    }

    /** A good answer, with the tag that a change of it needs. */
    record Answer(JsonNode body, Optional<String> etag) {}

    RestClient(Access access) {
        this.access = access;
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws ApiException where the answer is not a good one
     * @throws IOException where none comes
     */
    Answer send(Request request) throws IOException, InterruptedException {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(access.rest(request.path() + query(request.query())))
                        .timeout(PATIENCE)
                        .header("Authorization", "Bearer " + access.token().token())
                        .header("Accept", "application/json")
                        .method(
                                request.method(),
                                request.body()
                                        .map(it -> BodyPublishers.ofString(it.toString()))
                                        .orElseGet(BodyPublishers::noBody));
        access.tenant().ifPresent(it -> builder.header("X-Tenant-Id", it));
        request.body().ifPresent(it -> builder.header("Content-Type", "application/json"));
        request.ifMatch().ifPresent(it -> builder.header("If-Match", it));
        HttpResponse<String> response = http.send(builder.build(), BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new ApiException(
                    response.statusCode(), problem(response.body()), retryAfter(response));
        }
        return new Answer(
                response.body().isEmpty()
                        ? MissingNode.getInstance()
                        : mapper.readTree(response.body()),
                response.headers().firstValue("ETag"));
    }

    /** The items of a list, page by page, until there are so many or there are no more. */
    List<JsonNode> all(String path, List<Parameter> query, int most)
            throws IOException, InterruptedException {
        List<JsonNode> items = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            List<Parameter> parameters = new ArrayList<>(query);
            parameters.add(new Parameter("limit", PAGE));
            cursor.ifPresent(it -> parameters.add(new Parameter("cursor", it)));
            JsonNode page = send(Request.get(path, parameters)).body();
            page.path("items").forEach(items::add);
            cursor = Optional.ofNullable(page.get("nextCursor")).map(JsonNode::asText);
        } while (cursor.isPresent() && items.size() < most);
        return items;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /** A name as a part of a path. */
    static String segment(String name) {
        return encoded(name).replace("+", "%20");
    }

    private static String query(List<Parameter> parameters) {
        return parameters.isEmpty()
                ? ""
                : parameters.stream()
                        .map(it -> encoded(it.name()) + '=' + encoded(it.value()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private JsonNode problem(String body) {
        try {
            return mapper.readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance(); // a proxy's page, perhaps
        }
    }

    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        try {
            return response.headers()
                    .firstValue("Retry-After")
                    .map(it -> Duration.ofSeconds(Long.parseLong(it)));
        } catch (NumberFormatException e) {
            return Optional.empty(); // a date, which our server does not send
        }
    }
}
