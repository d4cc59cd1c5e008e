package io.streamgauge.control.proxy;

import io.helidon.common.socket.PeerInfo;
import io.helidon.http.DirectHandler;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectTransportRequest;
import io.streamgauge.control.config.UpstreamConfig;
import java.util.Optional;

/**
 * Decides which upgrades to WebSocket reach a service, and for how long. The server handles
 * upgrades before routing, so that they do not pass the filters: what these check of a request, the
 * guard checks of an upgrade.
 */
@FunctionalInterface
public interface UpgradeGuard {

    /**
     * An upgrade that a client asks for.
     *
     * @param upstream the service that it would reach
     * @param peer who asks, as the socket says
     * @param secure whether it came through TLS
     * @param requestId for the log; also what the service and the client are told
     */
    record Attempt(
            UpstreamConfig upstream,
            HttpPrologue prologue,
            Headers headers,
            PeerInfo peer,
            boolean secure,
            String requestId) {

        /** What to throw where it is refused. */
        public RequestException refusal(Status status, String message) {
            return RequestException.builder()
                    .type(DirectHandler.EventType.OTHER)
                    .status(status)
                    .setKeepAlive(false)
                    .request(DirectTransportRequest.create(prologue, headers))
                    .message(message)
                    .build();
        }
    }

    /** A connection that was let in. Closed exactly once, when it is over or did not come about. */
    interface Admission extends AutoCloseable {

        /** Who has opened it; the service is told. */
        Optional<ForwardedIdentity> identity();

        /**
         * Why it must end now; empty while it may go on. Asked about every second, for all
         * connections on one thread: it must not wait for anything.
         */
        Optional<Ending> ending();

        /** The connection is over. */
        @Override
        void close();
    }

    /**
     * How a connection is ended.
     *
     * @param code of the close frame to the client, such as 4401
     * @param reason for people; cut to what a close frame holds
     */
    record Ending(int code, String reason) {}

    /**
     * Lets an upgrade through.
     *
     * @throws RequestException where it does not, with the status that the client gets
     */
    Admission admit(Attempt attempt);
}
