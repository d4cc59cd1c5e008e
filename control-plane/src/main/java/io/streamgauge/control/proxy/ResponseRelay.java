package io.streamgauge.control.proxy;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Carries one response from the service to the client as it comes, holding back at most a buffer.
 * Where it breaks off, {@link #takeBack} tells whether the client can still get another response,
 * or must lose its connection, so as not to take what it has for the whole.
 */
final class ResponseRelay {

    private static final int BUFFER_BYTES = 16 << 10;

    /**
     * How long a head waits for the begin of its body. Most bodies come with their head; for these
     * the server's own stream is used, which sends both at once.
     */
    private static final Duration HEAD_WAIT = Duration.ofMillis(30);

    private final UpstreamConnection upstream;
    private final ServerResponse response;
    private final ClientChannel channel;
    private @Nullable ClientOutput output;
    private boolean direct;
    private boolean begun;
    private boolean held;

    /**
     * @param response with the status and headers that the client is to see
     */
    ResponseRelay(UpstreamConnection upstream, ServerResponse response, ClientChannel channel) {
        this.upstream = upstream;
        this.response = response;
        this.channel = channel;
    }

    /**
     * Takes back what has not been sent yet.
     *
     * @return false where the client may have seen some of it, so that there can be no other
     *     response
     */
    boolean takeBack() {
        return !direct
                && (!begun || (response instanceof RoutingResponse routed && routed.reset()));
    }

    /**
     * Carries all of it.
     *
     * @param framing how its body ends
     * @param keepAlive whether the client's connection serves further requests
     * @param whileSending whether the client still sends its request, and is to go on with it
     * @param patience for the body
     * @return whether it ended so that the connection to the service can go on
     * @throws IOException where the service fails
     * @throws CloseConnectionException where the client does
     */
    boolean run(
            ResponseHead head,
            ResponseHead.Framing framing,
            boolean keepAlive,
            boolean whileSending,
            Patience patience)
            throws IOException {
        if (!keepAlive) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        ResponseBody body =
                new ResponseBody(
                        upstream,
                        framing,
                        waited -> {
                            // What is held back has been for the sake of what now does not come.
                            flush();
                            return patience.nextWaitMillis(waited);
                        });
        if (head.status() == 205 || framing instanceof ResponseHead.Framing.Bodiless) {
            toClient(() -> sendHead(head, keepAlive));
            return body.isComplete();
        }
        if (framing instanceof ResponseHead.Framing.Length length) {
            response.headers().set(HeaderNames.CONTENT_LENGTH, Long.toString(length.bytes()));
        }
        if (body.isComplete()) {
            toClient(response::send);
            return true;
        }
        // The server itself takes what comes behind the begin of a response for the next request.
        if (!whileSending && comesSoon()) {
            carry(body, ClientOutput.through(response));
        } else {
            direct = true;
            toClient(() -> channel.begin(true, keepAlive, whileSending));
            carry(body, ClientOutput.through(channel));
        }
        return !(framing instanceof ResponseHead.Framing.UntilClose);
    }

    /** The head of a response without a body; the server's own would say a length of zero. */
    private void sendHead(ResponseHead head, boolean keepAlive) {
        if (head.status() == 204 || head.status() == 205) {
            response.send();
            return;
        }
        response.headers().remove(HeaderNames.CONTENT_LENGTH);
        if (head.status() != 304) {
            head.first("Content-Length")
                    .ifPresent(it -> response.headers().set(HeaderNames.CONTENT_LENGTH, it));
        }
        direct = true;
        channel.begin(false, keepAlive, false);
        channel.close();
    }

    private boolean comesSoon() throws IOException {
        try {
            upstream.await(Patience.of(HEAD_WAIT));
            return true;
        } catch (SocketTimeoutException later) {
            return false;
        }
    }

    private void carry(ResponseBody body, ClientOutput to) throws IOException {
        output = to;
        byte[] bytes = new byte[BUFFER_BYTES];
        for (int count = body.read(bytes); count >= 0; count = body.read(bytes)) {
            int length = count;
            toClient(() -> to.write(bytes, length));
            held = true;
        }
        toClient(to::finish);
    }

    private void flush() throws IOException {
        ClientOutput to = output;
        if (held && to != null && !upstream.hasMore()) {
            held = false;
            toClient(to::flush);
        }
    }

    /** Something that is sent to the client. */
    private interface Sending {
        void run() throws IOException;
    }

    private void toClient(Sending sending) {
        begun = true;
        try {
            sending.run();
        } catch (CloseConnectionException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new CloseConnectionException("the client is gone", e);
        }
    }
}
