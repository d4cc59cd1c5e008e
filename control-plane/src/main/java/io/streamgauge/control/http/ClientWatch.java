package io.streamgauge.control.http;

import io.helidon.http.Method;
import io.streamgauge.control.config.HttpLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the server waits for one client, from accepting it to the end of its connection.
 *
 * <p>The connection's own thread tells what it is about to wait for, which sets how long it may:
 * for a request to begin, for its headers to be complete, for the next part of its body, for the
 * client to take the next part of an answer. The clock's thread ends what takes longer. Work of the
 * server's own is not timed, nor is reading from an upgraded connection, which has times of its
 * own.
 */
final class ClientWatch {

    /**
     * What has to move within {@link HttpLimits#requestTimeout}, so that trickling does not pay.
     */
    static final int PART_BYTES = 16 << 10;

    /** What is read of a request that has its answer already, so that the client hears it. */
    static final int MAX_UNWANTED_BYTES = 1 << 20;

    /** How long the end of a connection waits for the client's own, for the same reason. */
    private static final Duration MAX_LINGER = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ClientWatch.class);

    /** What the server waits for when it reads. */
    private enum Phase {
        HANDSHAKE,
        REQUEST,
        HEADERS,
        BODY,
        /** Nothing that is timed here: the connection speaks another protocol. */
        UPGRADED
    }

    /** Both ends of a connection, which no two connections share. */
    record Peers(SocketAddress remote, SocketAddress local) {}

    private final Peers peers;
    private final Socket socket;
    private final long idleNanos;
    private final long requestNanos;
    private final Wait reading = new Wait();
    private final Wait writing = new Wait();
    private final ReadAhead ahead = new ReadAhead();
    private volatile Phase phase = Phase.HANDSHAKE;
    private volatile long phaseBeganNanos = System.nanoTime();

    // Used by the connection's thread only.
    private Method method = Method.GET;
    private long headersDueNanos;
    private long waitedNanos;
    private int movedBytes;
    private boolean asksForLeave;
    private boolean lastRequest;
    private boolean answered;
    private boolean ended;

    /** A client that has just been accepted, by a thread that is not the one that will serve it. */
    ClientWatch(Peers peers, Socket socket, HttpLimits limits) {
        this.peers = peers;
        this.socket = socket;
        idleNanos = limits.idleTimeout().toNanos();
        requestNanos = limits.requestTimeout().toNanos();
        reading.beginElsewhere(phaseBeganNanos + requestNanos);
    }

    Peers peers() {
        return peers;
    }

    /** What is read while nobody asks for it. */
    ReadAhead ahead() {
        return ahead;
    }

    /** The connection's thread has taken over; with TLS, after the handshake. */
    void begun() {
        reading.end();
        enter(Phase.REQUEST);
    }

    /** A request's first line is here. */
    void requestBegun(Method requested) {
        method = requested;
        answered = false;
        movedBytes = 0;
        expectHeaders();
    }

    /** The method of the present request. */
    Method method() {
        return method;
    }

    /**
     * Its headers are here, and good.
     *
     * @param asks whether the client asks for leave before it sends the body
     */
    void headersRead(boolean asks) {
        asksForLeave = asks;
        movedBytes = 0;
        waitedNanos = 0;
        enter(Phase.BODY);
    }

    /** No request follows the present one. */
    void requestIsLast() {
        lastRequest = true;
    }

    /** Its answer is going to be written: what is read from now on is not for it. */
    void answering() {
        answered = true;
        // It may send the body whatever the answer is, and the server would take it for a request.
        lastRequest |= asksForLeave;
        asksForLeave = false;
        movedBytes = 0;
        enter(Phase.REQUEST);
    }

    /** Whether the last request has its answer: what the client still sends is of no interest. */
    boolean isOver() {
        return lastRequest && answered;
    }

    /** The connection goes on with another protocol. */
    void upgraded() {
        enter(Phase.UPGRADED);
    }

    boolean isUpgraded() {
        return phase == Phase.UPGRADED;
    }

    /** Reads, for as long as the client has time. */
    byte @Nullable [] read(Supplier<byte @Nullable []> source) {
        Phase present = phase;
        if (present == Phase.UPGRADED) {
            return source.get();
        }
        long beganNanos = System.nanoTime();
        reading.begin(beganNanos + patienceNanos(present, beganNanos));
        byte[] bytes;
        try {
            bytes = source.get();
        } finally {
            reading.end();
        }
        if (bytes == null) {
            ended = true;
        } else {
            took(present, bytes.length, beganNanos);
        }
        return bytes;
    }

    /** Writes one part of an answer, for as long as the client has time to take it. */
    void write(Runnable write) {
        writing.begin(System.nanoTime() + requestNanos);
        try {
            write.run();
        } finally {
            writing.end();
        }
    }

    /**
     * Closes the connection. A client that still sends would be told that it was reset, and might
     * not see its answer: so the server ends its own side first, and reads on for a little while.
     */
    void close() {
        if (!reading.isCut() && !writing.isCut()) {
            if (!ended && phase != Phase.UPGRADED) {
                linger();
            }
            write(this::closeSocket); // with TLS that is a write, which a client can hold up
        } else {
            closeSocket(); // the thread is interrupted, so that this does not block
        }
    }

    /** Ends a wait that is over; true where there was one. Called by the clock's thread. */
    boolean cutIfOver(long nowNanos) {
        long read = reading.present();
        Phase present = phase;
        if (Wait.isOver(read, nowNanos) && reading.cut(read)) {
            LOG.debug("http: {} was too slow, in phase {}", peers.remote(), present);
            // An idle client is parted from in peace; of a slow one nothing shall stay behind.
            drop(reading, present != Phase.REQUEST);
            return true;
        }
        long write = writing.present();
        if (Wait.isOver(write, nowNanos) && writing.cut(write)) {
            LOG.debug("http: {} does not read", peers.remote());
            drop(writing, true);
            return true;
        }
        return false;
    }

    /** Ends a wait for a request, to make room; true where there was one. */
    boolean cutIfIdle() {
        long read = reading.present();
        if (isIdle() && reading.cut(read)) {
            LOG.debug("http: {} makes room for others", peers.remote());
            drop(reading, true);
            return true;
        }
        return false;
    }

    /** Whether the handshake has failed, which nobody else tells. */
    boolean hasFailed() {
        return phase == Phase.HANDSHAKE && socket.isClosed();
    }

    /** Whether the server waits for a request that it could begin to work on. */
    boolean isIdle() {
        return switch (phase) {
            case HANDSHAKE, REQUEST, HEADERS -> reading.present() != Wait.NONE;
            case BODY, UPGRADED -> false;
        };
    }

    /** For how long it has been in its present phase. */
    long phaseNanos(long nowNanos) {
        return nowNanos - phaseBeganNanos;
    }

    private void linger() {
        long dueNanos = System.nanoTime() + Math.min(requestNanos, MAX_LINGER.toNanos());
        try {
            write(
                    () -> {
                        try {
                            socket.shutdownOutput();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
            if (!ahead.skip(Duration.ofNanos(dueNanos - System.nanoTime()))) {
                return; // and two cannot read
            }
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[8 << 10];
            int left = MAX_UNWANTED_BYTES;
            enter(Phase.REQUEST);
            while (left > 0 && !ended) {
                reading.begin(dueNanos);
                try {
                    int read = in.read(buffer);
                    left -= read;
                    ended = read < 0;
                } finally {
                    reading.end();
                }
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("http: {} has gone already", peers.remote(), e);
        }
    }

    private void enter(Phase next) {
        phaseBeganNanos = System.nanoTime();
        phase = next;
    }

    private void expectHeaders() {
        enter(Phase.HEADERS);
        headersDueNanos = phaseBeganNanos + requestNanos;
    }

    private long patienceNanos(Phase present, long nowNanos) {
        return switch (present) {
            case HANDSHAKE, UPGRADED -> requestNanos;
            case REQUEST -> idleNanos;
            case HEADERS -> headersDueNanos - nowNanos;
            case BODY -> requestNanos - waitedNanos;
        };
    }

    private void took(Phase then, int bytes, long beganNanos) {
        movedBytes += bytes;
        switch (then) {
            case REQUEST -> expectHeaders();
            case HEADERS -> {
                if (movedBytes > MAX_UNWANTED_BYTES) {
                    throw new CutOffException();
                }
            }
            case BODY -> {
                asksForLeave = false;
                waitedNanos += System.nanoTime() - beganNanos;
                if (movedBytes >= PART_BYTES) {
                    movedBytes = 0;
                    waitedNanos = 0;
                }
            }
            case HANDSHAKE, UPGRADED -> {}
        }
    }

    private void drop(Wait cut, boolean abruptly) {
        if (abruptly) {
            try {
                socket.setSoLinger(true, 0); // gives back the memory of what is unsent
            } catch (IOException e) {
                LOG.debug("http: {} has gone already", peers.remote(), e);
            }
        }
        if (!cut.interrupt()) { // a handshake, by whatever thread
            Thread.ofVirtual().name("http-drop").start(this::closeSocket);
        }
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("http: {} did not close in peace", peers.remote(), e);
        }
    }
}
