package io.streamgauge.control.proxy;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a client that can be watched while a request is served. The server reads from it
 * only between requests and in their bodies, and a socket cannot be asked whether its other end is
 * there without a read. So the watch reads ahead, on a thread of its own: the end of the connection
 * is reported, and anything else is the begin of the next request and is kept for the server, which
 * then reads what was read ahead. A read that is under way when the watch ends is the server's next
 * one.
 *
 * <p>A client that closes only its sending side counts as gone, as it does for other proxies.
 */
final class WatchedConnection implements ConnectionContext, ClientWatch {

    private final ConnectionContext connection;
    private final DataReader reader = new DataReader(this::next);
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ReadAhead readAhead; // guarded by lock
    private boolean drained; // of the one thread that reads

    WatchedConnection(ConnectionContext connection) {
        this.connection = connection;
    }

    @Override
    public void begin(Runnable gone) {
        lock.lock();
        try {
            ReadAhead ahead = readAhead;
            if (ahead == null) {
                ahead = new ReadAhead();
                readAhead = ahead;
                ahead.gone = gone;
                Thread.ofVirtual().name("client-watch-" + childSocketId()).start(ahead);
            } else {
                ahead.gone = gone;
                ahead.tellIfGone();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void end() {
        lock.lock();
        try {
            if (readAhead != null) {
                readAhead.gone = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** What the server reads next; null at the end, as it wants it. */
    private byte @Nullable [] next() {
        ReadAhead ahead;
        lock.lock();
        try {
            ahead = readAhead;
        } finally {
            lock.unlock();
        }
        if (ahead == null) {
            return read();
        }
        byte[] bytes = ahead.await();
        lock.lock();
        try {
            readAhead = null;
        } finally {
            lock.unlock();
        }
        return bytes;
    }

    private byte @Nullable [] read() {
        if (!drained) {
            // The server has looked at the first bytes to see what they are.
            drained = true;
            int seen = connection.dataReader().available();
            if (seen > 0) {
                return connection.dataReader().readBytes(seen);
            }
        }
        try {
            return connection.serverSocket().get();
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("the client's connection failed", e);
        }
    }

    /** One read, and who wants to know where it finds the end. */
    private final class ReadAhead implements Runnable {

        private final CompletableFuture<Optional<byte[]>> result = new CompletableFuture<>();
        private @Nullable Runnable gone; // guarded by lock

        @Override
        public void run() {
            try {
                result.complete(Optional.ofNullable(read()));
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
            lock.lock();
            try {
                tellIfGone();
            } finally {
                lock.unlock();
            }
        }

        private void tellIfGone() {
            Runnable told = gone;
            if (told != null
                    && result.isDone()
                    && (result.isCompletedExceptionally() || result.join().isEmpty())) {
                gone = null;
                told.run();
            }
        }

        private byte @Nullable [] await() {
            try {
                return result.get().orElse(null);
            } catch (ExecutionException e) {
                throw new ServerConnectionException("the client's connection failed", e.getCause());
            } catch (InterruptedException e) {
                // The server closes: it would have interrupted its own read just so.
                Thread.currentThread().interrupt();
                throw new ServerConnectionException("interrupted while waiting for the client", e);
            }
        }
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public ListenerContext listenerContext() {
        return connection.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return connection.executor();
    }

    @Override
    public DataWriter dataWriter() {
        return connection.dataWriter();
    }

    @Override
    public Router router() {
        return connection.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
        return connection.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
        return connection.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
        return connection.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return connection.localPeer();
    }

    @Override
    public boolean isSecure() {
        return connection.isSecure();
    }

    @Override
    public String socketId() {
        return connection.socketId();
    }

    @Override
    public String childSocketId() {
        return connection.childSocketId();
    }
}
