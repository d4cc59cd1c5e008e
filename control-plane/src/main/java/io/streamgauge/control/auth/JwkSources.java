package io.streamgauge.control.auth;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import io.streamgauge.control.config.InvalidConfigException;
import io.streamgauge.control.config.TokenConfig;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Where the public keys of tokens come from. */
final class JwkSources {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int MAX_BYTES = 512 * 1024;

    /** How long keys that were fetched once are used while their server is away. */
    private static final Duration OUTAGE = Duration.ofHours(4);

    private JwkSources() {}

    /**
     * @throws InvalidConfigException where the location is neither a URL nor a readable file of
     *     keys
     */
    static JWKSource<SecurityContext> of(TokenConfig config) {
        return config.jwksIsUrl() ? remote(config.jwks()) : file(config.jwks());
    }

    /**
     * Fetches when first needed, then every five minutes, and earlier for a token of an unknown
     * key, at most twice in 30 s however many such tokens there are.
     */
    private static JWKSource<SecurityContext> remote(String location) {
        int timeout = (int) TIMEOUT.toMillis();
        return JWKSourceBuilder.create(
                        url(location), new DefaultResourceRetriever(timeout, timeout, MAX_BYTES))
                .refreshAheadCache(false)
                .retrying(true)
                .outageTolerant(OUTAGE.toMillis())
                .build();
    }

    private static URL url(String location) {
        try {
            return URI.create(location).toURL();
        } catch (IllegalArgumentException | MalformedURLException e) {
            throw invalid(location, e);
        }
    }

    private static JWKSource<SecurityContext> file(String location) {
        try {
            return new JwkFile(Path.of(location));
        } catch (InvalidPathException e) {
            throw invalid(location, e);
        }
    }

    static InvalidConfigException invalid(String location, Exception cause) {
        InvalidConfigException invalid =
                new InvalidConfigException(
                        List.of(
                                "token.jwks: %s: %s (expected: a readable JWK set)"
                                        .formatted(location, cause.getMessage())));
        invalid.initCause(cause);
        return invalid;
    }
}
