package io.streamgauge.control.responsecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.AuthMethod;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Principal;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.config.GatewayConfig;
import io.streamgauge.control.config.RouteConfig;
import io.streamgauge.control.config.UpstreamTarget;
import io.streamgauge.control.gateway.RouteClass;
import io.streamgauge.control.gateway.RouteTable;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.problem.ProblemHandlers;
import io.streamgauge.control.request.RequestNotes;
import io.streamgauge.control.rest.JsonResponse;
import io.streamgauge.control.tenant.Quota;
import io.streamgauge.control.tenant.TenantState;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The filter in a server of its own, with handlers that can be held, fail, and act as a service.
 */
class CacheFilterIT {

    private static final TenantId TENANT = new TenantId("one");

    private final ResponseCache cache = new ResponseCache(Duration.ofMinutes(5), 1 << 20);
    private final List<TenantId> published = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger version = new AtomicInteger(1);
    private volatile CountDownLatch hold = new CountDownLatch(0);
    private volatile CountDownLatch sent = new CountDownLatch(0);
    private volatile String cacheControl = "public";
    private volatile boolean breakOff;
    private final WebServer server = server();
    private final ApiClient client = new ApiClient(server.port(), "");

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void answersAnEqualRequestWithoutTheHandler() {
        Answer miss = client.get("/kept/a");
        Answer hit = client.get("/kept/a");

        assertThat(calls).hasValue(1);
        assertThat(miss.status()).isEqualTo(200);
        assertThat(miss.header("Cache-Status")).isEqualTo("streamgauge; fwd=miss; stored");
        assertThat(miss.headers().firstValue("Age")).isEmpty();
        assertThat(hit.status()).isEqualTo(200);
        assertThat(hit.body()).isEqualTo(miss.body());
        assertThat(hit.header("Cache-Status")).startsWith("streamgauge; hit; ttl=");
        assertThat(hit.header("Age")).isIn("0", "1", "2");
        assertThat(hit.header("Cache-Control")).isEqualTo("private, max-age=0, must-revalidate");
        assertThat(hit.header("ETag")).isEqualTo(miss.header("ETag")).startsWith("\"");
        assertThat(hit.header("Content-Type")).isEqualTo("application/json");
        assertThat(hit.header("Link")).isEqualTo("</x>; rel=\"next\"");
    }

    @Test
    void saysThatTheClientHasTheResponseWhetherItIsKeptOrNot() {
        String tag = client.get("/kept/a").header("ETag");
        Answer hit = client.get("/kept/a", "If-None-Match", "\"x\", W/" + tag);
        cache.invalidate(TENANT);
        Answer miss = client.get("/kept/a", "If-None-Match", tag);
        Answer hitAfterMiss = client.get("/kept/a", "If-None-Match", tag);

        for (Answer answer : List.of(hit, miss, hitAfterMiss)) {
            assertThat(answer.status()).isEqualTo(304);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.header("ETag")).isEqualTo(tag);
            assertThat(answer.header("Cache-Control")).contains("must-revalidate");
            assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
        }
        assertThat(calls).hasValue(2);
        assertThat(client.get("/kept/a").status()).isEqualTo(200);
        assertThat(client.get("/kept/a", "If-None-Match", "\"other\"").status()).isEqualTo(200);
        assertThat(calls).hasValue(2);
    }

    @Test
    void refusesAMalformedConditionOnceItIsKeptAsBefore() {
        Answer miss = client.get("/kept/a", "If-None-Match", "no tag");
        client.get("/kept/a");
        Answer hit = client.get("/kept/a", "If-None-Match", "no tag");

        assertThat(miss.status()).isEqualTo(400);
        assertThat(hit.status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "max-age=0", "No-Cache, foo"})
    void makesItAnewForAClientThatWantsItFresh(String directive) {
        client.get("/kept/a");
        version.set(2);

        Answer fresh = client.get("/kept/a", "Cache-Control", directive);

        assertThat(fresh.json().path("version").asInt()).isEqualTo(2);
        assertThat(fresh.header("Cache-Status")).isEqualTo("streamgauge; fwd=request; stored");
        assertThat(client.get("/kept/a").json().path("version").asInt()).isEqualTo(2);
    }

    @Test
    void keepsNothingOfARequestThatMustNotBeKept() {
        Answer secret = client.get("/kept/a", "Cache-Control", "no-store");

        assertThat(secret.header("Cache-Status")).isEqualTo("streamgauge; fwd=request");
        assertThat(client.get("/kept/a").header("Cache-Status")).contains("fwd=miss");
    }

    @Test
    void answersHeadFromWhatIsKeptAndKeepsWhatItMakesForHead() throws IOException {
        String ofMiss = raw("HEAD /kept/a");
        String ofHit = raw("HEAD /kept/a");
        Answer get = client.get("/kept/a");

        assertThat(calls).hasValue(1);
        assertThat(ofMiss).contains("fwd=miss; stored").endsWith("\r\n\r\n");
        assertThat(ofHit).contains("hit; ttl=").endsWith("\r\n\r\n");
        assertThat(List.of(ofMiss, ofHit))
                .allSatisfy(
                        it ->
                                assertThat(it)
                                        .startsWith("HTTP/1.1 200 OK")
                                        .contains("Content-Length: " + get.body().length())
                                        .contains("ETag: " + get.header("ETag"))
                                        .contains("Content-Type: application/json"));
        assertThat(get.header("Cache-Status")).contains("hit");
        assertThat(raw("HEAD /kept/missing"))
                .startsWith("HTTP/1.1 404")
                .contains("Content-Type: application/problem+json")
                .endsWith("\r\n\r\n");
        assertThat(raw("HEAD /other/a")).startsWith("HTTP/1.1 404").endsWith("\r\n\r\n");
    }

    @Test
    void keepsOnlyWhatSucceeded() {
        Answer first = client.get("/kept/missing");
        Answer second = client.get("/kept/missing");

        assertThat(calls).hasValue(2);
        assertThat(first.status()).isEqualTo(404);
        assertThat(second.json().path("code").asText()).isEqualTo("not-found");
        assertThat(second.header("Cache-Status")).isEqualTo("streamgauge; fwd=miss");
    }

    @Test
    void keepsNothingInAClassThatDoesNotAllowIt() {
        client.get("/other/a");
        Answer second = client.get("/fresh/a");
        client.get("/fresh/a");

        assertThat(calls).hasValue(2);
        assertThat(second.headers().firstValue("Cache-Status")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void voidsWhatIsKeptWithEveryChange(String method) {
        client.get("/kept/a");

        Answer change = client.send(method, "/fresh/a", "{}");

        assertThat(change.status()).isEqualTo(200);
        assertThat(client.get("/kept/a").json().path("version").asInt()).isEqualTo(2);
        await().untilAsserted(() -> assertThat(published).containsExactly(TENANT));
    }

    @Test
    void voidsNothingWithWhatIsRefusedOrOnlyBringsData() {
        client.get("/kept/a");

        assertThat(client.send("DELETE", "/fresh/missing", null).status()).isEqualTo(404);
        assertThat(client.post("/data/a", "{}").status()).isEqualTo(200);

        // The refusal is there a moment before the filter knows of it.
        await().untilAsserted(
                        () ->
                                assertThat(client.get("/kept/a").header("Cache-Status"))
                                        .contains("hit"));
        assertThat(client.get("/kept/a").json().path("version").asInt()).isEqualTo(1);
        assertThat(cache.invalidations()).isZero();
        assertThat(published).isEmpty();
    }

    @Test
    void voidsWhatIsKeptWhereAChangeFailsAsItMayHaveHappened() {
        client.get("/kept/a");

        assertThat(client.post("/fresh/broken", "{}").status()).isEqualTo(500);

        assertThat(client.get("/kept/a").header("Cache-Status")).doesNotContain("hit");
    }

    @Test
    void showsAChangeToWhoeverReadsAfterItsResponseThoughTheHandlerHasNotReturned()
            throws Exception {
        client.get("/kept/a");
        sent = new CountDownLatch(1);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            "DELETE /fresh/lingering HTTP/1.1\r\nHost: a\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(15))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("HTTP/1.1 200 OK");

            Answer meanwhile = client.get("/kept/a");

            assertThat(meanwhile.json().path("version").asInt()).isEqualTo(2);
            assertThat(meanwhile.header("Cache-Status")).isEqualTo("streamgauge; fwd=bypass");
            assertThat(published).isEmpty();
            sent.countDown();
            await().until(() -> !published.isEmpty());
            assertThat(client.get("/kept/a").json().path("version").asInt()).isEqualTo(2);
        }
    }

    @Test
    void neverKeepsWhatWasReadBeforeAChange() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            hold = new CountDownLatch(1);
            Future<Answer> slow = threads.submit(() -> client.get("/kept/a"));
            await().until(() -> calls.get() == 1);
            client.put("/fresh/a", "{}");
            hold.countDown();

            assertThat(slow.get().json().path("version").asInt()).isEqualTo(1);
        }
        assertThat(client.get("/kept/a").json().path("version").asInt()).isEqualTo(2);
    }

    @Test
    void asksTheHandlerOnceForManyWhoAskAtOnce() throws Exception {
        int clients = 20;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            hold = new CountDownLatch(1);
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                answers.add(threads.submit(() -> client.get("/kept/a")));
            }
            await().until(() -> calls.get() == 1);
            hold.countDown();

            for (Future<Answer> answer : answers) {
                assertThat(answer.get().status()).isEqualTo(200);
            }
        }
        assertThat(calls).hasValue(1);
        assertThat(cache.hits() + cache.collapsed()).isEqualTo(clients - 1);
    }

    @Test
    void keepsWhatAServiceBehindTheGatewayAllows() throws IOException {
        Answer miss = client.get("/service/a");
        Answer hit = client.get("/service/a");

        assertThat(calls).hasValue(1);
        assertThat(miss.headers().firstValue("Cache-Status")).isEmpty();
        assertThat(hit.header("Cache-Status")).startsWith("streamgauge; hit");
        assertThat(hit.header("Cache-Control")).isEqualTo("public");
        assertThat(hit.body()).isEqualTo(miss.body());
        assertThat(client.get("/service/a", "If-None-Match", hit.header("ETag")).status())
                .isEqualTo(304);
        assertThat(raw("HEAD /service/a")).contains("hit").endsWith("\r\n\r\n");
        assertThat(client.get("/service/a", "Range", "bytes=0-1").headers().firstValue("Age"))
                .isEmpty();
        assertThat(calls).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"private", "no-store", "max-age=60"})
    void keepsNothingThatAServiceDoesNotAllow(String directive) {
        cacheControl = directive;
        client.get("/service/a");
        client.get("/service/a");

        assertThat(calls).hasValue(2);
    }

    @Test
    void keepsNeitherHalfNorHugeResponsesOfAService() {
        assertThat(client.get("/service/huge").body().length()).isEqualTo(600_004);
        assertThat(client.get("/service/huge").body().length()).isEqualTo(600_004);
        assertThat(calls).hasValue(2);

        breakOff = true;
        assertThat(client.get("/service/a").status()).isEqualTo(500);
        breakOff = false;
        assertThat(client.get("/service/a").status()).isEqualTo(200);
        assertThat(calls).hasValue(4);
    }

    private WebServer server() {
        HttpRouting.Builder routing = HttpRouting.builder();
        RouteTable routes =
                new RouteTable(
                        List.of(
                                route("kept", true, Optional.empty()),
                                route("fresh", false, Optional.empty()),
                                route("other", true, Optional.empty()),
                                route(
                                        "service",
                                        true,
                                        Optional.of(
                                                new UpstreamTarget(
                                                        URI.create("http://a"), false, false))),
                                new RouteConfig(
                                        GatewayConfig.INGEST,
                                        List.of("/data"),
                                        Set.of("jwt"),
                                        Set.of(),
                                        Optional.empty(),
                                        Duration.ofHours(1),
                                        true,
                                        false,
                                        true,
                                        Optional.empty())));
        routing.addFilter(
                (chain, request, response) -> {
                    RequestNotes.of(request)
                            .put(
                                    RouteClass.class,
                                    routes.find(request.path().path()).orElseThrow());
                    RequestNotes.of(request).put(Caller.class, caller());
                    response.header(HeaderNames.create("X-Request-Id"), "r");
                    chain.proceed();
                });
        routing.addFilter(new CacheFilter(cache, published::add));
        ProblemHandlers.register(routing);
        routing.get("/kept/missing", (request, response) -> refuse())
                .get("/kept/{id}", this::read)
                .get("/fresh/{id}", this::read)
                .get("/service/{id}", this::serve)
                .any("/fresh/missing", (request, response) -> refuse())
                .any("/fresh/{id}", this::change)
                .post("/data/{id}", (request, response) -> response.send("{}"));
        return WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .shutdownHook(false)
                .routing(routing)
                .build()
                .start();
    }

    private void refuse() {
        calls.incrementAndGet();
        throw new NotFound("nothing is there");
    }

    private void read(ServerRequest request, ServerResponse response) throws InterruptedException {
        int read = version.get();
        calls.incrementAndGet();
        hold.await();
        response.header(HeaderNames.LINK, "</x>; rel=\"next\"");
        JsonResponse.send(request, response, Json.mapper().createObjectNode().put("version", read));
    }

    private void change(ServerRequest request, ServerResponse response)
            throws InterruptedException {
        version.incrementAndGet();
        if (request.path().path().endsWith("broken")) {
            throw new IllegalStateException("after the change");
        }
        response.send("{}");
        sent.await();
    }

    private void serve(ServerRequest request, ServerResponse response) throws IOException {
        calls.incrementAndGet();
        response.status(Status.OK_200).header(HeaderNames.CACHE_CONTROL, cacheControl);
        try (OutputStream body = response.outputStream()) {
            body.write("half".getBytes(StandardCharsets.US_ASCII));
            if (breakOff) {
                throw new IllegalStateException("the service has broken off");
            }
            if (request.path().path().endsWith("huge")) {
                for (int i = 0; i < 1_000; i++) {
                    body.write(new byte[600]);
                }
                return;
            }
            body.write(" and half".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** All that comes, to the end of a connection of its own. */
    private String raw(String requestLine) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            (requestLine + " HTTP/1.1\r\nHost: a\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            ByteArrayOutputStream response = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(response);
            return response.toString(StandardCharsets.US_ASCII);
        }
    }

    private static Caller caller() {
        Set<Scope> scopes = Set.of(Scope.STREAMS_READ);
        return new Caller(
                new Principal(
                        AuthMethod.JWT,
                        "someone",
                        Map.of(TENANT, scopes),
                        false,
                        Instant.now().plusSeconds(60)),
                Optional.of(new TenantState(TENANT, "platinum", true, Map.of(Quota.STREAMS, 1L))),
                scopes);
    }

    private static RouteConfig route(
            String name, boolean cacheable, Optional<UpstreamTarget> target) {
        return new RouteConfig(
                name,
                List.of("/" + name),
                Set.of("jwt"),
                Set.of(),
                Optional.empty(),
                Duration.ofHours(1),
                true,
                cacheable,
                true,
                target);
    }
}
