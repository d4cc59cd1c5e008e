package io.streamgauge.control.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.DirectTransportRequest;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.websocket.WsConnection;
import io.helidon.webserver.websocket.WsUpgrader;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many connections change their protocol, and no more; and looks at what the server would
 * stumble over.
 */
final class GuardedUpgrader implements Http1Upgrader {

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

    private final Clients clients;
    private final Http1Upgrader upgrader;

    GuardedUpgrader(Clients clients, Http1Upgrader upgrader) {
        this.clients = clients;
        this.upgrader = upgrader;
    }

    @Override
    public String supportedProtocol() {
        return upgrader.supportedProtocol();
    }

    @Override
    public @Nullable ServerConnection upgrade(
            ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        Optional<String> key = headers.first(WsUpgrader.WS_KEY);
        if (key.isPresent() && !KEY.matcher(key.get()).matches()) {
            throw refusal(
                    prologue,
                    headers,
                    Status.BAD_REQUEST_400,
                    "Sec-WebSocket-Key: malformed (expected: 16 bytes in Base64)");
        }
        if (!clients.reserveUpgrade()) {
            throw refusal(
                    prologue,
                    headers,
                    Status.SERVICE_UNAVAILABLE_503,
                    "connections: too many live ones (expected: another time)");
        }
        ServerConnection connection = null;
        try {
            connection = upgrader.upgrade(context, prologue, headers);
        } finally {
            if (connection == null) {
                clients.releaseUpgrade();
            } else {
                WatchedContext.of(context).upgraded();
            }
        }
        return connection instanceof WsConnection socket ? new StrictWebSocket(socket) : connection;
    }

    private static RequestException refusal(
            HttpPrologue prologue, WritableHeaders<?> headers, Status status, String message) {
        return RequestException.builder()
                .type(DirectHandler.EventType.OTHER)
                .status(status)
                .setKeepAlive(false)
                .request(DirectTransportRequest.create(prologue, headers))
                .message(message)
                .build();
    }
}
