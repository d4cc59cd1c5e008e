package io.streamgauge.local.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.client.LiveClient;
import io.streamgauge.client.LiveClientOptions;
import io.streamgauge.client.LiveResult;
import io.streamgauge.client.SubscriptionListener;
import io.streamgauge.contracts.Json;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A live subscription that has begun: whatever comes about from its making on is told. */
final class JoinedSubscription implements AutoCloseable {

    private final LiveClient client;

    private JoinedSubscription(LiveClient client) {
        this.client = client;
    }

    /**
     * Subscribes, and waits until that has begun.
     *
     * @param each told of each result
     */
    static JoinedSubscription of(URI api, String token, String payload, Consumer<LiveResult> each)
            throws IOException {
        ObjectNode request = (ObjectNode) Json.mapper().readTree(payload);
        CompletableFuture<Void> synced = new CompletableFuture<>();
        LiveClient client = LiveClient.open(LiveClientOptions.of(api, () -> token));
        client.subscribe(request, new Listener(each, synced));
        try {
            synced.orTimeout(1, TimeUnit.MINUTES).join();
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
        return new JoinedSubscription(client);
    }

    @Override
    public void close() {
        client.close();
    }

    private record Listener(Consumer<LiveResult> each, CompletableFuture<Void> synced)
            implements SubscriptionListener {

        @Override
        public void next(LiveResult result) {
            each.accept(result);
        }

        @Override
        public void synced(boolean snapshot) {
            synced.complete(null);
        }

        @Override
        public void error(JsonNode problem) {
            synced.completeExceptionally(new AssertionError(problem.toString()));
        }
    }
}
