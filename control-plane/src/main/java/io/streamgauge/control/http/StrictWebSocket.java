package io.streamgauge.control.http;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.websocket.WsConnection;
import io.helidon.websocket.WsCloseCodes;
import java.time.Duration;

/**
 * A WebSocket that says why it ends where a frame has an opcode that means nothing: the server
 * itself (Helidon 4.2.6) takes that for an error of its own, and just ends the connection.
 */
final class StrictWebSocket implements ServerConnection {

    private final WsConnection connection;

    StrictWebSocket(WsConnection connection) {
        this.connection = connection;
    }

    @Override
    public void handle(Limit limit) {
        try {
            connection.handle(limit);
        } catch (IllegalArgumentException e) {
            // Thrown by the reading of a frame's header only; what a listener throws does not come
            // here. As with the server's own errors of that kind, whoever writes at this moment may
            // spoil the frame: the connection is beyond help either way.
            connection.close(WsCloseCodes.PROTOCOL_ERROR, "opcode: reserved");
            throw new CloseConnectionException("a WebSocket frame with a reserved opcode", e);
        }
    }

    @Override
    public Duration idleTime() {
        return connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        connection.close(interrupt);
    }
}
