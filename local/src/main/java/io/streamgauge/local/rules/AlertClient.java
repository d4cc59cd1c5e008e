package io.streamgauge.local.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.local.api.Api;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The part of the API that is about alerts. */
public final class AlertClient implements AutoCloseable {

    private final Api api;

    /**
     * A client.
     *
     * @param api the API's root, without {@code /api/v1}
     * @param tenant whose alerts; empty where the token has only one
     */
    public AlertClient(URI api, String token, Optional<String> tenant) {
        this.api = new Api(api, token, tenant);
    }

    /** All alerts, in the order of the API. */
    public List<JsonNode> list() throws IOException {
        List<JsonNode> alerts = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = api.send("GET", "/alerts?limit=100" + cursor, Optional.empty());
            page.path("items").forEach(alerts::add);
            String next = page.path("nextCursor").asText();
            cursor = next.isEmpty() ? "" : "&cursor=" + Api.encode(next);
        } while (!cursor.isEmpty());
        return alerts;
    }

    /** One alert, by its name. */
    public JsonNode get(String name) throws IOException {
        return api.send("GET", "/alerts/" + Api.encode(name), Optional.empty());
    }

    /** Makes an alert; only checks whether that can be done where {@code dryRun} is set. */
    public JsonNode create(ObjectNode spec, boolean dryRun) throws IOException {
        return api.send("POST", "/alerts?dryRun=" + dryRun, Optional.of(spec));
    }

    /** Changes an alert; only checks whether that can be done where {@code dryRun} is set. */
    public JsonNode change(String name, ObjectNode spec, String onChange, boolean dryRun)
            throws IOException {
        return api.send(
                "PUT",
                "/alerts/%s?onChange=%s&dryRun=%s".formatted(Api.encode(name), onChange, dryRun),
                Optional.of(spec));
    }

    /** Deletes an alert. */
    public void delete(String name) throws IOException {
        api.send("DELETE", "/alerts/" + Api.encode(name), Optional.empty());
    }

    @Override
    public void close() {
        api.close();
    }
}
