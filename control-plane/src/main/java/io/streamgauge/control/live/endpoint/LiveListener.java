package io.streamgauge.control.live.endpoint;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import io.streamgauge.control.auth.Authenticator;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.live.LiveHub;
import io.streamgauge.control.live.SubscriptionPlan;
import io.streamgauge.control.live.connection.LiveAdmission;
import io.streamgauge.control.live.connection.LiveConnection;
import io.streamgauge.control.live.connection.LiveIdentity;
import io.streamgauge.control.live.wire.ClientMessage;
import io.streamgauge.control.live.wire.CloseCode;
import io.streamgauge.control.live.wire.ServerFrames;
import io.streamgauge.control.problem.Conflict;
import io.streamgauge.control.problem.ControlPlaneException;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.Problem;
import io.streamgauge.control.problem.Unavailable;
import io.streamgauge.control.stream.StreamCatalog;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's side of one conversation: checks the upgrade, puts fragments together and acts on
 * messages. One instance for each connection, called by one thread at a time.
 *
 * <p>Nothing may be thrown to the server once the connection is open: it would answer with an
 * internal error and the exception's text.
 */
final class LiveListener implements WsListener {

    private static final Logger LOG = LoggerFactory.getLogger(LiveListener.class);

    /** Longest message, in characters; a subscription needs a few hundred. */
    static final int MAX_MESSAGE_CHARACTERS = 64 << 10;

    private static final int MAX_SUBSCRIPTIONS = 100;

    /** What the server makes of bytes that are no UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

    private final LiveHub hub;
    private final Authenticator authenticator;
    private final TenantAccess access;
    private final StreamCatalog streams;
    private final LiveAdmission admission;
    private final Set<String> allowedOrigins;
    private final StringBuilder fragments = new StringBuilder();
    private Optional<String> credentialOfUpgrade = Optional.empty();
    private Optional<String> tenantOfUpgrade = Optional.empty();
    private @Nullable LiveConnection connection;
    private @Nullable SocketTransport transport;

    LiveListener(
            LiveHub hub,
            Authenticator authenticator,
            TenantAccess access,
            StreamCatalog streams,
            LiveAdmission admission,
            Set<String> allowedOrigins) {
        this.hub = hub;
        this.authenticator = authenticator;
        this.access = access;
        this.streams = streams;
        this.admission = admission;
        this.allowedOrigins = allowedOrigins;
    }

    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) {
        LiveHandshake handshake = new LiveHandshake(prologue, headers);
        if (hub.isClosing()) {
            throw handshake.unavailable("the server restarts");
        }
        handshake.checkOrigin(allowedOrigins);
        Optional<Headers> answer = handshake.negotiate();
        credentialOfUpgrade = handshake.token();
        tenantOfUpgrade = handshake.tenant();
        if (credentialOfUpgrade.isPresent()) {
            try {
                LiveIdentity unused = identify(credentialOfUpgrade.get(), tenantOfUpgrade);
            } catch (LiveIdentity.RefusedException e) {
                throw handshake.refused(e);
            } catch (ControlPlaneException e) {
                throw handshake.unavailable("who the client is cannot be seen now");
            }
        }
        return answer;
    }

    @Override
    public void onOpen(WsSession session) {
        SocketTransport socket =
                new SocketTransport(session, Thread.currentThread(), hub.statistics());
        transport = socket;
        connection = hub.open(socket);
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
        LiveConnection open = heard();
        // The server decodes each fragment by itself, so a character cut in two is lost.
        boolean cutBefore =
                !fragments.isEmpty() && !text.isEmpty() && text.charAt(0) == REPLACEMENT;
        boolean cutAfter = !last && text.endsWith(String.valueOf(REPLACEMENT));
        if (cutBefore || cutAfter) {
            open.close(CloseCode.NOT_TEXT, "a fragment ends within a character");
            return;
        }
        if (fragments.length() + text.length() > MAX_MESSAGE_CHARACTERS) {
            open.close(
                    CloseCode.TOO_LONG,
                    "message: too long (expected: at most %d characters)"
                            .formatted(MAX_MESSAGE_CHARACTERS));
            return;
        }
        fragments.append(text);
        if (last) {
            String message = fragments.toString();
            fragments.setLength(0);
            take(open, message);
        }
    }

    @Override
    public void onMessage(WsSession session, BufferData buffer, boolean last) {
        heard().close(CloseCode.UNSUPPORTED_DATA, "binary message (expected: text)");
    }

    @Override
    public void onPing(WsSession session, BufferData buffer) {
        heard().sendPong(buffer.copy());
    }

    @Override
    public void onPong(WsSession session, BufferData buffer) {
        heard();
    }

    @Override
    public void onClose(WsSession session, int status, String reason) {
        heard().closedByClient();
        if (transport != null && transport.hasClosed()) {
            // The session does not know of our close, and would send another.
            throw new CloseConnectionException("both sides have closed");
        }
    }

    @Override
    public void onError(WsSession session, Throwable failure) {
        LOG.error("live connection {}: failed", heard().name(), failure);
        heard().closedByClient();
    }

    private void take(LiveConnection open, String text) {
        try {
            switch (ClientMessage.read(text)) {
                case ClientMessage.ConnectionInit init -> init(open, init);
                case ClientMessage.Subscribe subscribe -> subscribe(open, subscribe);
                case ClientMessage.Complete complete -> open.unsubscribe(complete.id());
                case ClientMessage.Ping ping -> open.send(ServerFrames.pong(ping.payload()));
                case ClientMessage.Pong pong -> {} // it was heard
            }
        } catch (ClientMessage.MalformedException e) {
            open.close(CloseCode.BAD_MESSAGE, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("live connection {}: a message failed", open.name(), e);
            open.close(CloseCode.INTERNAL, "internal error");
        }
    }

    private void init(LiveConnection open, ClientMessage.ConnectionInit init) {
        if (open.identity() != null) {
            open.close(CloseCode.TOO_MANY_INITS, "a second connection_init");
            return;
        }
        Optional<String> credential = init.token().or(() -> credentialOfUpgrade);
        if (credential.isEmpty()) {
            open.close(
                    CloseCode.UNAUTHORIZED,
                    "token: missing (expected: in the payload or the Authorization header)");
            return;
        }
        try {
            LiveIdentity identity =
                    identify(credential.get(), init.tenant().or(() -> tenantOfUpgrade));
            open.acknowledge(identity, admission.open(identity.caller()));
        } catch (LiveIdentity.RefusedException e) {
            open.close(e.code(), e.reason());
        } catch (Unavailable e) {
            open.close(CloseCode.TRY_LATER, "who the client is cannot be seen now");
        }
    }

    private LiveIdentity identify(String credential, Optional<String> tenant)
            throws LiveIdentity.RefusedException {
        return LiveIdentity.of(authenticator, access, credential, tenant);
    }

    private void subscribe(LiveConnection open, ClientMessage.Subscribe message) {
        LiveIdentity identity = open.identity();
        if (identity == null) {
            open.close(CloseCode.UNAUTHORIZED, "subscribe before connection_init");
            return;
        }
        if (open.hasSubscription(message.id())) {
            open.close(CloseCode.ID_IN_USE, "id: in use: " + message.id());
            return;
        }
        try {
            identity.verify();
            begin(open, identity.caller(), message);
        } catch (LiveIdentity.RefusedException e) {
            open.close(e.code(), e.reason());
        } catch (ControlPlaneException e) {
            open.send(ServerFrames.error(message.id(), Problem.of(e), "live-" + open.name()));
        }
    }

    private void begin(LiveConnection open, Caller caller, ClientMessage.Subscribe message) {
        SubscriptionPlan plan = SubscriptionPlan.of(caller, message.payload(), streams);
        if (open.subscriptionCount() >= MAX_SUBSCRIPTIONS) {
            throw new Conflict(
                    ErrorCode.LIMIT_REACHED,
                    "subscriptions: %d on this connection (expected: at most that)"
                            .formatted(MAX_SUBSCRIPTIONS));
        }
        plan.begin(open, message.id(), hub);
    }

    private LiveConnection heard() {
        LiveConnection open = connection;
        if (open == null) {
            throw new IllegalStateException("a message before the connection was opened");
        }
        open.heard();
        return open;
    }
}
