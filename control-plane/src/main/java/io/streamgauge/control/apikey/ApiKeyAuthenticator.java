package io.streamgauge.control.apikey;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.AuthMethod;
import io.streamgauge.control.auth.AuthenticationException;
import io.streamgauge.control.auth.Authenticator;
import io.streamgauge.control.auth.Principal;
import io.streamgauge.control.cache.OutageTolerantCache;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.problem.Unavailable;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * Believes API keys. What is stored of a key, or that nothing is, is remembered for a second: so
 * long a key that was revoked elsewhere is believed, unless {@link #forget} tells of it before.
 * While the database is away, known keys stay good and of unknown ones nothing can be said.
 *
 * <p>The answer is the same, and takes the same work, whether there is no such key or its secret is
 * another one. That a key has ended hears only who has its secret.
 */
public final class ApiKeyAuthenticator implements Authenticator {

    private static final Duration FRESH = Duration.ofSeconds(1);

    /** Some hundred bytes each. */
    private static final int CAPACITY = 20_000;

    /** No secret has this hash: finding one that has is the problem that SHA-256 poses. */
    private static final byte[] HASH_OF_NONE = new byte[32];

    private static final String MALFORMED =
            "API key: malformed (expected: sgk_, 12 letters and digits, _, and 43 more)";
    private static final String NOT_KNOWN = "API key: not known (expected: one that is in force)";
    private static final String ENDED = "API key: expired (expected: one that is in force)";

    private final OutageTolerantCache<String, Optional<StoredKey>> keys;
    private final InstantSource clock;

    public ApiKeyAuthenticator(Database database, InstantSource clock) {
        this(prefix -> load(database, prefix), clock);
    }

    /**
     * @param source finds by prefix what is stored
     */
    ApiKeyAuthenticator(Function<String, Optional<StoredKey>> source, InstantSource clock) {
        keys = new OutageTolerantCache<>("api-keys", FRESH, CAPACITY, source);
        this.clock = clock;
    }

    /** What is stored of a key: the hash of its secret, and whom it stands for. */
    static final class StoredKey {

        private final byte[] hash;
        private final Principal principal;

        StoredKey(byte[] hash, Principal principal) {
            this.hash = hash.clone();
            this.principal = principal;
        }
    }

    /**
     * Verifies a key.
     *
     * @throws Unavailable where the database is away and the key was not asked for before
     */
    @Override
    public Principal authenticate(String credential) throws AuthenticationException {
        Optional<KeyText> key = KeyText.parse(credential);
        if (key.isEmpty()) {
            throw new AuthenticationException(MALFORMED);
        }
        byte[] hash = key.get().hash();
        @Nullable StoredKey stored = keys.get(key.get().prefix()).orElse(null);
        boolean same = MessageDigest.isEqual(hash, stored == null ? HASH_OF_NONE : stored.hash);
        if (stored == null || !same) {
            throw new AuthenticationException(NOT_KNOWN);
        }
        if (!clock.instant().isBefore(stored.principal.expiresAt())) {
            throw new AuthenticationException(ENDED);
        }
        return stored.principal;
    }

    /** Called after a key has changed or was revoked, here or elsewhere: takes effect at once. */
    public void forget(String prefix) {
        keys.forget(prefix);
    }

    /** As {@link #forget}, where it is not known which keys have changed. */
    public void changed() {
        keys.clear();
    }

    private static Optional<StoredKey> load(Database database, String prefix) {
        return database.beforeTenant(
                handle ->
                        handle.createQuery(
                                        """
                                        SELECT tenant_id, id, secret_hash,
                                            array_to_string(scopes, ' ') AS scopes, expires_at
                                        FROM find_api_key(:prefix)\
                                        """)
                                .bind("prefix", prefix)
                                .map(ApiKeyAuthenticator::storedKey)
                                .findOne());
    }

    private static StoredKey storedKey(ResultSet row, StatementContext context)
            throws SQLException {
        OffsetDateTime expiresAt = row.getObject("expires_at", OffsetDateTime.class);
        return new StoredKey(
                row.getBytes("secret_hash"),
                new Principal(
                        AuthMethod.API_KEY,
                        row.getObject("id", UUID.class).toString(),
                        Map.of(
                                new TenantId(row.getString("tenant_id")),
                                ApiKeyRepository.scopes(row.getString("scopes"))),
                        false,
                        expiresAt == null ? Instant.MAX : expiresAt.toInstant()));
    }
}
