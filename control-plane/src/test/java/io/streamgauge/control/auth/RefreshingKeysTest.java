package io.streamgauge.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RefreshingKeysTest {

    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private final AtomicLong now = new AtomicLong(-1_000); // may be negative, and may wrap
    private final AtomicInteger fetches = new AtomicInteger();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private volatile List<String> published = List.of("a");
    private volatile boolean down;
    private volatile boolean postponing;

    private final RefreshingKeys keys =
            new RefreshingKeys(
                    this::fetch,
                    LIFETIME,
                    now::get,
                    task -> {
                        if (postponing) {
                            waiting.add(task);
                        } else {
                            task.run();
                        }
                    });

    @Test
    void fetchesWhenFirstNeededAndThenNoMoreForAWhile() throws Exception {
        assertThat(fetches).hasValue(0);

        assertThat(knows("a")).isTrue();
        after(LIFETIME.multipliedBy(4).dividedBy(5).minusMillis(1));
        assertThat(knows("a")).isTrue();

        assertThat(fetches).hasValue(1);
    }

    @Test
    void fetchesInTheBackgroundBeforeTheLifetimeIsOver() throws Exception {
        assertThat(knows("a")).isTrue();
        after(LIFETIME.multipliedBy(9).dividedBy(10));
        published = List.of("b");
        postponing = true;

        assertTimeout(RefreshingKeys.PATIENCE, () -> assertThat(knows("a")).isTrue());
        assertThat(waiting).hasSize(1);
        waiting.remove().run();

        assertThat(fetches).hasValue(2);
        postponing = false;
        assertThat(knows("b")).isTrue();
        assertThat(knows("a")).isFalse();
    }

    @Test
    void believesAWithdrawnKeyNoLongerThanItsLifetime() throws Exception {
        assertThat(knows("a")).isTrue();
        published = List.of("b");

        after(LIFETIME);

        assertThat(knows("a")).isFalse();
    }

    @Test
    void fetchesAtOnceForAnUnknownKeyAndForgetsTheWithdrawnOne() throws Exception {
        assertThat(knows("a")).isTrue();
        published = List.of("b");

        assertThat(knows("b")).isTrue();

        assertThat(knows("a")).isFalse();
        assertThat(fetches).hasValue(2);
    }

    @Test
    void fetchesForUnknownKeysOnceInAWhileHoweverManyThereAre() throws Exception {
        assertThat(knows("a")).isTrue();

        for (int i = 0; i < 100; i++) {
            assertThat(knows("forged-" + i)).isFalse();
        }
        assertThat(fetches).hasValue(2);

        after(RefreshingKeys.UNKNOWN_KEY_INTERVAL);
        assertThat(knows("forged")).isFalse();
        assertThat(fetches).hasValue(3);
    }

    @Test
    void saysThatKeysCannotBeHadUntilTheyCan() throws Exception {
        down = true;
        assertThatThrownBy(() -> knows("a")).isInstanceOf(KeySourceException.class);
        assertThatThrownBy(() -> knows("a")).isInstanceOf(KeySourceException.class);
        assertThat(fetches).hasValue(1); // not once for each token

        down = false;
        after(RefreshingKeys.FIRST_RETRY);

        assertThat(knows("a")).isTrue();
        assertThat(fetches).hasValue(2);
    }

    @Test
    void keepsTheKeysInAnOutageAndTriesAgainNowAndThen() throws Exception {
        assertThat(knows("a")).isTrue();
        down = true;
        after(LIFETIME);

        assertThat(knows("a")).isTrue();
        assertThat(knows("a")).isTrue();
        assertThat(fetches).hasValue(2);
        after(RefreshingKeys.RETRY);
        assertThat(knows("a")).isTrue();
        assertThat(fetches).hasValue(3);

        down = false;
        published = List.of("b");
        after(RefreshingKeys.RETRY);
        assertThat(knows("b")).isTrue();
        assertThat(knows("a")).isFalse();
    }

    @Test
    void doesNotLetAnybodyWaitInAnOutageThatIsKnown() throws Exception {
        assertThat(knows("a")).isTrue();
        down = true;
        after(LIFETIME);
        assertThat(knows("a")).isTrue();
        postponing = true;

        assertTimeout(
                RefreshingKeys.PATIENCE,
                () -> {
                    for (int i = 0; i < 3; i++) {
                        after(RefreshingKeys.RETRY);
                        assertThat(knows("a")).isTrue();
                    }
                });

        assertThat(waiting).hasSize(1); // at most one fetch is under way
    }

    @Test
    void cannotJudgeAnUnknownKeyInAnOutage() throws Exception {
        assertThat(knows("a")).isTrue();
        down = true;

        assertThatThrownBy(() -> knows("b")).isInstanceOf(KeySourceException.class);
        assertThatThrownBy(() -> knows("b")).isInstanceOf(KeySourceException.class);

        assertThat(fetches).hasValue(2);
        assertThat(knows("a")).isTrue();
    }

    @Test
    void forgetsTheKeysInAnOutageThatDoesNotEnd() throws Exception {
        assertThat(knows("a")).isTrue();
        down = true;
        after(RefreshingKeys.OUTAGE);

        assertThatThrownBy(() -> knows("a")).isInstanceOf(KeySourceException.class);
    }

    @Test
    void takesAProviderWithoutKeysAtItsWord() throws Exception {
        assertThat(knows("a")).isTrue();
        published = List.of();

        after(LIFETIME);

        assertThat(knows("a")).isFalse();
    }

    @Test
    void fetchesOnceForAllWhoWaitForANewKey() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(2);
        AtomicInteger calls = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            RefreshingKeys shared =
                    new RefreshingKeys(
                            () -> {
                                asked.countDown();
                                if (calls.incrementAndGet() == 1) {
                                    return set(List.of("a"));
                                }
                                awaitQuietly(mayAnswer);
                                return set(List.of("a", "b"));
                            },
                            LIFETIME);
            assertThat(knows(shared, "a")).isTrue();

            List<Future<Boolean>> answers =
                    IntStream.range(0, 50)
                            .mapToObj(i -> threads.submit(() -> knows(shared, "b")))
                            .toList();
            Awaitility.await().until(() -> asked.getCount() == 0);
            assertThat(knows(shared, "a")).isTrue(); // the others need not wait
            mayAnswer.countDown();

            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
            assertThat(calls).hasValue(2);
        }
    }

    private JWKSet fetch() throws IOException {
        fetches.incrementAndGet();
        if (down) {
            throw new IOException("down");
        }
        return set(published);
    }

    private static JWKSet set(List<String> ids) {
        return new JWKSet(
                ids.stream()
                        .<JWK>map(
                                id ->
                                        new OctetSequenceKey.Builder(new byte[] {1})
                                                .keyID(id)
                                                .build())
                        .toList());
    }

    private boolean knows(String id) throws KeySourceException {
        return knows(keys, id);
    }

    private static boolean knows(RefreshingKeys keys, String id) throws KeySourceException {
        JWKSelector selector = new JWKSelector(new JWKMatcher.Builder().keyID(id).build());
        return !keys.get(selector, null).isEmpty();
    }

    private void after(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
