package io.streamgauge.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.client.RestClient.Parameter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Alerts by REST: making and changing them, and what is pending or firing now. What they turn to
 * from then on, a live subscription of the kind {@code alerts} tells. Safe for use by many threads.
 */
public final class Alerts implements AutoCloseable {

    private static final int NOT_FOUND = 404;
    private static final int MOST_ACTIVE = 1_000;

    private final RestClient rest;

    private Alerts(Access access) {
        rest = new RestClient(access);
    }

    /** Those of a tenant. */
    public static Alerts of(Access access) {
        return new Alerts(access);
    }

    /** Makes the alert be as described, whether or not there is one of its name. */
    public JsonNode configure(ObjectNode spec) throws IOException, InterruptedException {
        return configure(spec, ConfigureOptions.DEFAULT);
    }

    /**
     * Makes the alert be as described, whether or not there is one of its name.
     *
     * @param spec as one writes it, the name among it
     * @return the alert as the server has it then
     * @throws ApiException with every violation, and its place in the specification
     * @throws IOException where no answer comes
     */
    public JsonNode configure(ObjectNode spec, ConfigureOptions options)
            throws IOException, InterruptedException {
        String path = "/alerts/" + RestClient.segment(spec.path("name").asText());
        Optional<String> etag =
                options.etag().isPresent() || spec.path("name").asText().isEmpty()
                        ? options.etag()
                        : etag(path);
        List<Parameter> query = new ArrayList<>();
        if (options.dryRun()) {
            query.add(new Parameter("dryRun", "true"));
        }
        options.note().ifPresent(it -> query.add(new Parameter("note", it)));
        if (etag.isPresent()) {
            options.onChange().ifPresent(it -> query.add(new Parameter("onChange", it.wireName())));
        }
        return rest.send(
                        new RestClient.Request(
                                etag.isPresent() ? "PUT" : "POST",
                                etag.isPresent() ? path : "/alerts",
                                query,
                                Optional.of(spec),
                                etag))
                .body();
    }

    /** What is pending or firing, the latest first, a thousand at the most. */
    public List<JsonNode> getActive() throws IOException, InterruptedException {
        return getActive(ActiveFilter.ALL);
    }

    /**
     * What is pending or firing, the latest first, a thousand at the most.
     *
     * @throws ApiException where there is no such alert or stream, or the scope is missing
     * @throws IOException where no answer comes
     */
    public List<JsonNode> getActive(ActiveFilter filter) throws IOException, InterruptedException {
        List<Parameter> query = new ArrayList<>();
        filter.alert().ifPresent(it -> query.add(new Parameter("alert", it)));
        filter.stream().ifPresent(it -> query.add(new Parameter("stream", it)));
        filter.severities().forEach(it -> query.add(new Parameter("severity", it)));
        return rest.all("/alerts/active", query, MOST_ACTIVE);
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        rest.close();
    }

    /** Of the alert that there is; empty where there is none. */
    private Optional<String> etag(String path) throws IOException, InterruptedException {
        try {
            RestClient.Answer answer = rest.send(RestClient.Request.get(path, List.of()));
            return Optional.of(answer.etag().orElse("*"));
        } catch (ApiException e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
