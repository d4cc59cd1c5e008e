package io.streamgauge.control.http;

import com.sun.management.UnixOperatingSystemMXBean;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ProtocolConfig;
import io.streamgauge.control.config.HttpConfig;
import io.streamgauge.control.config.HttpLimits;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the server listens, with what certificate, and how it guards itself against clients that
 * are slow, silent, many or ambiguous. Opened before the server and closed after it.
 */
public final class HttpListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

    /** Longest first line of a request: method, path, query. */
    private static final int MAX_REQUEST_LINE_BYTES = 8 << 10;

    /** After which the server itself ends connections without a request or a message. */
    private static final Duration UPGRADED_IDLE = Duration.ofMinutes(5);

    /**
     * Which part of the file descriptors clients may have; the rest is for Kafka, files and so on.
     */
    private static final double DESCRIPTORS = 0.8;

    private final HttpConfig config;
    private final Optional<Tls> tls;
    private final Clients clients;

    private HttpListener(HttpConfig config) {
        this.config = config;
        tls = config.tls().map(Encryption::of);
        clients = new Clients(affordable(config.limits()));
    }

    /**
     * A listener that accepts nobody yet.
     *
     * @throws io.streamgauge.control.config.InvalidConfigException where the files of TLS are
     *     unusable
     */
    public static HttpListener open(HttpConfig config) {
        return new HttpListener(config);
    }

    /**
     * Makes a server use this listener.
     *
     * @param upgrades settings of the protocols that connections may change to
     */
    public void applyTo(WebServerConfig.Builder server, ProtocolConfig... upgrades) {
        applyTo(server, UnaryOperator.identity(), upgrades);
    }

    /**
     * As {@link #applyTo(WebServerConfig.Builder, ProtocolConfig...)}.
     *
     * @param webSockets stands before the server's own upgrader to WebSocket
     */
    public void applyTo(
            WebServerConfig.Builder server,
            UnaryOperator<Http1Upgrader> webSockets,
            ProtocolConfig... upgrades) {
        Http1Config http1 =
                Http1Config.builder()
                        .maxPrologueLength(MAX_REQUEST_LINE_BYTES)
                        .maxHeadersSize(config.limits().maxHeaderBytes())
                        // With listeners of our own the server has none that logs headers.
                        .addReceiveListener(new RequestChecks())
                        .addSendListener(new AnswerListener())
                        .build();
        List<ProtocolConfig> protocols = List.of(upgrades);
        server.host(config.host())
                .port(config.port())
                .connectionOptions(new AdmittingSockets(clients))
                .protocolsDiscoverServices(false)
                .addProtocols(protocols)
                .addConnectionSelector(new WatchedSelector(clients, http1, protocols, webSockets))
                .idleConnectionTimeout(UPGRADED_IDLE);
        tls.ifPresent(server::tls);
    }

    /** How many clients are connected. */
    public int connected() {
        return clients.connected();
    }

    /** How many were parted from since the start because they were too slow, or idle for long. */
    public long tooSlow() {
        return clients.tooSlow();
    }

    /** How many idle ones made room for others since the start. */
    public long displaced() {
        return clients.displaced();
    }

    /** How many were turned away since the start because nobody was idle. */
    public long refused() {
        return clients.refused();
    }

    @Override
    public void close() {
        clients.close();
    }

    /**
     * A server that runs out of file descriptors stops accepting for good: it must not come to it.
     */
    private static HttpLimits affordable(HttpLimits limits) {
        if (!(ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean system)) {
            return limits;
        }
        int most = (int) Math.min(1e6, system.getMaxFileDescriptorCount() * DESCRIPTORS);
        if (limits.maxConnections() <= most) {
            return limits;
        }
        LOG.warn(
                "http.max-connections: {} (expected: at most {}, with {} file descriptors); {} it"
                        + " is",
                limits.maxConnections(),
                most,
                system.getMaxFileDescriptorCount(),
                most);
        return new HttpLimits(
                most, limits.maxHeaderBytes(), limits.idleTimeout(), limits.requestTimeout());
    }
}
