package io.streamgauge.control.proxy;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A relayed WebSocket connection: two ways, each with a thread that reads from one end and writes
 * to the other, and holds nothing but one buffer. Frames pass as they are; pings, pongs, closes and
 * their codes are the ends' own. Where one end goes without a close, the other gets one, and a
 * moment to answer it.
 *
 * <p>{@link #handle} is run by the server's thread of the client's connection; {@link #tick} by
 * another, again and again.
 */
final class WebSocketTunnel implements ServerConnection {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketTunnel.class);

    private static final int GOING_AWAY = 1001;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int BAD_GATEWAY = 1014;
    private static final int BUFFER_BYTES = 16 << 10;

    /** For an end to answer a close, and to end its connection. */
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private static final long NEVER = Long.MAX_VALUE;

    private final UpstreamConnection upstream;
    private final UpgradeGuard.Admission admission;
    private final DataReader client;
    private final FrameSink toClient;
    private final FrameSink toUpstream;
    private final long startNanos = System.nanoTime();
    private volatile long movedNanos = startNanos;

    /** When it is cut off, in nanoseconds from the start. */
    private volatile long cutOffAfter = NEVER;

    private volatile @Nullable Thread fromClient;
    private volatile @Nullable Thread fromUpstream;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Runnable over;

    /**
     * @param over run once, when it is over
     */
    WebSocketTunnel(
            ConnectionContext context,
            UpstreamConnection upstream,
            UpgradeGuard.Admission admission,
            Runnable over) {
        this.upstream = upstream;
        this.admission = admission;
        this.over = over;
        client = context.dataReader();
        toClient =
                new FrameSink(
                        (bytes, length) ->
                                context.dataWriter().writeNow(BufferData.create(bytes, 0, length)),
                        false);
        toUpstream = new FrameSink((bytes, length) -> upstream.write(bytes, 0, length), true);
    }

    @Override
    public void handle(Limit limit) {
        fromClient = Thread.currentThread();
        Thread other = Thread.ofVirtual().name("web-socket-relay").unstarted(this::relayToClient);
        fromUpstream = other;
        other.start();
        try {
            relayToUpstream();
            endWithin(CLOSE_WAIT);
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            upstream.close();
            other.interrupt();
            over.run();
            ended.countDown();
        }
    }

    /** Waits until it is over, which a cut-off sees to after a while. */
    void awaitEnd() throws InterruptedException {
        if (!ended.await(2 * CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("a relayed connection does not end");
        }
    }

    @Override
    public Duration idleTime() {
        return Duration.ofNanos(System.nanoTime() - movedNanos);
    }

    /** The server stops, or has seen nothing move for too long. */
    @Override
    public void close(boolean interrupt) {
        end(GOING_AWAY, "the gateway ends the connection");
    }

    /**
     * Looks whether it must end.
     *
     * @param askGuard whether it is time to ask
     */
    void tick(boolean askGuard) {
        if (System.nanoTime() - startNanos >= cutOffAfter) {
            cutOff();
        } else if (askGuard && cutOffAfter == NEVER) {
            admission.ending().ifPresent(it -> end(it.code(), it.reason()));
        }
    }

    /**
     * Ends both ways, and only then tells the ends: what one of them answers must not come to the
     * other in the place of its close. On threads of their own, since each may wait for an end that
     * does not read.
     */
    private void end(int code, String reason) {
        endWithin(CLOSE_WAIT);
        onItsOwn(
                () -> {
                    boolean tellClient = toClient.end();
                    boolean tellService = toUpstream.end();
                    if (tellService) {
                        onItsOwn(() -> toUpstream.sendClose(GOING_AWAY, ""));
                    }
                    if (tellClient) {
                        toClient.sendClose(code, reason);
                    }
                });
    }

    private static void onItsOwn(Runnable task) {
        Thread.ofVirtual().name("web-socket-end").start(task);
    }

    private void relayToUpstream() {
        byte[] bytes = new byte[BUFFER_BYTES];
        try {
            int length;
            do {
                length = readClient(bytes);
            } while (pass(toUpstream, bytes, length));
        } catch (FrameTracker.MalformedException e) {
            malformed(e);
        } catch (InsufficientDataAvailableException e) {
            clientGone();
        } catch (RuntimeException e) {
            LOG.debug("a relayed connection: the client failed", e);
            clientGone();
        }
    }

    private void clientGone() {
        toUpstream.close(GOING_AWAY, "the client has gone");
        upstream.endWriting();
    }

    private int readClient(byte[] bytes) {
        client.ensureAvailable();
        int length = Math.min(client.available(), bytes.length);
        System.arraycopy(client.readBytes(length), 0, bytes, 0, length);
        return length;
    }

    private void relayToClient() {
        byte[] bytes = new byte[BUFFER_BYTES];
        try {
            int length;
            do {
                length = upstream.read(bytes, 0, bytes.length, waited -> 0);
                if (length < 0) {
                    throw UpstreamConnection.ended("a stream of frames");
                }
            } while (pass(toClient, bytes, length));
        } catch (FrameTracker.MalformedException e) {
            malformed(e);
        } catch (IOException e) {
            LOG.debug("a relayed connection: the service failed", e);
            toClient.close(BAD_GATEWAY, "the service has ended the connection");
        }
        endWithin(CLOSE_WAIT);
    }

    /** Passes on; an end that cannot be written to is noticed, and the other still read. */
    private boolean pass(FrameSink sink, byte[] bytes, int length)
            throws FrameTracker.MalformedException {
        movedNanos = System.nanoTime();
        try {
            return sink.pass(bytes, length);
        } catch (IOException | RuntimeException e) {
            LOG.debug("a relayed connection: an end is gone", e);
            endWithin(CLOSE_WAIT);
            return true;
        } finally {
            movedNanos = System.nanoTime();
        }
    }

    private void malformed(FrameTracker.MalformedException cause) {
        LOG.debug("a relayed connection: malformed", cause);
        toClient.close(PROTOCOL_ERROR, "not a frame");
        toUpstream.close(PROTOCOL_ERROR, "not a frame");
        endWithin(CLOSE_WAIT);
    }

    private void endWithin(Duration limit) {
        if (cutOffAfter == NEVER) {
            cutOffAfter = System.nanoTime() - startNanos + limit.toNanos();
        }
    }

    /** Interrupting a virtual thread that waits for a socket closes the socket. */
    private void cutOff() {
        upstream.close();
        interrupt(fromClient);
        interrupt(fromUpstream);
    }

    private static void interrupt(@Nullable Thread thread) {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
