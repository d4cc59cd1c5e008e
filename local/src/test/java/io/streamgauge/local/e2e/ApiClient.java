package io.streamgauge.local.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** A client of the REST API, as a user would write one. */
final class ApiClient implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI api;
    private final String token;

    ApiClient(URI api, String token) {
        this.api = api;
        this.token = token;
    }

    /** Creates a stream and returns its definition. */
    JsonNode createStream(String specification) throws IOException, InterruptedException {
        HttpResponse<String> response =
                send(
                        request("/api/v1/streams")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(specification)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return Json.mapper().readTree(response.body());
    }

    /** Replaces a stream's specification, whatever its version. */
    void changeStream(String stream, String specification)
            throws IOException, InterruptedException {
        HttpResponse<String> response =
                send(
                        request("/api/v1/streams/" + stream)
                                .header("Content-Type", "application/json")
                                .header("If-Match", "*")
                                .PUT(BodyPublishers.ofString(specification)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    /** Sends events; the answer whatever its status. */
    JsonNode ingest(String stream, String contentType, String body)
            throws IOException, InterruptedException {
        return Json.mapper()
                .readTree(
                        send(request("/api/v1/streams/" + stream + "/events")
                                        .header("Content-Type", contentType)
                                        .POST(BodyPublishers.ofString(body)))
                                .body());
    }

    /** As {@link #ingest}, compressed. */
    JsonNode ingestCompressed(String stream, String contentType, String body)
            throws IOException, InterruptedException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body.getBytes(UTF_8));
        }
        return Json.mapper()
                .readTree(
                        send(request("/api/v1/streams/" + stream + "/events")
                                        .header("Content-Type", contentType)
                                        .header("Content-Encoding", "gzip")
                                        .POST(BodyPublishers.ofByteArray(compressed.toByteArray())))
                                .body());
    }

    /** All stored results of a window size, page by page. */
    List<Aggregate> aggregates(String stream, String window, Instant from, Instant to)
            throws IOException, InterruptedException {
        List<Aggregate> aggregates = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page =
                    get(
                            "/api/v1/streams/%s/aggregates?window=%s&from=%s&to=%s&limit=500%s"
                                    .formatted(
                                            stream,
                                            window,
                                            from,
                                            to,
                                            cursor.isEmpty()
                                                    ? ""
                                                    : "&cursor="
                                                            + URLEncoder.encode(cursor, UTF_8)));
            for (JsonNode item : page.path("items")) {
                aggregates.add(AggregateCodec.fromBytes(Json.mapper().writeValueAsBytes(item)));
            }
            cursor = page.path("nextCursor").asText("");
        } while (!cursor.isEmpty());
        return aggregates;
    }

    /** What is stored of alerts' instances, page by page. */
    List<JsonNode> instances(Collection<String> alerts, Instant from)
            throws IOException, InterruptedException {
        List<JsonNode> instances = new ArrayList<>();
        for (String alert : alerts) {
            String cursor = "";
            do {
                JsonNode page =
                        get(
                                "/api/v1/alerts/%s/instances?from=%s&limit=1000%s"
                                        .formatted(alert, from, cursor));
                page.path("items").forEach(instances::add);
                String next = page.path("nextCursor").asText("");
                cursor = next.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(next, UTF_8);
            } while (!cursor.isEmpty());
        }
        return instances;
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = send(request(path).GET());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.mapper().readTree(response.body());
    }

    /** Sends a document, and returns the answer, which must be of success. */
    JsonNode send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response =
                send(
                        request(path)
                                .header("Content-Type", "application/json")
                                .header("If-Match", "*")
                                .method(
                                        method,
                                        body.isEmpty()
                                                ? BodyPublishers.noBody()
                                                : BodyPublishers.ofString(body)));
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
        return Json.mapper().readTree(response.body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(api.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
