package io.streamgauge.control.proxy;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.streamgauge.control.config.UpstreamConfig;
import io.streamgauge.control.config.UpstreamTimeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request on its way to the service. A small one is read at once and sent with the
 * head; another is sent by a {@link RequestPump} while the response is waited for, and where the
 * client asks before it sends it, not before the service says so.
 */
final class RequestBody {

    /** Small enough to be kept, and to be sent with the head in one piece. */
    private static final int SMALL_BYTES = 16 << 10;

    private static final byte[] NOTHING = new byte[0];

    /** How long a service may think about {@code Expect}, as with other clients. */
    private static final Duration CONTINUE_WAIT = Duration.ofSeconds(1);

    /** How often a running pump is looked at. */
    private static final int CHECK_MILLIS = 100;

    /** For a client to read a response that came before it had sent all. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final ServerRequest request;
    private final RequestFraming framing;
    private final UpstreamTimeouts timeouts;
    private final long maxBytes;
    private final boolean expectsContinue;
    private final boolean streamed;
    private @Nullable RequestPump pump;

    RequestBody(ServerRequest request, RequestFraming framing, UpstreamConfig config) {
        this.request = request;
        this.framing = framing;
        timeouts = config.timeouts();
        maxBytes = config.maxBodyBytes();
        boolean bodiless = framing instanceof RequestFraming.Bodiless;
        expectsContinue = !bodiless && request.headers().contains(HeaderValues.EXPECT_100);
        boolean small =
                framing instanceof RequestFraming.Length length && length.bytes() <= SMALL_BYTES;
        streamed = !bodiless && (expectsContinue || !small);
    }

    /** Whether the client waits to be told to send it. */
    boolean expectsContinue() {
        return expectsContinue;
    }

    /** Whether it is sent by a pump; it can be sent twice otherwise. */
    boolean isStreamed() {
        return streamed;
    }

    /**
     * What is sent with the head.
     *
     * @throws IOException where the client ends before
     * @throws RuntimeException of the server, where the client's connection fails
     */
    byte[] readSmall() throws IOException {
        if (streamed || !(framing instanceof RequestFraming.Length length)) {
            return NOTHING;
        }
        byte[] body = request.content().inputStream().readAllBytes();
        if (body.length != length.bytes()) {
            throw UpstreamConnection.ended("the body of a request");
        }
        return body;
    }

    /** Begins to send, where that is not to be asked for first. */
    void begin(UpstreamConnection upstream) {
        if (streamed && !expectsContinue) {
            start(upstream);
        }
    }

    /** The service wants it. */
    void wanted(UpstreamConnection upstream) {
        if (streamed && pump == null) {
            start(upstream);
        }
    }

    /** Whether sending has begun, so that a request cannot be sent again. */
    boolean hasBegun() {
        return pump != null;
    }

    /** Whether some of it is still on the client's connection, which then cannot go on. */
    boolean isUnread() {
        return streamed && (pump == null || !pump.allRead());
    }

    /** Whether the service has all of it, by which its connection can go on. */
    boolean isSent() {
        if (!streamed) {
            return true;
        }
        if (pump == null) {
            return false;
        }
        pump.awaitEnd();
        return pump.allSent();
    }

    /** Why the client's body could not be read; null where it could. */
    @Nullable Throwable clientFailure() {
        return pump == null ? null : pump.clientFailure();
    }

    /**
     * How long to wait for the head of the response while the body is on its way.
     *
     * @param sinceNanos when the head of the request was sent
     * @return milliseconds; 0 where it is not on its way, and the response is all that is waited
     *     for
     * @throws IOException where it has not moved for too long
     */
    int waitMillis(UpstreamConnection upstream, long sinceNanos) throws IOException {
        if (streamed && pump == null) {
            long left = CONTINUE_WAIT.toNanos() - (System.nanoTime() - sinceNanos);
            if (left > 0) {
                return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(left));
            }
            start(upstream);
        }
        if (pump == null || !pump.isRunning()) {
            return 0;
        }
        pump.requireProgress(timeouts.idle());
        return CHECK_MILLIS;
    }

    /** When it last moved, or the time given where it has gone with the head. */
    long movedNanos(long otherwise) {
        return pump == null ? otherwise : pump.progressNanos();
    }

    /** Reads the rest for a moment, so that the client comes to read the response. */
    void drain() {
        if (pump != null) {
            pump.drain(DRAIN);
        }
    }

    /** Ends it, and the client's connection where it is still read from: only one thread may. */
    void stop() {
        if (pump != null) {
            pump.drain(Duration.ZERO);
        }
    }

    /** Asking for the stream answers the client's Expect, and is therefore done on its thread. */
    private void start(UpstreamConnection upstream) {
        try {
            pump = RequestPump.start(request.content().inputStream(), upstream, framing, maxBytes);
        } catch (RuntimeException e) {
            throw new CloseConnectionException("the client is gone", e);
        }
    }
}
