package io.streamgauge.control.http;

import io.helidon.common.socket.SocketOptions;
import java.net.Socket;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The options of accepted sockets. The server sets them right after it has accepted a client and
 * before anything else happens to it, which is the one moment to take the client in or to turn it
 * away: what is thrown here closes the socket and disturbs no other.
 */
final class AdmittingSockets implements SocketOptions {

    private final SocketOptions options =
            SocketOptions.builder()
                    // Live results are small writes, and must not wait for acknowledgements.
                    .tcpNoDelay(true)
                    .build();
    private final Clients clients;

    AdmittingSockets(Clients clients) {
        this.clients = clients;
    }

    @Override
    public void configureSocket(Socket socket) {
        options.configureSocket(socket);
        clients.admit(socket);
    }

    @Override
    public Map<SocketOption<?>, Object> socketOptions() {
        return options.socketOptions();
    }

    @Override
    public Duration connectTimeout() {
        return options.connectTimeout();
    }

    @Override
    public Duration readTimeout() {
        return options.readTimeout();
    }

    @Override
    public Optional<Integer> socketReceiveBufferSize() {
        return options.socketReceiveBufferSize();
    }

    @Override
    public Optional<Integer> socketSendBufferSize() {
        return options.socketSendBufferSize();
    }

    @Override
    public boolean socketReuseAddress() {
        return options.socketReuseAddress();
    }

    @Override
    public boolean socketKeepAlive() {
        return options.socketKeepAlive();
    }

    @Override
    public boolean tcpNoDelay() {
        return options.tcpNoDelay();
    }
}
