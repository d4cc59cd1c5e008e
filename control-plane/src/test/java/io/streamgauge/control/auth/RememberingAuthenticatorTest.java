package io.streamgauge.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RememberingAuthenticatorTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicInteger verifications = new AtomicInteger();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final InstantSource source = now::get;
    private final Clock clock = source.withZone(ZoneOffset.UTC);
    private volatile Runnable whileVerifying = () -> {};
    private final RememberingAuthenticator authenticator =
            new RememberingAuthenticator(
                    token -> {
                        verifications.incrementAndGet();
                        whileVerifying.run();
                        if (!token.startsWith("good")) {
                            throw new AuthenticationException("bad");
                        }
                        return new Principal(
                                AuthMethod.JWT,
                                token,
                                Map.of(new TenantId("acme"), Set.of()),
                                false,
                                NOW.plusSeconds(60));
                    },
                    clock);

    @Test
    void verifiesATokenOnce() throws Exception {
        Principal first = authenticator.authenticate("good");

        assertThat(authenticator.authenticate("good")).isEqualTo(first);
        assertThat(verifications).hasValue(1);
    }

    @Test
    void keepsTokensApart() throws Exception {
        assertThat(authenticator.authenticate("good-1").subject()).isEqualTo("good-1");
        assertThat(authenticator.authenticate("good-2").subject()).isEqualTo("good-2");
    }

    @Test
    void doesNotBelieveATokenBeyondItsEnd() throws Exception {
        authenticator.authenticate("good");
        now.set(NOW.plusSeconds(60));

        authenticator.authenticate("good");

        assertThat(verifications).hasValue(2);
    }

    @Test
    void verifiesAgainAfterAChange() throws Exception {
        authenticator.authenticate("good");

        authenticator.changed();

        authenticator.authenticate("good");
        assertThat(verifications).hasValue(2);
    }

    @Test
    void doesNotRememberWhatItFoundBeforeAChange() throws Exception {
        whileVerifying = this::change;
        authenticator.authenticate("good");
        whileVerifying = () -> {};

        authenticator.authenticate("good");

        assertThat(verifications).hasValue(2);
    }

    private void change() {
        authenticator.changed();
    }

    @Test
    void refusesAgainWhatItRefused() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> authenticator.authenticate("forged"))
                    .isInstanceOf(AuthenticationException.class);
        }
        assertThat(verifications).hasValue(2);
    }
}
