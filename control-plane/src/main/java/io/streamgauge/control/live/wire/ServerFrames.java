package io.streamgauge.control.live.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.control.live.feed.Delivery;
import io.streamgauge.control.live.feed.ServerEvent;
import io.streamgauge.control.live.result.LiveEvent;
import io.streamgauge.control.live.result.LiveResult;
import io.streamgauge.control.problem.Problem;
import java.util.Optional;

/** Writes what the server sends. */
public final class ServerFrames {

    public static final String CONNECTION_ACK = "{\"type\":\"connection_ack\"}";
    public static final String PING = "{\"type\":\"ping\"}";

    private ServerFrames() {}

    /** The answer to a ping, with its payload if it had one. */
    public static String pong(Optional<JsonNode> payload) {
        return payload.map(it -> "{\"type\":\"pong\",\"payload\":" + it + "}")
                .orElse("{\"type\":\"pong\"}");
    }

    /** What is told of a subscription besides its results. */
    public static String event(ServerEvent event) {
        return switch (event) {
            case ServerEvent.Complete complete ->
                    "{\"type\":\"complete\",\"id\":%s}".formatted(quoted(complete.id()));
            case ServerEvent.Synced synced ->
                    "{\"type\":\"synced\",\"id\":%s,\"payload\":%s,\"position\":\"%s\"}"
                            .formatted(quoted(synced.id()), payload(synced), synced.position());
            case ServerEvent.Gap gap ->
                    "{\"type\":\"gap\",\"id\":%s,\"payload\":%s,\"position\":\"%s\"}"
                            .formatted(quoted(gap.id()), payload(gap), gap.position());
            case ServerEvent.Place place ->
                    "{\"type\":\"position\",\"id\":%s,\"position\":\"%s\"}"
                            .formatted(quoted(place.id()), place.position());
        };
    }

    /** Why a stream of events ends. */
    public static String close(int code, String reason) {
        return "{\"code\":%d,\"reason\":%s}".formatted(code, quoted(reason));
    }

    public static String payload(ServerEvent.Synced synced) {
        return "{\"snapshot\":%s}".formatted(synced.snapshot());
    }

    public static String payload(ServerEvent.Gap gap) {
        return "{\"reason\":\"%s\",\"from\":\"%s\",\"to\":\"%s\"}"
                .formatted(gap.reason().wireName(), gap.from(), gap.until());
    }

    /**
     * @param requestId finds the problem in the log
     */
    public static String error(String id, Problem problem, String requestId) {
        return "{\"type\":\"error\",\"id\":"
                + quoted(id)
                + ",\"payload\":"
                + new String(problem.toBytes(Optional.empty(), requestId), UTF_8)
                + "}";
    }

    /**
     * A result.
     *
     * @param dropped how many were dropped before it
     */
    public static String next(Delivery delivery, int dropped) {
        String json = delivery.result().json();
        StringBuilder frame =
                new StringBuilder(json.length() + 256)
                        .append("{\"type\":\"next\",\"id\":")
                        .append(quoted(delivery.subscription().id()))
                        .append(",\"payload\":");
        appendPayload(frame, delivery.result()).append('}');
        if (delivery.snapshot()) {
            frame.append(",\"snapshot\":true");
        } else {
            frame.append(",\"position\":\"")
                    .append(delivery.stand().position(delivery.subscription()))
                    .append('"');
        }
        if (dropped > 0) {
            frame.append(",\"dropped\":").append(dropped);
        }
        return frame.append('}').toString();
    }

    /** A result and its kind, as an object that is not closed yet. */
    public static StringBuilder appendPayload(StringBuilder target, LiveResult result) {
        String member = result.kind().member();
        target.append("{\"kind\":\"")
                .append(member)
                .append("\",\"")
                .append(member)
                .append("\":")
                .append(result.json());
        if (result instanceof LiveEvent event) {
            target.append(",\"sample\":").append(event.sample());
        }
        return target;
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
