package io.streamgauge.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The node's server sockets, bound to the loopback interface before Kafka starts and handed to it
 * when it asks. So nobody else can take a port in between, and a free port can be chosen although
 * the controller's stands in the configuration.
 */
final class LoopbackSockets implements ServerSocketFactory, AutoCloseable {

    private static final int BACKLOG = 50;

    private final Map<String, ServerSocketChannel> channels;
    private final Map<String, InetSocketAddress> addresses;

    private LoopbackSockets(ServerSocketChannel clients, ServerSocketChannel controller)
            throws IOException {
        this.channels =
                Map.of(
                        EmbeddedKafka.CLIENT_LISTENER, clients,
                        EmbeddedKafka.CONTROLLER_LISTENER, controller);
        this.addresses =
                Map.of(
                        EmbeddedKafka.CLIENT_LISTENER,
                        (InetSocketAddress) clients.getLocalAddress(),
                        EmbeddedKafka.CONTROLLER_LISTENER,
                        (InetSocketAddress) controller.getLocalAddress());
    }

    /**
     * Binds the clients' port, 0 for any, and any port for the controller.
     *
     * @throws BindException where the port is in use
     */
    static LoopbackSockets bind(int clientPort) throws IOException {
        ServerSocketChannel clients = open(clientPort);
        try {
            return new LoopbackSockets(clients, open(0));
        } catch (IOException e) {
            clients.close();
            throw e;
        }
    }

    /** Where a listener listens. */
    InetSocketAddress address(String listener) {
        return requireNonNull(addresses.get(listener), listener);
    }

    @Override
    public ServerSocketChannel openServerSocket(
            String listener, InetSocketAddress address, int backlog, int receiveBufferBytes)
            throws IOException {
        ServerSocketChannel channel = requireNonNull(channels.get(listener), listener);
        channel.configureBlocking(false); // Kafka selects on it
        return channel;
    }

    /** Closes what Kafka has not closed itself. */
    @Override
    public void close() {
        for (ServerSocketChannel channel : channels.values()) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException("a server socket could not be closed", e);
            }
        }
    }

    private static ServerSocketChannel open(int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            return channel;
        } catch (BindException e) {
            channel.close();
            BindException named =
                    new BindException("Kafka port: " + port + " (expected: a free port)");
            named.initCause(e);
            throw named;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
