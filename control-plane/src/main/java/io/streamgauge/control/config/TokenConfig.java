package io.streamgauge.control.config;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whose tokens are believed, and what they tell.
 *
 * @param jwks public keys as a JWK set: the path of a file, or an {@code http:} or {@code https:}
 *     URL; empty where the issuer is such a URL and describes itself (OpenID Connect Discovery)
 * @param issuer the {@code iss} that tokens must have, to the letter
 * @param audience the {@code aud} that tokens must have, alone or among others
 * @param algorithms the signatures that are believed
 * @param types the {@code typ} of the header that tokens must have, one of these
 * @param keyLifetime how long keys that were fetched are believed without asking again
 * @param claims where tokens tell whose they are and what they allow
 */
public record TokenConfig(
        String jwks,
        String issuer,
        String audience,
        Set<String> algorithms,
        Set<String> types,
        Duration keyLifetime,
        TokenClaims claims) {

    public static final String DEFAULT_AUDIENCE = "streamgauge";
    public static final List<String> DEFAULT_ALGORITHMS = List.of("ES256", "RS256");

    /** Of access tokens, as RFC 9068 has it. */
    public static final List<String> DEFAULT_TYPES = List.of("at+jwt");

    public static final Duration DEFAULT_KEY_LIFETIME = Duration.ofMinutes(5);

    /**
     * What can be verified with a public key. With HS256 and its kind whoever verifies can also
     * sign, and a public key could be taken for the secret (RFC 8725, 2.1); {@code none} is no
     * signature.
     */
    private static final List<String> ASYMMETRIC =
            List.of(
                    "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384",
                    "PS512");

    /** A media type without its {@code application/}: RFC 7515, 4.1.9, and RFC 6838, 4.2. */
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}");

    /** Where the keys come from. */
    public enum KeySource {
        /** {@link #jwks} is a path. */
        FILE,
        /** {@link #jwks} is a URL. */
        ADDRESS,
        /** There is no {@link #jwks}; the description of the {@link #issuer} names the URL. */
        DISCOVERY
    }

    /**
     * @throws InvalidConfigException with every problem
     */
    public TokenConfig {
        algorithms = ordered(algorithms);
        types = ordered(types);
        new ConfigChecks("token")
                .present("issuer", issuer)
                .present("audience", audience)
                .check(
                        !jwks.isBlank() || isUrl(issuer),
                        "jwks",
                        "missing",
                        "a file's path or a URL, unless the issuer is a URL")
                .check(
                        !looksLikeUrl(jwks) || isUrl(jwks),
                        "jwks",
                        jwks,
                        "a file's path or a URL with a host")
                .check(
                        !algorithms.isEmpty() && ASYMMETRIC.containsAll(algorithms),
                        "algorithms",
                        String.join(",", algorithms),
                        "one or more of " + String.join(",", ASYMMETRIC))
                .check(
                        !types.isEmpty()
                                && types.stream().allMatch(type -> TYPE.matcher(type).matches()),
                        "types",
                        String.join(",", types),
                        "one or more types such as at+jwt,JWT")
                .within("key-lifetime", keyLifetime, Duration.ofSeconds(10), Duration.ofDays(1))
                .done();
    }

    /** With the defaults for everything else. */
    public TokenConfig(String jwks, String issuer, String audience) {
        this(
                jwks,
                issuer,
                audience,
                Set.copyOf(DEFAULT_ALGORITHMS),
                Set.copyOf(DEFAULT_TYPES),
                DEFAULT_KEY_LIFETIME,
                TokenClaims.DEFAULT);
    }

    /** Where the keys come from. */
    public KeySource keySource() {
        if (jwks.isBlank()) {
            return KeySource.DISCOVERY;
        }
        return isUrl(jwks) ? KeySource.ADDRESS : KeySource.FILE;
    }

    /** Whether the issuer is at an address, where it describes itself. */
    public boolean issuerIsUrl() {
        return isUrl(issuer);
    }

    private static Set<String> ordered(Set<String> values) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(values));
    }

    private static boolean looksLikeUrl(String text) {
        return text.startsWith("http://") || text.startsWith("https://");
    }

    private static boolean isUrl(String text) {
        if (!looksLikeUrl(text)) {
            return false;
        }
        try {
            return URI.create(text).getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
