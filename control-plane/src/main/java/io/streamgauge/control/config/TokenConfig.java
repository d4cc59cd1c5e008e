package io.streamgauge.control.config;

/**
 * Whose tokens are believed.
 *
 * @param jwks public keys as a JWK set: the path of a file, or an {@code http:} or {@code https:}
 *     URL
 * @param issuer the {@code iss} that tokens must have
 * @param audience the {@code aud} that tokens must have
 */
public record TokenConfig(String jwks, String issuer, String audience) {

    public static final String DEFAULT_AUDIENCE = "streamgauge";

    /**
     * @throws InvalidConfigException with every problem
     */
    public TokenConfig {
        new ConfigChecks("token")
                .present("jwks", jwks)
                .present("issuer", issuer)
                .present("audience", audience)
                .done();
    }

    /** Whether the keys are fetched, not read from a file. */
    public boolean jwksIsUrl() {
        return jwks.startsWith("http://") || jwks.startsWith("https://");
    }
}
