package io.streamgauge.control.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRouting;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.AuthMethod;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Principal;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.config.RouteConfig;
import io.streamgauge.control.config.UpstreamTarget;
import io.streamgauge.control.gateway.RouteClass;
import io.streamgauge.control.gateway.RouteTable;
import io.streamgauge.control.request.RequestNotes;
import io.streamgauge.control.responsecache.CacheFilter;
import io.streamgauge.control.responsecache.ResponseCache;
import io.streamgauge.control.tenant.Quota;
import io.streamgauge.control.tenant.TenantState;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That responses of services are cached as they allow it, with the proxy as it is. */
class ServiceCachingIT {

    private static final String PATH = ProxyServer.PREFIX + "/a?b=c";

    private final ResponseCache cache = new ResponseCache(Duration.ofMinutes(5), 1 << 20);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\n\r\nbody",
                "Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"
            })
    void givesAgainWhatTheServiceAllows(String framedBody) throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.answering(
                                "HTTP/1.1 200 OK\r\nCache-Control: public, max-age=60\r\n"
                                        + "Content-Type: text/plain\r\nETag: \"v1\"\r\n"
                                        + framedBody);
                ProxyServer proxy = proxy(upstream)) {
            ApiClient client = new ApiClient(proxy.port(), "");
            Answer first = client.get(PATH);
            Answer second = client.get(PATH);
            Answer known = client.get(PATH, "If-None-Match", "\"v1\"");
            Answer head = client.send("HEAD", PATH, null);

            assertThat(first.status()).isEqualTo(200);
            assertThat(first.body()).isEqualTo("body");
            assertThat(second.body()).isEqualTo("body");
            assertThat(second.header("Cache-Status")).matches("streamgauge; hit; ttl=(60|5\\d)");
            assertThat(second.header("Cache-Control")).isEqualTo("public, max-age=60");
            assertThat(second.header("Content-Type")).isEqualTo("text/plain");
            assertThat(second.header("ETag")).isEqualTo("\"v1\"");
            assertThat(known.status()).isEqualTo(304);
            assertThat(head.header("Content-Length")).isEqualTo("4");
            assertThat(upstream.received).hasSize(1);

            client.post(ProxyServer.PREFIX + "/b", "{}");
            assertThat(client.get(PATH).header("Cache-Status")).doesNotContain("hit");
            assertThat(upstream.received).hasSize(3);
        }
    }

    @Test
    void asksTheServiceEachTimeWhereItAllowsNothing() throws Exception {
        try (TestingUpstream upstream = TestingUpstream.answering(TestingUpstream.ok("body"));
                ProxyServer proxy = proxy(upstream)) {
            ApiClient client = new ApiClient(proxy.port(), "");
            client.get(PATH);
            client.get(PATH);

            assertThat(upstream.received).hasSize(2);
            assertThat(cache.entries()).isZero();
        }
    }

    @Test
    void keepsNothingOfAResponseThatBreaksOff() throws Exception {
        try (TestingUpstream upstream =
                        TestingUpstream.scripted(
                                conversation -> {
                                    conversation.next();
                                    conversation.send(
                                            "HTTP/1.1 200 OK\r\nCache-Control: public\r\n"
                                                    + "Content-Length: 4\r\n\r\nbo");
                                });
                ProxyServer proxy = proxy(upstream)) {
            try (RawClient client = proxy.connect()) {
                client.send("GET " + PATH + " HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readToEnd()).doesNotContain("body");
            }

            assertThat(cache.misses()).isEqualTo(1);
            assertThat(cache.entries()).isZero();
        }
    }

    private ProxyServer proxy(TestingUpstream upstream) {
        RouteTable routes =
                new RouteTable(
                        List.of(
                                new RouteConfig(
                                        "services",
                                        List.of(ProxyServer.PREFIX),
                                        Set.of("jwt"),
                                        Set.of(),
                                        Optional.empty(),
                                        Duration.ofHours(1),
                                        true,
                                        true,
                                        true,
                                        Optional.of(
                                                new UpstreamTarget(
                                                        URI.create("http://a"), false, false)))));
        return ProxyServer.to(upstream.uri(""))
                .routes(
                        (HttpRouting.Builder routing) ->
                                routing.addFilter(
                                                (chain, request, response) -> {
                                                    RequestNotes notes = RequestNotes.of(request);
                                                    notes.put(
                                                            RouteClass.class,
                                                            routes.find(PATH).orElseThrow());
                                                    notes.put(Caller.class, caller());
                                                    chain.proceed();
                                                })
                                        .addFilter(new CacheFilter(cache, tenant -> {})))
                .start();
    }

    private static Caller caller() {
        TenantId tenant = new TenantId("acme");
        Set<Scope> scopes = Set.of(Scope.STREAMS_READ);
        return new Caller(
                new Principal(
                        AuthMethod.JWT,
                        "alice",
                        Map.of(tenant, scopes),
                        false,
                        Instant.now().plusSeconds(60)),
                Optional.of(new TenantState(tenant, "platinum", true, Map.of(Quota.STREAMS, 1L))),
                scopes);
    }
}
