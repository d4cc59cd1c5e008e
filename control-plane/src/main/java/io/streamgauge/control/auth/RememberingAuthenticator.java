package io.streamgauge.control.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Remembers for a few seconds which tokens were found good. Verifying a signature takes several
 * times as long as anything else that a small request needs, and clients send the same token with
 * each. A key that is withdrawn is believed for {@link #MEMORY} longer; a token is never believed
 * beyond its end. What was refused is not remembered: it would let anyone fill the memory.
 */
public final class RememberingAuthenticator implements Authenticator {

    static final Duration MEMORY = Duration.ofSeconds(5);

    private static final int MAX_TOKENS = 10_000;

    private final Authenticator verifier;
    private final Clock clock;
    private final AtomicLong generation = new AtomicLong();
    private final Cache<String, Principal> verified =
            Caffeine.newBuilder().maximumSize(MAX_TOKENS).expireAfterWrite(MEMORY).build();

    /** Remembers what another authenticator found. */
    public RememberingAuthenticator(Authenticator verifier, Clock clock) {
        this.verifier = verifier;
        this.clock = clock;
    }

    @Override
    public Principal authenticate(String token) throws AuthenticationException {
        Principal known = verified.getIfPresent(token);
        if (known != null && clock.instant().isBefore(known.expiresAt())) {
            return known;
        }
        long startedIn = generation.get();
        Principal principal = verifier.authenticate(token);
        verified.put(token, principal);
        if (generation.get() != startedIn) {
            // Found before the change, and perhaps put after it.
            verified.asMap().remove(token, principal);
        }
        return principal;
    }

    /** Called after what principals may do has changed: takes effect at once. */
    public void changed() {
        generation.incrementAndGet();
        verified.invalidateAll();
    }
}
