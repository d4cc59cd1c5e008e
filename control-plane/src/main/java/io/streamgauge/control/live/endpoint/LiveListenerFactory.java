package io.streamgauge.control.live.endpoint;

import io.helidon.webserver.websocket.WsConfig;
import io.helidon.websocket.WsListener;
import io.streamgauge.control.auth.Authenticator;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.live.LiveHub;
import io.streamgauge.control.live.connection.LiveAdmission;
import io.streamgauge.control.stream.StreamCatalog;
import java.util.Collection;
import java.util.Set;
import java.util.function.Supplier;

/** Makes a listener for each connection to {@value #PATH}. */
public final class LiveListenerFactory implements Supplier<WsListener> {

    /** Where clients connect. */
    public static final String PATH = "/api/v1/live";

    /** The one subprotocol that there is. */
    public static final String SUBPROTOCOL = "streamgauge.v1+json";

    private final LiveHub hub;
    private final Authenticator authenticator;
    private final TenantAccess access;
    private final StreamCatalog streams;
    private final LiveAdmission admission;
    private final Set<String> allowedOrigins;

    /**
     * @param allowedOrigins which other sites' pages may connect
     */
    public LiveListenerFactory(
            LiveHub hub,
            Authenticator authenticator,
            TenantAccess access,
            StreamCatalog streams,
            LiveAdmission admission,
            Collection<String> allowedOrigins) {
        this.hub = hub;
        this.authenticator = authenticator;
        this.access = access;
        this.streams = streams;
        this.admission = admission;
        this.allowedOrigins = Set.copyOf(allowedOrigins);
    }

    /** The server's settings for WebSocket: no longer frames than messages may be. */
    public static WsConfig protocol() {
        return WsConfig.builder().maxFrameLength(LiveListener.MAX_MESSAGE_CHARACTERS).build();
    }

    @Override
    public WsListener get() {
        return new LiveListener(hub, authenticator, access, streams, admission, allowedOrigins);
    }
}
