package io.streamgauge.control.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.control.problem.Problem;
import java.util.Optional;

/** Writes what the server sends. */
final class ServerFrames {

    static final String CONNECTION_ACK = "{\"type\":\"connection_ack\"}";
    static final String PING = "{\"type\":\"ping\"}";

    private ServerFrames() {}

    /** The answer to a ping, with its payload if it had one. */
    static String pong(Optional<JsonNode> payload) {
        return payload.map(it -> "{\"type\":\"pong\",\"payload\":" + it + "}")
                .orElse("{\"type\":\"pong\"}");
    }

    static String complete(String id) {
        return "{\"type\":\"complete\",\"id\":" + quoted(id) + "}";
    }

    /**
     * @param requestId finds the problem in the log
     */
    static String error(String id, Problem problem, String requestId) {
        return "{\"type\":\"error\",\"id\":"
                + quoted(id)
                + ",\"payload\":"
                + new String(problem.toBytes(Optional.empty(), requestId), UTF_8)
                + "}";
    }

    /**
     * What all frames of a subscription's results of one kind begin with.
     *
     * @param kind also the name of the member that carries the result
     */
    static String nextPrefix(String id, String kind) {
        return "{\"type\":\"next\",\"id\":%s,\"payload\":{\"kind\":\"%s\",\"%s\":"
                .formatted(quoted(id), kind, kind);
    }

    static String next(String prefix, LiveResult result, int dropped) {
        StringBuilder frame =
                new StringBuilder(prefix.length() + result.json().length() + 64)
                        .append(prefix)
                        .append(result.json())
                        .append("},\"position\":\"")
                        .append(result.position())
                        .append('"');
        if (dropped > 0) {
            frame.append(",\"dropped\":").append(dropped);
        }
        return frame.append('}').toString();
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
