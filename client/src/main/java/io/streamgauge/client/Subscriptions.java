package io.streamgauge.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The subscriptions of a client: what they are told, and how each is asked for again. All but the
 * look-ups is for the client's thread.
 */
final class Subscriptions {

    private static final int UNAVAILABLE = 503;
    private static final int TOO_MANY_REQUESTS = 429;

    private final Map<String, LiveSubscription> byId = new ConcurrentHashMap<>();
    private final ObjectMapper mapper;
    private final Backoff backoff;
    private final Connection connection;

    /** What they need of the connection. */
    interface Connection {

        /** Whether there is one that takes messages. */
        boolean isOpen();

        /** Sends a message. */
        void send(ObjectNode message);

        /** Does something after a while, unless the connection is another one by then. */
        void later(Duration wait, Runnable task);
    }

    Subscriptions(ObjectMapper mapper, Backoff backoff, Connection connection) {
        this.mapper = mapper;
        this.backoff = backoff;
        this.connection = connection;
    }

    void add(LiveSubscription subscription) {
        byId.put(subscription.id(), subscription);
    }

    /** Whether it was there. */
    boolean remove(LiveSubscription subscription) {
        subscription.end();
        return byId.remove(subscription.id(), subscription);
    }

    /** In the order of their making. */
    List<LiveSubscription> list() {
        return byId.values().stream()
                .sorted(Comparator.comparingLong(LiveSubscription::number))
                .toList();
    }

    /** Asks for all, on a connection that is new. */
    void resume() {
        for (LiveSubscription subscription : list()) {
            subscription.forgetAsked();
            ask(subscription);
        }
    }

    /** Asks for one, where it was left, unless this connection has been asked for it. */
    void ask(LiveSubscription subscription) {
        if (!connection.isOpen() || subscription.hasEnded() || !subscription.toBeAsked()) {
            return;
        }
        ObjectNode message = mapper.createObjectNode().put("type", "subscribe");
        message.put("id", subscription.id()).set("payload", subscription.request());
        connection.send(message);
    }

    /** Tells the server that one is not wanted any more, if it knows of it. */
    void giveUp(LiveSubscription subscription) {
        if (!subscription.toBeAsked()) {
            connection.send(
                    mapper.createObjectNode().put("type", "complete").put("id", subscription.id()));
        }
    }

    /** Takes what the server says of one; of one that has ended nothing is told. */
    void take(JsonNode message) {
        LiveSubscription subscription = byId.get(message.path("id").asText());
        if (subscription == null) {
            return;
        }
        SubscriptionListener listener = subscription.listener();
        JsonNode payload = message.path("payload");
        switch (message.path("type").asText()) {
            case "next" -> {
                Optional<LiveResult> fresh = subscription.take(LiveResult.of(message));
                fresh.ifPresent(it -> ClientLoop.tell(() -> listener.next(it)));
            }
            case "synced" -> {
                subscription.accepted();
                ClientLoop.tell(() -> listener.synced(payload.path("snapshot").asBoolean()));
            }
            case "gap" -> ClientLoop.tell(() -> listener.gap(Gap.of(payload)));
            case "error" -> refused(subscription, payload);
            case "complete" -> {
                boolean unused = remove(subscription);
                ClientLoop.tell(listener::complete);
            }
            default -> {} // of a later server; its position counts
        }
        // Behind what the listener was told: whoever keeps it has been told what is before it.
        if (message.path("position").isTextual()) {
            subscription.moveTo(message.path("position").asText());
        }
    }

    private void refused(LiveSubscription subscription, JsonNode problem) {
        boolean resuming = subscription.position().isPresent();
        subscription.forgetAsked(); // its id is free again
        if (resuming && concernsPosition(problem)) {
            subscription.moveTo(null);
            ClientLoop.tell(() -> subscription.listener().gap(Gap.ofRefusedPosition()));
            ask(subscription);
            return;
        }
        int status = problem.path("status").asInt();
        if (resuming && (status == UNAVAILABLE || status == TOO_MANY_REQUESTS)) {
            // It was there, and will be again: the server cannot look it up now, or is too full.
            Duration wait = backoff.after(subscription.countRefusal());
            connection.later(wait, () -> ask(subscription));
            return;
        }
        boolean unused = remove(subscription);
        ClientLoop.tell(() -> subscription.listener().error(problem));
    }

    private static boolean concernsPosition(JsonNode problem) {
        for (JsonNode error : problem.path("errors")) {
            if (error.path("pointer").asText().equals("#/after")) {
                return true;
            }
        }
        return false;
    }
}
