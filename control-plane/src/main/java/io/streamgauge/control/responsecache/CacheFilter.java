package io.streamgauge.control.responsecache;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.config.GatewayConfig;
import io.streamgauge.control.config.RouteConfig;
import io.streamgauge.control.gateway.RouteClass;
import io.streamgauge.control.request.BodySender;
import io.streamgauge.control.request.RequestNotes;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Answers GET and HEAD in the route classes that allow it from the {@link ResponseCache}, and voids
 * a tenant's responses when a request of it may have changed something. The last filter before the
 * handlers: credential, tenant and limits are decided on before, for hits as for misses.
 *
 * <p>What handlers say in {@code Cache-Control} is for clients, who do not hear of changes; the
 * cache does, so the route's class alone decides. A service behind the gateway makes changes that
 * nobody here hears of: it has to allow that its responses are kept ({@link UpstreamPermission}).
 */
public final class CacheFilter implements Filter {

    /** A tag that no response has: hides from a handler that the client knows one. */
    private static final Header NOTHING_KNOWN =
            HeaderValues.createCached(HeaderNames.IF_NONE_MATCH, "\"\"");

    /** With these a service answers with less than the whole, or not at all. */
    private static final List<HeaderName> PARTIAL =
            List.of(
                    HeaderNames.RANGE,
                    HeaderNames.IF_RANGE,
                    HeaderNames.IF_MATCH,
                    HeaderNames.IF_UNMODIFIED_SINCE);

    private final ResponseCache cache;
    private final Consumer<TenantId> publishInvalidation;

    /**
     * @param publishInvalidation tells other replicas that a tenant's responses are void; must
     *     neither wait nor throw
     */
    public CacheFilter(ResponseCache cache, Consumer<TenantId> publishInvalidation) {
        this.cache = cache;
        this.publishInvalidation = publishInvalidation;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        RequestNotes notes = RequestNotes.of(request);
        Optional<Caller> caller = notes.find(Caller.class);
        if (caller.isEmpty() || caller.get().state().isEmpty()) {
            chain.proceed();
            return;
        }
        RouteConfig route = notes.find(RouteClass.class).orElseThrow().config();
        Method method = request.prologue().method();
        if (method.equals(Method.GET) || method.equals(Method.HEAD)) {
            if (route.cacheable()) {
                read(chain, request, response, caller.get(), route);
            } else {
                chain.proceed();
            }
        } else if (method.equals(Method.OPTIONS)
                || method.equals(Method.TRACE)
                || route.name().equals(GatewayConfig.INGEST)) {
            chain.proceed();
        } else {
            write(chain, response, caller.get().tenant());
        }
    }

    private void read(
            FilterChain chain,
            RoutingRequest request,
            RoutingResponse response,
            Caller caller,
            RouteConfig route) {
        boolean head = request.prologue().method().equals(Method.HEAD);
        boolean upstream = route.target().isPresent();
        Answer answer =
                new Answer(
                        Conditions.of(request.headers()),
                        head ? BodySender.HEAD : BodySender.WHOLE);
        ResponseKey key = ResponseKey.of(request, caller);
        if (upstream && PARTIAL.stream().anyMatch(request.headers()::contains)) {
            chain.proceed();
            return;
        }
        if (upstream && head) {
            cache.find(key)
                    .ifPresentOrElse(
                            it -> answer.hit(response, it, cache.nanoTime()), chain::proceed);
            return;
        }
        switch (RequestDirectives.of(request.headers()).lookUp(cache, key)) {
            case Lookup.Hit hit -> {
                if (hit.collapsed()) {
                    answer.send(response, hit.response(), CacheStatus.COLLAPSED);
                } else {
                    answer.hit(response, hit.response(), cache.nanoTime());
                }
            }
            case Lookup.Miss miss -> {
                Computation computation = miss.computation();
                try {
                    if (upstream) {
                        forward(chain, response, computation);
                    } else {
                        handle(chain, request, answer, computation);
                    }
                } finally {
                    computation.abandon();
                }
            }
        }
    }

    private void handle(
            FilterChain chain, RoutingRequest request, Answer answer, Computation computation) {
        HttpPrologue prologue = request.prologue();
        if (prologue.method().equals(Method.HEAD)) { // handlers know GET; others may want the body
            request.prologue(asGet(prologue));
        }
        if (!answer.conditions().isEmpty()) {
            request.header(NOTHING_KNOWN);
        }
        RequestNotes.of(request)
                .put(
                        BodySender.class,
                        new Capture(request, prologue, answer, computation, cache.ttl()));
        chain.proceed();
    }

    private void forward(FilterChain chain, RoutingResponse response, Computation computation) {
        UpstreamCopy copy = new UpstreamCopy(response, computation, cache);
        response.streamFilter(copy::around);
        try {
            chain.proceed();
            copy.finish();
        } finally {
            computation.refuse(); // for where it has not been completed
        }
    }

    /**
     * The response is sent before this knows what came of the request; until then {@link
     * ResponseCache#beginWrite} keeps the client from reading what it has just changed.
     */
    private void write(FilterChain chain, RoutingResponse response, TenantId tenant) {
        boolean changed = true; // a failure may come after the change
        cache.beginWrite(tenant);
        try {
            chain.proceed();
            changed = response.status().family() != Status.Family.CLIENT_ERROR;
        } finally {
            cache.endWrite(tenant, changed);
            if (changed) {
                publishInvalidation.accept(tenant);
            }
        }
    }

    private static HttpPrologue asGet(HttpPrologue prologue) {
        return HttpPrologue.create(
                prologue.rawProtocol(),
                prologue.protocol(),
                prologue.protocolVersion(),
                Method.GET,
                prologue.uriPath(),
                prologue.query(),
                prologue.fragment());
    }
}
