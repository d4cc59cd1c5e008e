package io.streamgauge.control.proxy;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.websocket.WsUpgrader;
import io.streamgauge.control.config.UpstreamConfig;
import io.streamgauge.control.config.UpstreamHeaders;
import io.streamgauge.control.config.UpstreamTimeouts;
import io.streamgauge.control.event.UndecodedBodies;
import io.streamgauge.control.live.LiveListenerFactory;
import io.streamgauge.control.problem.ProblemHandlers;
import io.streamgauge.control.request.RequestIdFilter;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** A server with nothing but a proxy, as the gateway has it. */
final class ProxyServer implements AutoCloseable {

    static final String PREFIX = "/services/test";

    static final UpstreamTimeouts TIMEOUTS =
            new UpstreamTimeouts(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(4));

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final WebServer server;

    private ProxyServer(Builder builder) {
        HttpRouting.Builder routing = HttpRouting.builder().addFilter(new RequestIdFilter());
        ProblemHandlers.register(routing);
        builder.routes.accept(routing);
        UpstreamProxy proxy =
                new UpstreamProxy(builder.config, request -> builder.identity, builder.tls);
        parts.add(proxy);
        proxy.routing(routing);
        Http1Upgrader upgrader = WsUpgrader.create(LiveListenerFactory.protocol());
        if (builder.guard != null) {
            UpstreamUpgrader relaying =
                    new UpstreamUpgrader(
                            List.of(builder.config), builder.guard, upgrader, builder.tls);
            parts.add(relaying);
            upgrader = relaying;
        }
        server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .shutdownHook(false)
                        .maxPayloadSize(-1)
                        .contentEncoding(new UndecodedBodies())
                        .directHandlers(ProblemHandlers.direct())
                        .errorHandling(handling -> handling.includeEntity(true))
                        .addProtocol(LiveListenerFactory.protocol())
                        .addConnectionSelector(
                                new WatchingSelector(
                                        Http1ConnectionSelector.builder()
                                                .config(Http1Config.create())
                                                .addUpgrader(upgrader)
                                                .build()))
                        .routing(routing)
                        .build()
                        .start();
        parts.add(server::stop);
    }

    static Builder to(URI target) {
        return new Builder(
                new UpstreamConfig(
                        PREFIX,
                        target,
                        false,
                        true,
                        1L << 40,
                        100,
                        TIMEOUTS,
                        UpstreamHeaders.DEFAULT));
    }

    static ProxyServer to(TestingUpstream upstream) {
        return to(upstream.uri("")).start();
    }

    int port() {
        return server.port();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:%d%s%s".formatted(port(), PREFIX, path));
    }

    RawClient connect() throws IOException {
        return new RawClient(port());
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    /** What a test wants to be different. */
    static final class Builder {

        private UpstreamConfig config;
        private Optional<ForwardedIdentity> identity =
                Optional.of(
                        new ForwardedIdentity(
                                "acme", "alice", Set.of("streams:write", "streams:read")));
        private @Nullable UpgradeGuard guard;
        private SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
        private Consumer<HttpRouting.Builder> routes = routing -> {};

        private Builder(UpstreamConfig config) {
            this.config = config;
        }

        Builder timeouts(Duration response, Duration idle) {
            return with(
                    it ->
                            new UpstreamConfig(
                                    it.pathPrefix(),
                                    it.target(),
                                    it.stripPrefix(),
                                    it.webSocket(),
                                    it.maxBodyBytes(),
                                    it.maxConnections(),
                                    new UpstreamTimeouts(
                                            it.timeouts().connect(),
                                            response,
                                            idle,
                                            it.timeouts().pooled()),
                                    it.headers()));
        }

        Builder stripPrefix() {
            return with(
                    it ->
                            new UpstreamConfig(
                                    it.pathPrefix(),
                                    it.target(),
                                    true,
                                    it.webSocket(),
                                    it.maxBodyBytes(),
                                    it.maxConnections(),
                                    it.timeouts(),
                                    it.headers()));
        }

        Builder bounds(long maxBodyBytes, int maxConnections, Duration connect) {
            return with(
                    it ->
                            new UpstreamConfig(
                                    it.pathPrefix(),
                                    it.target(),
                                    it.stripPrefix(),
                                    it.webSocket(),
                                    maxBodyBytes,
                                    maxConnections,
                                    new UpstreamTimeouts(
                                            connect,
                                            it.timeouts().response(),
                                            it.timeouts().idle(),
                                            it.timeouts().pooled()),
                                    it.headers()));
        }

        Builder headers(UpstreamHeaders headers) {
            return with(
                    it ->
                            new UpstreamConfig(
                                    it.pathPrefix(),
                                    it.target(),
                                    it.stripPrefix(),
                                    it.webSocket(),
                                    it.maxBodyBytes(),
                                    it.maxConnections(),
                                    it.timeouts(),
                                    headers));
        }

        Builder identity(Optional<ForwardedIdentity> identity) {
            this.identity = identity;
            return this;
        }

        Builder guard(UpgradeGuard guard) {
            this.guard = guard;
            return this;
        }

        Builder tls(SSLSocketFactory tls) {
            this.tls = tls;
            return this;
        }

        /** Filters and routes besides the proxy. */
        Builder routes(Consumer<HttpRouting.Builder> routes) {
            this.routes = routes;
            return this;
        }

        ProxyServer start() {
            return new ProxyServer(this);
        }

        private Builder with(UnaryOperator<UpstreamConfig> change) {
            config = change.apply(config);
            return this;
        }
    }
}
