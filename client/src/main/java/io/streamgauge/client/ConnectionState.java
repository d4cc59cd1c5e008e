package io.streamgauge.client;

import java.time.Instant;

/** How a client's connection stands. Subscriptions survive every state but the last. */
public sealed interface ConnectionState {

    /** It asks the server. */
    record Connecting() implements ConnectionState {}

    /** The server has acknowledged it. */
    record Open() implements ConnectionState {}

    /**
     * It is gone, and will be asked for again.
     *
     * @param until when
     * @param attempt how many have failed in a row, this one included
     */
    record Waiting(Instant until, int attempt, String reason) implements ConnectionState {}

    /**
     * It is over for good.
     *
     * @param code the close code, or the HTTP status where the server did not let the connection be
     */
    record Closed(int code, String reason) implements ConnectionState {}
}
