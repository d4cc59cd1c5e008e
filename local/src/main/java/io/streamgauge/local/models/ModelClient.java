package io.streamgauge.local.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.local.api.Api;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The part of the API that is about models. */
public final class ModelClient implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(300);

    private final Api api;

    /**
     * A client.
     *
     * @param api the API's root, without {@code /api/v1}
     * @param tenant whose models; empty where the token has only one
     */
    public ModelClient(URI api, String token, Optional<String> tenant) {
        this.api = new Api(api, token, tenant);
    }

    /**
     * Asks for a training and waits for its end, however long that takes.
     *
     * @param from of the windows, as the API takes it
     * @param to end of the windows, as the API takes it
     * @param progress is told the training at first and whenever it has changed
     * @return the model
     * @throws IOException where it was refused, or has failed
     */
    public JsonNode train(
            String stream,
            Optional<String> from,
            Optional<String> to,
            boolean force,
            Consumer<JsonNode> progress)
            throws IOException {
        ObjectNode wanted = Json.mapper().createObjectNode();
        wanted.put("stream", stream);
        from.ifPresent(it -> wanted.put("from", it));
        to.ifPresent(it -> wanted.put("to", it));
        wanted.put("force", force);
        JsonNode training = api.send("POST", "/models:train", Optional.of(wanted));
        progress.accept(training);
        while (isOpen(training)) {
            pause();
            JsonNode next =
                    api.send("GET", "/trainings/" + training.path("id").asText(), Optional.empty());
            if (!next.equals(training)) {
                progress.accept(next);
            }
            training = next;
        }
        if (!training.hasNonNull("model")) {
            throw new IOException(
                    "the training has failed: " + training.path("detail").asText("no reason"));
        }
        return api.send("GET", "/models/" + training.path("model").asText(), Optional.empty());
    }

    @Override
    public void close() {
        api.close();
    }

    private static boolean isOpen(JsonNode training) {
        String state = training.path("state").asText();
        return state.equals("queued") || state.equals("running");
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
