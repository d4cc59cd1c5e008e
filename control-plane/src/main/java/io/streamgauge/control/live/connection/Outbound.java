package io.streamgauge.control.live.connection;

import io.helidon.common.buffers.BufferData;
import io.streamgauge.control.live.feed.Delivery;
import io.streamgauge.control.live.feed.ServerEvent;
import io.streamgauge.control.live.wire.CloseCode;

/** One thing that is sent to a client: what its queue gives, and its transport writes. */
public sealed interface Outbound {

    /** A message of the conversation, as it is sent. */
    record Text(String frame) implements Outbound {}

    /** What is told of a subscription besides its results. */
    record Event(ServerEvent event) implements Outbound {}

    /** A result. */
    record Result(Delivery delivery, int droppedBefore) implements Outbound {}

    /** The question whether the client is there. */
    record Ping() implements Outbound {}

    /** The answer to a ping of WebSocket itself. */
    record Pong(BufferData payload) implements Outbound {}

    /** The end; nothing comes after it. */
    record Close(CloseCode code, String reason) implements Outbound {}
}
