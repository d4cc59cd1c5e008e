package io.streamgauge.control.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hands connections to servers in turn, and passes those by that do not answer: what stands before
 * replicas. Knows bytes, and nothing of what they say; when one side ends, so does the other.
 */
public final class TcpBalancer implements AutoCloseable {

    private final List<Integer> ports;
    private final ServerSocket entrance;
    private final AtomicInteger turn = new AtomicInteger();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /**
     * @param ports of the servers, on this machine
     */
    public TcpBalancer(List<Integer> ports) throws IOException {
        this.ports = List.copyOf(ports);
        entrance = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("balancer").start(this::accept);
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + entrance.getLocalPort());
    }

    /** Breaks every connection there is. */
    public void cutAll() {
        open.forEach(TcpBalancer::close);
        open.clear();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        entrance.close();
        cutAll();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = entrance.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket client) {
        int first = turn.getAndIncrement();
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(Math.floorMod(first + i, ports.size()));
            try {
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                open.addAll(List.of(client, server));
                Thread.ofVirtual().start(() -> pass(client, server));
                pass(server, client);
                return;
            } catch (IOException e) {
                // The next may be there.
            }
        }
        close(client);
    }

    private static void pass(Socket from, Socket to) {
        try {
            long unused = from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One of them has gone.
        }
        close(from);
        close(to);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
