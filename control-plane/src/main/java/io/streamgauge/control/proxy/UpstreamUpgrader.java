package io.streamgauge.control.proxy;

import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import io.streamgauge.control.background.BackgroundLoop;
import io.streamgauge.control.config.UpstreamConfig;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays upgrades to WebSocket to the services that take them, and leaves the others to the
 * server's own. It stands in the place of the server's upgrader and not behind a {@code
 * WsListener}: a listener sees messages, of which it is told only what the server makes of them,
 * and a relay needs the frames.
 */
public final class UpstreamUpgrader implements Http1Upgrader, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamUpgrader.class);

    private static final String PROTOCOL = "websocket";

    private static final Duration TICK = Duration.ofMillis(250);

    /** A revoked key must end its connections within 5 s. */
    private static final int TICKS_PER_QUESTION = 4;

    private final List<WebSocketHandshake> handshakes;
    private final Http1Upgrader next;
    private final Set<WebSocketTunnel> tunnels = ConcurrentHashMap.newKeySet();
    private final BackgroundLoop clock;
    private int ticks;

    /**
     * With the JVM's trusted authorities for services behind TLS.
     *
     * @param upstreams those that do not take WebSocket are passed over
     * @param next upgrades whatever is not under one of them
     */
    public UpstreamUpgrader(
            List<UpstreamConfig> upstreams, UpgradeGuard guard, Http1Upgrader next) {
        this(upstreams, guard, next, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    public UpstreamUpgrader(
            List<UpstreamConfig> upstreams,
            UpgradeGuard guard,
            Http1Upgrader next,
            SSLSocketFactory tls) {
        this.next = next;
        handshakes =
                upstreams.stream()
                        .filter(UpstreamConfig::webSocket)
                        .sorted(
                                Comparator.comparing(
                                        (UpstreamConfig it) -> -it.pathPrefix().length()))
                        .map(it -> new WebSocketHandshake(it, guard, tls))
                        .toList();
        clock =
                new BackgroundLoop(
                        "web-socket-tunnels",
                        () -> {
                            tick();
                            return TICK;
                        });
        clock.start();
    }

    @Override
    public String supportedProtocol() {
        return PROTOCOL;
    }

    @Override
    public @Nullable ServerConnection upgrade(
            ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        String path = prologue.uriPath().rawPath();
        for (WebSocketHandshake handshake : handshakes) {
            if (UpstreamPath.isUnder(handshake.pathPrefix(), path)) {
                return handshake.perform(context, prologue, headers, tunnels);
            }
        }
        return next.upgrade(context, prologue, headers);
    }

    /** How many connections are relayed now. */
    public int connections() {
        return tunnels.size();
    }

    /**
     * Ends all connections, with a close for both ends, and waits a few seconds for the answers.
     * Before the server is stopped, or it cuts them off.
     */
    @Override
    public void close() {
        List<WebSocketTunnel> open = List.copyOf(tunnels);
        open.forEach(tunnel -> tunnel.close(false));
        try {
            for (WebSocketTunnel tunnel : open) {
                tunnel.awaitEnd();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            clock.close();
        }
    }

    private void tick() {
        ticks++;
        boolean askGuard = ticks % TICKS_PER_QUESTION == 0;
        for (WebSocketTunnel tunnel : tunnels) {
            try {
                tunnel.tick(askGuard);
            } catch (RuntimeException e) {
                LOG.error("a guard failed; its connection goes on", e);
            }
        }
    }
}
