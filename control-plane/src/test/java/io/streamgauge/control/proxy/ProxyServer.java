package io.streamgauge.control.proxy;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.streamgauge.control.config.HttpConfig;
import io.streamgauge.control.config.HttpLimits;
import io.streamgauge.control.config.UpstreamConfig;
import io.streamgauge.control.config.UpstreamHeaders;
import io.streamgauge.control.config.UpstreamTimeouts;
import io.streamgauge.control.event.UndecodedBodies;
import io.streamgauge.control.http.HttpListener;
import io.streamgauge.control.live.endpoint.LiveListenerFactory;
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
    private final HttpListener listener;
    private final WebServer server;

    private ProxyServer(Builder builder) {
        HttpRouting.Builder routing = HttpRouting.builder().addFilter(new RequestIdFilter());
        ProblemHandlers.register(routing);
        builder.routes.accept(routing);
        UpstreamProxy proxy =
                new UpstreamProxy(builder.config, request -> builder.identity, builder.tls);
        parts.add(proxy);
        proxy.routing(routing);
        listener =
                HttpListener.open(
                        new HttpConfig(
                                "127.0.0.1", 0, Optional.empty(), List.of(), builder.limits));
        server =
                WebServer.builder()
                        .update(
                                it ->
                                        listener.applyTo(
                                                it,
                                                next -> relaying(builder, next),
                                                LiveListenerFactory.protocol()))
                        .shutdownHook(false)
                        .maxPayloadSize(-1)
                        .contentEncoding(new UndecodedBodies())
                        .directHandlers(ProblemHandlers.direct())
                        .errorHandling(handling -> handling.includeEntity(true))
                        .routing(routing)
                        .build()
                        .start();
        parts.add(server::stop);
        parts.add(listener);
    }

    private Http1Upgrader relaying(Builder builder, Http1Upgrader next) {
        if (builder.guard == null) {
            return next;
        }
        UpstreamUpgrader upgrader =
                new UpstreamUpgrader(List.of(builder.config), builder.guard, next, builder.tls);
        parts.addFirst(upgrader);
        return upgrader;
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

    /** How many connections are relayed. */
    int relayed() {
        return parts.stream()
                .filter(UpstreamUpgrader.class::isInstance)
                .mapToInt(it -> ((UpstreamUpgrader) it).connections())
                .sum();
    }

    /** How many clients the listener has. */
    int connected() {
        return listener.connected();
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
        private HttpLimits limits = HttpLimits.DEFAULT;
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

        /** How long a client may take to read a part of the answer, and the like. */
        Builder requestTimeout(Duration timeout) {
            limits =
                    new HttpLimits(
                            limits.maxConnections(),
                            limits.maxHeaderBytes(),
                            limits.idleTimeout(),
                            timeout);
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
