package io.streamgauge.control.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.apikey.ApiKeyAuthenticator.StoredKey;
import io.streamgauge.control.auth.AuthMethod;
import io.streamgauge.control.auth.AuthenticationException;
import io.streamgauge.control.auth.Principal;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.problem.Unavailable;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyAuthenticatorTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final SecureRandom random = new SecureRandom();
    private final Map<String, StoredKey> stored = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private volatile boolean away;
    private final ApiKeyAuthenticator authenticator = new ApiKeyAuthenticator(this::find, now::get);

    @Test
    void believesAKeyAndSaysWhatItIsGoodFor() throws Exception {
        KeyText key = newKey("key-1", Instant.MAX);

        Principal principal = authenticator.authenticate(key.reveal());

        assertThat(principal.method()).isEqualTo(AuthMethod.API_KEY);
        assertThat(principal.subject()).isEqualTo("key-1");
        assertThat(principal.grants())
                .isEqualTo(Map.of(new TenantId("acme"), Set.of(Scope.EVENTS_WRITE)));
        assertThat(principal.operator()).isFalse();
    }

    @Test
    void tellsAnUnknownKeyAndAWrongSecretAlike() {
        KeyText known = newKey("key-1", Instant.MAX);
        String otherSecret = known.prefix() + KeyText.random(random).reveal().substring(16);

        String unknown = refusal(KeyText.random(random).reveal());
        String wrong = refusal(otherSecret);

        assertThat(unknown)
                .isEqualTo(wrong)
                .isEqualTo("API key: not known (expected: one that is in force)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sgk_", "sgk_x", "eyJhbGciOiJub25lIn0.e30."})
    void refusesWhatHasNotTheFormOfAKeyWithoutAskingTheDatabase(String credential) {
        assertThat(refusal(credential)).startsWith("API key: malformed");
        assertThat(asked).hasValue(0);
    }

    @Test
    void doesNotBelieveAKeyBeyondItsEnd() throws Exception {
        KeyText key = newKey("key-1", NOW.plusSeconds(1));
        authenticator.authenticate(key.reveal());

        now.set(NOW.plusSeconds(1));

        assertThat(refusal(key.reveal())).startsWith("API key: expired");
    }

    @Test
    void tellsOnlyTheHolderThatAKeyHasEnded() {
        KeyText key = newKey("key-1", NOW);
        String otherSecret = key.prefix() + KeyText.random(random).reveal().substring(16);

        assertThat(refusal(otherSecret)).startsWith("API key: not known");
    }

    @Test
    void asksOnceForAKeyThatIsThereAndForOneThatIsNot() throws Exception {
        KeyText key = newKey("key-1", Instant.MAX);
        KeyText unknown = KeyText.random(random);

        for (int i = 0; i < 3; i++) {
            authenticator.authenticate(key.reveal());
            refusal(unknown.reveal());
        }

        assertThat(asked).hasValue(2);
    }

    @Test
    void forgetsAKeyAtOnceWhenTold() throws Exception {
        KeyText key = newKey("key-1", Instant.MAX);
        authenticator.authenticate(key.reveal());
        stored.clear();
        assertThat(authenticator.authenticate(key.reveal()).subject()).isEqualTo("key-1");

        authenticator.forget(key.prefix());

        assertThat(refusal(key.reveal())).startsWith("API key: not known");
    }

    @Test
    void forgetsEveryKeyAtOnceWhenTold() throws Exception {
        KeyText key = newKey("key-1", Instant.MAX);
        authenticator.authenticate(key.reveal());
        stored.clear();

        authenticator.changed();

        assertThat(refusal(key.reveal())).startsWith("API key: not known");
    }

    @Test
    void noticesWithinFiveSecondsThatAKeyWasRevokedElsewhere() throws Exception {
        KeyText key = newKey("key-1", Instant.MAX);
        authenticator.authenticate(key.reveal());

        stored.clear();

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () ->
                                assertThatThrownBy(() -> authenticator.authenticate(key.reveal()))
                                        .isInstanceOf(AuthenticationException.class));
    }

    @Test
    void keepsBelievingKnownKeysWhileTheDatabaseIsAwayAndSaysNothingOfOthers() throws Exception {
        KeyText known = newKey("key-1", Instant.MAX);
        KeyText other = newKey("key-2", Instant.MAX);
        authenticator.authenticate(known.reveal());

        away = true;

        await().during(Duration.ofMillis(1_500))
                .atMost(Duration.ofSeconds(5))
                .until(() -> authenticator.authenticate(known.reveal()).subject().equals("key-1"));
        assertThat(asked).as("tried again after a second").hasValueGreaterThan(1);
        assertThatThrownBy(() -> authenticator.authenticate(other.reveal()))
                .isInstanceOf(Unavailable.class);
    }

    private Optional<StoredKey> find(String prefix) {
        asked.incrementAndGet();
        if (away) {
            throw new Unavailable("the database is away", Duration.ofSeconds(1), null);
        }
        return Optional.ofNullable(stored.get(prefix));
    }

    private KeyText newKey(String id, Instant expiresAt) {
        KeyText key = KeyText.random(random);
        stored.put(
                key.prefix(),
                new StoredKey(
                        key.hash(),
                        new Principal(
                                AuthMethod.API_KEY,
                                id,
                                Map.of(new TenantId("acme"), Set.of(Scope.EVENTS_WRITE)),
                                false,
                                expiresAt)));
        return key;
    }

    private String refusal(String credential) {
        return catchThrowableOfType(
                        AuthenticationException.class, () -> authenticator.authenticate(credential))
                .getMessage();
    }
}
