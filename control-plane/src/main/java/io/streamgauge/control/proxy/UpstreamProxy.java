package io.streamgauge.control.proxy;

import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.control.background.BackgroundLoop;
import io.streamgauge.control.config.UpstreamConfig;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.problem.MethodNotAllowed;
import io.streamgauge.control.problem.PayloadTooLarge;
import io.streamgauge.control.request.RequestId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLSocketFactory;

/**
 * Passes requests on to a service behind the gateway, and its responses back, both as they come.
 * The last of the pipeline: whoever comes here has been let in.
 *
 * <p>The client is written here, on blocking sockets and virtual threads, for what the others
 * cannot do. The JDK's HTTP/1.1 reads no response before the whole body is sent, takes its idle
 * time and its restricted headers from properties of the JVM, and its WebSocket refuses to send
 * some close codes and shows no frames. Helidon's (4.2.6) has no limit for what waits in its pool,
 * reads no response before the body is sent either, and is lenient with lengths. Here the framing
 * of both sides is strict and the wire is ours to close at any byte, which is what keeps one
 * client's bytes from becoming another's request or response.
 */
public final class UpstreamProxy implements HttpService, Handler, AutoCloseable {

    private static final Duration EVICTION_PERIOD = Duration.ofSeconds(1);

    /** TRACE shows a client the headers that the gateway has added; CONNECT is for tunnels. */
    private static final Set<String> REFUSED = Set.of("CONNECT", "TRACE");

    private static final List<String> ALLOWED =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /** What all exchanges with one service share. */
    record Parts(UpstreamConfig config, UpstreamPool pool, ResponseHeaders responseHeaders) {}

    private final UpstreamConfig config;
    private final Function<ServerRequest, Optional<ForwardedIdentity>> identities;
    private final UpstreamPath paths;
    private final RequestHeads heads;
    private final Parts parts;
    private final BackgroundLoop eviction;

    /**
     * With the JVM's trusted authorities for services behind TLS.
     *
     * @param identities who makes a request, as verified; empty where the route asks for nobody
     */
    public UpstreamProxy(
            UpstreamConfig config,
            Function<ServerRequest, Optional<ForwardedIdentity>> identities) {
        this(config, identities, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    public UpstreamProxy(
            UpstreamConfig config,
            Function<ServerRequest, Optional<ForwardedIdentity>> identities,
            SSLSocketFactory tls) {
        this.config = config;
        this.identities = identities;
        HeaderRules rules = new HeaderRules(config.headers());
        paths = new UpstreamPath(config);
        heads = new RequestHeads(config, rules);
        UpstreamPool pool = new UpstreamPool(config, tls);
        parts = new Parts(config, pool, new ResponseHeaders(config, rules));
        eviction =
                new BackgroundLoop(
                        "upstream-" + config.pathPrefix(),
                        () -> {
                            pool.evict();
                            return EVICTION_PERIOD;
                        });
        eviction.start();
    }

    /** Registers all methods of the prefix and of everything below it. */
    @Override
    public void routing(HttpRules rules) {
        rules.any(config.pathPrefix(), this).any(config.pathPrefix() + "/*", this);
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        RequestFraming framing;
        try {
            framing = RequestFraming.of(request.headers());
        } catch (InvalidRequest e) {
            throw ClosingAnswer.send(request, response, e);
        }
        String method = request.prologue().method().text();
        if (REFUSED.contains(method)) {
            throw new MethodNotAllowed(method, ALLOWED);
        }
        if (framing instanceof RequestFraming.Length length
                && length.bytes() > config.maxBodyBytes()) {
            throw ClosingAnswer.send(
                    request,
                    response,
                    new PayloadTooLarge(
                            "Content-Length: %d (expected: at most %d)"
                                    .formatted(length.bytes(), config.maxBodyBytes())));
        }
        RequestBody body = new RequestBody(request, framing, config);
        byte[] head =
                heads.ofRequest(
                        new IncomingRequest(
                                request.prologue(),
                                request.headers(),
                                request.remotePeer(),
                                request.isSecure(),
                                RequestId.of(request).value(),
                                identities.apply(request)),
                        paths.map(request.prologue()),
                        framing,
                        body.expectsContinue());
        new UpstreamExchange(parts, request, response, body).run(head);
    }

    /** Ends what waits for requests; what is under way goes on. */
    @Override
    public void close() {
        eviction.close();
        parts.pool().close();
    }
}
