package io.streamgauge.control.responsecache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.streamgauge.contracts.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ResponseCacheTest {

    private static final Duration TTL = Duration.ofMinutes(5);
    private static final TenantId TENANT = new TenantId("one");
    private static final TenantId OTHER_TENANT = new TenantId("other");
    private static final int CLIENTS = 64;

    private final AtomicLong now = new AtomicLong();
    private final ResponseCache cache = cache(1 << 20, Duration.ofSeconds(30));

    @Test
    void givesAgainWhatWasMadeOnce() {
        complete(miss(key("/a")), "made");

        Lookup.Hit hit = hit(key("/a"));

        assertThat(hit.response().body()).asString(UTF_8).isEqualTo("made");
        assertThat(hit.collapsed()).isFalse();
        assertThat(cache.hits()).isEqualTo(1);
        assertThat(cache.misses()).isEqualTo(1);
        assertThat(cache.find(key("/a"))).contains(hit.response());
    }

    @Test
    void tellsApartWhateverAResponseDependsOn() {
        ResponseKey key = new ResponseKey(TENANT, 1, "/a", "limit=1", "application/json");
        complete(miss(key), "made");

        assertThat(cache.find(key)).isPresent();
        assertThat(
                        List.of(
                                new ResponseKey(OTHER_TENANT, 1, "/a", "limit=1", key.accept()),
                                new ResponseKey(TENANT, 3, "/a", "limit=1", key.accept()),
                                new ResponseKey(TENANT, 1, "/b", "limit=1", key.accept()),
                                new ResponseKey(TENANT, 1, "/a", "limit=2", key.accept()),
                                new ResponseKey(TENANT, 1, "/a", "limit=1", "text/csv")))
                .allSatisfy(it -> assertThat(cache.find(it)).isEmpty());
    }

    @Test
    void givesNothingLongerThanItsTime() {
        complete(miss(key("/a")), "made");

        pass(TTL.minusNanos(1));
        assertThat(cache.find(key("/a"))).isPresent();
        pass(Duration.ofNanos(1));
        assertThat(cache.find(key("/a"))).isEmpty();
    }

    @Test
    void givesAResponseForItsOwnTimeWhereThatIsShorter() {
        miss(key("/a")).complete(headers(), "made".getBytes(UTF_8), Duration.ofSeconds(10));

        pass(Duration.ofSeconds(10).minusNanos(1));
        assertThat(cache.find(key("/a"))).isPresent();
        pass(Duration.ofNanos(1));
        assertThat(cache.find(key("/a"))).isEmpty();
    }

    @Test
    void tellsTheAgeAndTheTimeLeftInWholeSeconds() {
        complete(miss(key("/a")), "made");
        pass(Duration.ofMillis(2_999));

        StoredResponse.Freshness freshness = hit(key("/a")).response().freshness(now.get());

        assertThat(freshness.ageHeader().get()).isEqualTo("2");
        assertThat(freshness.cacheStatus().get()).isEqualTo("streamgauge; hit; ttl=298");
        assertThat(hit(key("/a")).response().freshness(now.get())).isSameAs(freshness);
    }

    @Test
    void forgetsOneTenantsResponsesAtOnceAndNoOthers() {
        ResponseKey ofTheOther = new ResponseKey(OTHER_TENANT, 1, "/a", "", "");
        complete(miss(key("/a")), "made");
        complete(miss(key("/b")), "made");
        complete(miss(ofTheOther), "made");

        cache.invalidate(TENANT);

        assertThat(cache.find(key("/a"))).isEmpty();
        assertThat(cache.find(key("/b"))).isEmpty();
        assertThat(cache.find(ofTheOther)).isPresent();
        assertThat(cache.invalidations()).isEqualTo(1);
    }

    @Test
    void forgetsEverythingWhereNewsMayHaveBeenMissed() {
        ResponseKey ofTheOther = new ResponseKey(OTHER_TENANT, 1, "/a", "", "");
        complete(miss(key("/a")), "made");
        Computation underWay = miss(ofTheOther);

        cache.invalidateAll();
        complete(underWay, "of before");

        assertThat(cache.find(key("/a"))).isEmpty();
        assertThat(cache.find(ofTheOther)).isEmpty();
    }

    @Test
    void keepsNothingThatBeganToBeMadeBeforeAChange() throws Exception {
        AtomicInteger stored = new AtomicInteger(1);
        CountDownLatch read = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Computation.Made> slow =
                    threads.submit(
                            () -> {
                                Computation computation = miss(key("/a"));
                                String body = "version " + stored.get();
                                read.countDown();
                                changed.await();
                                return complete(computation, body);
                            });
            read.await();
            stored.set(2);
            cache.invalidate(TENANT);
            changed.countDown();

            assertThat(slow.get().response().body()).asString(UTF_8).isEqualTo("version 1");
            assertThat(slow.get().status().get()).isEqualTo("streamgauge; fwd=miss");
        }
        assertThat(cache.find(key("/a"))).isEmpty();
        complete(miss(key("/a")), "version " + stored.get());
        assertThat(hit(key("/a")).response().body()).asString(UTF_8).isEqualTo("version 2");
    }

    @Test
    void doesNotMakeARequestWaitForWhatBeganBeforeAChange() {
        Computation before = miss(key("/a"));

        cache.invalidate(TENANT);
        Computation after = miss(key("/a")); // would wait for half a minute else
        complete(after, "new");
        complete(before, "old");

        assertThat(hit(key("/a")).response().body()).asString(UTF_8).isEqualTo("new");
    }

    @Test
    void givesAndKeepsNothingWhileAChangeIsUnderWay() {
        complete(miss(key("/a")), "before");
        Computation underWay = miss(key("/b"));

        cache.beginWrite(TENANT);

        assertThat(cache.find(key("/a"))).isEmpty();
        Computation.Made meanwhile = complete(miss(key("/a")), "before or after, who knows");
        assertThat(meanwhile.status().get()).isEqualTo("streamgauge; fwd=bypass");
        complete(underWay, "before or after");

        cache.endWrite(TENANT, true);

        assertThat(cache.find(key("/a"))).isEmpty();
        assertThat(cache.find(key("/b"))).isEmpty();
    }

    @Test
    void keepsWhatItHasWhereAChangeWasRefused() {
        complete(miss(key("/a")), "made");

        cache.beginWrite(TENANT);
        cache.endWrite(TENANT, false);

        assertThat(cache.find(key("/a"))).isPresent();
        assertThat(cache.invalidations()).isZero();
    }

    @Test
    void waitsForTheLastOfSeveralChanges() {
        complete(miss(key("/a")), "made");
        cache.beginWrite(TENANT);
        cache.beginWrite(TENANT);
        cache.endWrite(TENANT, true);

        assertThat(cache.lookUp(key("/a"))).isInstanceOf(Lookup.Miss.class);
        assertThat(complete(miss(key("/a")), "made").status().get()).contains("bypass");

        cache.endWrite(TENANT, true);
        assertThat(complete(miss(key("/a")), "made").status().get()).contains("stored");
    }

    @Test
    void computesOnceForAllWhoAskAtOnce() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger computed = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> bodies = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                bodies.add(
                        threads.submit(
                                () ->
                                        switch (cache.lookUp(key("/a"))) {
                                            case Lookup.Hit hit -> text(hit.response());
                                            case Lookup.Miss miss -> {
                                                computed.incrementAndGet();
                                                goOn.await();
                                                yield text(
                                                        complete(miss.computation(), "made")
                                                                .response());
                                            }
                                        }));
            }
            await().until(() -> computed.get() == 1);
            goOn.countDown();

            for (Future<String> body : bodies) {
                assertThat(body.get()).isEqualTo("made");
            }
        }
        assertThat(computed).hasValue(1);
        assertThat(cache.misses()).isEqualTo(1);
        assertThat(cache.hits() + cache.collapsed()).isEqualTo(CLIENTS - 1);
    }

    @Test
    void letsTheOthersGoOnByThemselvesWhereTheFirstFails() throws Exception {
        Computation first = miss(key("/a"));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Computation>> others = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                others.add(
                        threads.submit(
                                () -> {
                                    Computation own = miss(key("/a"));
                                    own.abandon();
                                    return own;
                                }));
            }
            first.abandon();

            for (Future<Computation> other : others) {
                assertThat(other.get()).isNotSameAs(first);
            }
        }
        complete(miss(key("/a")), "made");
        assertThat(cache.find(key("/a"))).isPresent();
    }

    @Test
    void waitsOnlyForAWhile() {
        ResponseCache impatient = cache(1 << 20, Duration.ofMillis(10));
        Computation stuck = ((Lookup.Miss) impatient.lookUp(key("/a"))).computation();

        Lookup second = impatient.lookUp(key("/a"));

        assertThat(second).isInstanceOf(Lookup.Miss.class);
        complete(((Lookup.Miss) second).computation(), "made");
        assertThat(impatient.find(key("/a"))).isPresent();
        stuck.abandon();
        assertThat(impatient.find(key("/a"))).isPresent();
    }

    @Test
    void makesNobodyWaitForAWhileWhereTheLastResponseWasNotToBeKept() {
        miss(key("/a")).refuse();

        Computation first = miss(key("/a"));
        Computation second = miss(key("/a")); // would wait for half a minute else
        complete(second, "kept after all");
        assertThat(hit(key("/a")).response().body()).asString(UTF_8).isEqualTo("kept after all");
        first.abandon();

        cache.invalidate(TENANT);
        pass(Duration.ofSeconds(30));
        Computation third = miss(key("/a"));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Lookup> waiting = threads.submit(() -> cache.lookUp(key("/a")));
            complete(third, "made once");

            assertThat(waiting)
                    .succeedsWithin(Duration.ofSeconds(10))
                    .isInstanceOf(Lookup.Hit.class);
        }
    }

    @Test
    void givesWhatIsTooLargeToThoseWhoWaitAndKeepsItNot() throws Exception {
        ResponseCache small = cache(1_000, Duration.ofSeconds(30));
        Computation first = ((Lookup.Miss) small.lookUp(key("/a"))).computation();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch asks = new CountDownLatch(1);
            Future<Lookup> second =
                    threads.submit(
                            () -> {
                                asks.countDown();
                                return small.lookUp(key("/a"));
                            });
            asks.await();

            assertThat(complete(first, "x".repeat(126)).status().get())
                    .isEqualTo("streamgauge; fwd=miss");

            Lookup got = second.get();
            assertThat(got instanceof Lookup.Miss || ((Lookup.Hit) got).collapsed()).isTrue();
        }
        assertThat(small.find(key("/a"))).isEmpty();
    }

    @Test
    void holdsNoMoreBytesThanItMay() {
        int most = 64 << 10;
        ResponseCache small = cache(most, Duration.ofSeconds(30));
        for (int i = 0; i < 200; i++) {
            Computation computation = ((Lookup.Miss) small.lookUp(key("/" + i))).computation();
            complete(computation, "x".repeat(1_000));
        }

        small.cleanUp();

        assertThat(small.bytes()).isBetween(most / 2L, (long) most);
        assertThat(small.entries()).isBetween(20L, most / 1_500L);
    }

    @Test
    void keepsNothingWhereItMayHoldNothing() {
        ResponseCache none = cache(0, Duration.ofSeconds(30));
        Computation computation = ((Lookup.Miss) none.lookUp(key("/a"))).computation();

        complete(computation, "made");

        assertThat(none.find(key("/a"))).isEmpty();
        assertThat(none.entries()).isZero();
    }

    @Test
    void keepsTheHeadersOfTheResponseAndNotThoseOfTheRequest() {
        ServerResponseHeaders headers = headers();
        headers.set(HeaderNames.ETAG, "\"v1\"");
        headers.set(HeaderNames.LINK, "</next>; rel=\"next\"");
        headers.set(HeaderNames.create("X-Request-Id"), "of the first");
        headers.set(HeaderNames.create("RateLimit"), "of the first");
        StoredResponse stored =
                miss(key("/a")).complete(headers, "made".getBytes(UTF_8), TTL).response();

        assertThat(stored.etag()).isEqualTo("\"v1\"");
        assertThat(stored.validators())
                .extracting(it -> it.name() + ": " + it.get())
                .containsExactly(
                        "ETag: \"v1\"", "Cache-Control: private, max-age=0, must-revalidate");
        assertThat(stored.ofTheBody())
                .extracting(it -> it.name() + ": " + it.get())
                .containsExactly("Content-Type: application/json", "Link: </next>; rel=\"next\"");
    }

    @Test
    void givesABodyWithoutATagATagOfItsOwn() {
        String tag = complete(miss(key("/a")), "made").response().etag();

        assertThat(tag).matches("\"[A-Za-z0-9_-]{22}\"");
        assertThat(complete(miss(key("/b")), "made").response().etag()).isEqualTo(tag);
        assertThat(complete(miss(key("/c")), "Made").response().etag()).isNotEqualTo(tag);
    }

    private ResponseCache cache(long maxBytes, Duration patience) {
        return new ResponseCache(TTL, maxBytes, now::get, patience);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private Computation miss(ResponseKey key) {
        Lookup lookup = cache.lookUp(key);
        assertThat(lookup).isInstanceOf(Lookup.Miss.class);
        return ((Lookup.Miss) lookup).computation();
    }

    private Lookup.Hit hit(ResponseKey key) {
        Lookup lookup = cache.lookUp(key);
        assertThat(lookup).isInstanceOf(Lookup.Hit.class);
        return (Lookup.Hit) lookup;
    }

    private static Computation.Made complete(Computation computation, String body) {
        return computation.complete(headers(), body.getBytes(UTF_8), TTL);
    }

    private static ServerResponseHeaders headers() {
        ServerResponseHeaders headers = ServerResponseHeaders.create();
        headers.set(HeaderNames.CONTENT_TYPE, "application/json");
        return headers;
    }

    private static String text(StoredResponse response) {
        return new String(response.body(), UTF_8);
    }

    private static ResponseKey key(String path) {
        return new ResponseKey(TENANT, 1, path, "", "");
    }
}
