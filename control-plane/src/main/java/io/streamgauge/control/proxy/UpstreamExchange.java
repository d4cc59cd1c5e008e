package io.streamgauge.control.proxy;

import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.control.config.UpstreamTimeouts;
import io.streamgauge.control.http.ServedClient;
import io.streamgauge.control.problem.BadGateway;
import io.streamgauge.control.problem.ControlPlaneException;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.GatewayTimeout;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.problem.PayloadTooLarge;
import io.streamgauge.control.request.RequestId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response. The client's thread sends the request, or its begin, reads the
 * response and writes it. Both connections go on to their next request only where this one has
 * ended on them to the last byte, and are closed otherwise.
 */
final class UpstreamExchange {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamExchange.class);

    /** RFC 9110, 9.2.2: sending one of these twice does what sending it once does. */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");

    private static final int MAX_INTERIM_RESPONSES = 8;

    /** A response that comes sooner is not worth watching the client for. */
    private static final long WATCH_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final UpstreamProxy.Parts parts;
    private final UpstreamTimeouts timeouts;
    private final ServerRequest request;
    private final ServerResponse response;
    private final RequestBody body;
    private final ClientChannel channel;
    private final Optional<ServedClient> client;
    private volatile boolean clientGone;
    private boolean watching;
    private boolean begun;
    private long sentNanos;

    UpstreamExchange(
            UpstreamProxy.Parts parts,
            ServerRequest request,
            ServerResponse response,
            RequestBody body) {
        this.parts = parts;
        this.request = request;
        this.response = response;
        this.body = body;
        timeouts = parts.config().timeouts();
        channel = ClientChannel.of(response);
        client = ServedClient.of(channel.connection());
    }

    /**
     * Does it.
     *
     * @param head of the request to the service
     * @throws ControlPlaneException where there is no response, and the client's connection is fit
     *     for another
     * @throws CloseConnectionException where it is not, after the client has been told what there
     *     is to tell
     */
    void run(byte[] head) {
        byte[] small = smallBody();
        boolean repeatable = !body.isStreamed() && IDEMPOTENT.contains(method());
        UpstreamConnection upstream = parts.pool().take(repeatable);
        boolean fit = false;
        boolean answered = false;
        try {
            if (!ask(upstream, head, small) && repeatable && upstream.reused()) {
                // The service has closed a connection that it had kept: it has not seen the
                // request.
                upstream = parts.pool().replace(upstream);
                ask(upstream, head, small);
            }
            fit = answer(upstream) && body.isSent();
            answered = true;
        } catch (IOException e) {
            throw failure(e, upstream);
        } finally {
            if (watching) {
                client.ifPresent(ServedClient::unwatch);
            }
            parts.pool().giveBack(upstream, fit);
            if (!answered) {
                body.stop();
            }
        }
        if (body.isUnread()) {
            end(upstream);
            throw new CloseConnectionException("answered before the request had ended");
        }
    }

    private byte[] smallBody() {
        try {
            return body.readSmall();
        } catch (IOException | RuntimeException e) {
            throw clientFailure(e);
        }
    }

    /**
     * Sends the request, or its begin, and waits for the first byte of a response.
     *
     * @return false where the connection ended instead
     */
    private boolean ask(UpstreamConnection upstream, byte[] head, byte[] small) throws IOException {
        byte[] all = new byte[head.length + small.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(small, 0, all, head.length, small.length);
        sentNanos = System.nanoTime();
        try {
            upstream.write(all, 0, all.length);
            body.begin(upstream);
        } catch (IOException e) {
            // It may have answered before it closed. What there is to read will tell.
            LOG.debug("a request could not be sent", e);
        }
        try {
            return upstream.await(waited -> waitForHead(upstream));
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (upstream.reused() && !body.hasBegun()) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Reads the response and carries it to the client.
     *
     * @return whether it ended so that the connection to the service can go on
     */
    private boolean answer(UpstreamConnection upstream) throws IOException {
        ResponseHead head = finalHead(upstream);
        ResponseHead.Framing framing = head.framing(method().equals("HEAD"));
        parts.responseHeaders().copy(head, response);
        // A refusal needs no more of the request; with another answer, the service may want it yet.
        boolean refused = body.isUnread() && head.status() >= 300;
        boolean keepAlive = !refused && !request.headers().contains(HeaderValues.CONNECTION_CLOSE);
        ResponseRelay relay = new ResponseRelay(upstream, response, channel);
        try {
            boolean ended =
                    relay.run(
                            head,
                            framing,
                            keepAlive,
                            body.isUnread() && !refused,
                            waited -> waitForBody(upstream, waited));
            return ended && head.keepsConnection();
        } catch (IOException e) {
            begun = !relay.takeBack();
            throw e;
        }
    }

    private ResponseHead finalHead(UpstreamConnection upstream) throws IOException {
        for (int i = 0; i < MAX_INTERIM_RESPONSES; i++) {
            ResponseHead head = ResponseHead.read(upstream, waited -> waitForHead(upstream));
            if (head.status() >= 200) {
                return head;
            }
            if (head.status() == 101) {
                throw new InvalidResponseException("status: 101 to a request that asked for none");
            }
            if (head.status() == 100) {
                body.wanted(upstream);
            }
        }
        throw new InvalidResponseException("too many interim responses");
    }

    private int waitForHead(UpstreamConnection upstream) throws IOException {
        int millis = body.waitMillis(upstream, sentNanos);
        if (millis > 0) {
            return millis;
        }
        long waited = System.nanoTime() - body.movedNanos(sentNanos);
        return waitForService(upstream, timeouts.response(), waited);
    }

    private int waitForBody(UpstreamConnection upstream, long waitedNanos) throws IOException {
        int millis = body.hasBegun() ? body.waitMillis(upstream, sentNanos) : 0;
        return millis > 0 ? millis : waitForService(upstream, timeouts.idle(), waitedNanos);
    }

    /** Waits for the service alone, and after a moment looks whether the client still does. */
    private int waitForService(UpstreamConnection upstream, Duration limit, long waitedNanos)
            throws IOException {
        int left = Patience.millisLeft(limit, waitedNanos);
        if (watching || body.isUnread()) {
            return left;
        }
        if (waitedNanos < WATCH_AFTER_NANOS) {
            long unwatched = TimeUnit.NANOSECONDS.toMillis(WATCH_AFTER_NANOS - waitedNanos);
            return Math.clamp(unwatched, 1, left);
        }
        watching = true;
        client.ifPresent(
                it ->
                        it.watch(
                                () -> {
                                    clientGone = true;
                                    upstream.close();
                                }));
        return left;
    }

    /** Ends both connections, the client's when it has had time to read what it was sent. */
    private void end(UpstreamConnection upstream) {
        if (response instanceof RoutingResponse routed) {
            routed.commit();
        }
        upstream.close();
        body.drain();
    }

    /** What is thrown where something failed while the service had the request. */
    private RuntimeException failure(IOException cause, UpstreamConnection upstream) {
        if (clientGone) {
            return new CloseConnectionException("the client is gone", cause);
        }
        Throwable ofClient = body.clientFailure();
        if (ofClient != null && !begun) {
            return clientFailure(ofClient);
        }
        // Without a trace: it is another's failure, and there may be one with each request.
        LOG.warn(
                "{} {}: {}: {} [request {}]",
                method(),
                request.path().rawPath(),
                begun ? "the response broke off" : "no response",
                cause.toString(),
                RequestId.of(request).value());
        if (begun) {
            return new CloseConnectionException("the response broke off", cause);
        }
        ControlPlaneException problem =
                cause instanceof SocketTimeoutException
                        ? new GatewayTimeout("upstream: no response in time", cause)
                        : new BadGateway("upstream: no response that can be read", cause);
        if (!body.isUnread()) {
            return problem;
        }
        CloseConnectionException close = ClosingAnswer.send(request, response, problem);
        end(upstream);
        return close;
    }

    /** The client has not sent what it said that it would. */
    private RuntimeException clientFailure(Throwable cause) {
        boolean gone =
                cause instanceof IOException
                        || cause instanceof UncheckedIOException
                        || cause instanceof CloseConnectionException
                        || cause instanceof InsufficientDataAvailableException;
        if (gone) {
            return new CloseConnectionException("the client broke off its request", cause);
        }
        return ClosingAnswer.send(
                request,
                response,
                cause instanceof PayloadTooLarge tooLarge
                        ? tooLarge
                        : new InvalidRequest(
                                ErrorCode.MALFORMED_REQUEST,
                                "body: cannot be read (expected: as its headers say)",
                                List.of()));
    }

    private String method() {
        return request.prologue().method().text();
    }
}
