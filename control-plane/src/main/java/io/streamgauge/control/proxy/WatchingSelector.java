package io.streamgauge.control.proxy;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/**
 * Serves HTTP/1.1 as the server does, on connections that can be watched: where this is a
 * listener's selector, a request to a service behind the gateway is given up when its client goes
 * away. Without it that is noticed only when the client is written to.
 */
public final class WatchingSelector implements ServerConnectionSelector {

    private final Http1ConnectionSelector http1;

    /**
     * @param http1 with the upgraders that the listener has, {@link UpstreamUpgrader} among them
     */
    public WatchingSelector(Http1ConnectionSelector http1) {
        this.http1 = http1;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    /** Whatever comes: HTTP/1.1 answers in words also what it does not speak. */
    @Override
    public Support supports(BufferData data) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return http1.connection(new WatchedConnection(context));
    }
}
