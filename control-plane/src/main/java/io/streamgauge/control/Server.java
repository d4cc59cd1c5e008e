package io.streamgauge.control;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.metrics.MetricsObserver;
import io.helidon.webserver.websocket.WsRouting;
import io.streamgauge.control.config.ControlPlaneConfig;
import io.streamgauge.control.config.HttpConfig;
import io.streamgauge.control.event.UndecodedBodies;
import io.streamgauge.control.http.HttpListener;
import io.streamgauge.control.live.endpoint.LiveListenerFactory;
import io.streamgauge.control.problem.ProblemHandlers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.function.UnaryOperator;

/** The web server itself: what holds for every request, whatever its route. */
final class Server {

    /** Beyond the limits that the handlers themselves hold, and answer for in detail. */
    private static final long PAYLOAD_SLACK_BYTES = 1024 * 1024;

    private Server() {}

    /**
     * Starts it.
     *
     * @param parts that it ends with
     * @throws IllegalStateException where its address could not be had
     */
    static WebServer start(
            ControlPlaneConfig config,
            Parts parts,
            HttpListener listener,
            UnaryOperator<Http1Upgrader> relay,
            HttpRouting.Builder routing,
            WsRouting.Builder webSockets) {
        WebServer built =
                WebServer.builder()
                        .update(
                                server ->
                                        listener.applyTo(
                                                server, relay, LiveListenerFactory.protocol()))
                        // Whoever started this stops it, in an order that a hook cannot know.
                        .shutdownHook(false)
                        .featuresDiscoverServices(false)
                        .addFeature(
                                ObserveFeature.builder()
                                        .observersDiscoverServices(false)
                                        .addObserver(
                                                MetricsObserver.builder()
                                                        .endpoint("/metrics")
                                                        .build())
                                        .build())
                        // Also bounds the chunks that the server reads in one piece.
                        .maxPayloadSize(config.ingest().maxBodyBytes() + PAYLOAD_SLACK_BYTES)
                        .contentEncoding(new UndecodedBodies())
                        .directHandlers(ProblemHandlers.direct())
                        .errorHandling(handling -> handling.includeEntity(true))
                        .routing(routing)
                        .addRouting(webSockets)
                        .build();
        parts.opened(built::stop);
        built.start();
        if (!built.isRunning()) { // it has logged why, and throws nothing
            throw new IllegalStateException(
                    "http: %s:%d could not be served (expected: a free port of this host)"
                            .formatted(config.http().host(), config.http().port()));
        }
        return built;
    }

    /** Tells of a busy port at once, and of the reason, which the server itself only logs. */
    static void requireFree(HttpConfig http) {
        if (http.port() == 0) {
            return;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(http.host(), http.port()));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "http.port: %s:%d: %s (expected: a free port of this host)"
                            .formatted(http.host(), http.port(), e.getMessage()),
                    e);
        }
    }
}
