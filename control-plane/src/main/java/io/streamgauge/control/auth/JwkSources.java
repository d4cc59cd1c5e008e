package io.streamgauge.control.auth;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.streamgauge.control.config.InvalidConfigException;
import io.streamgauge.control.config.TokenConfig;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the public keys of tokens come from: a file, an address, or what the issuer's own
 * description names. Only a file is read at once, and stops the start where it cannot be; a
 * provider may still be down.
 */
final class JwkSources {

    private JwkSources() {}

    /**
     * @throws InvalidConfigException where the keys are in a file that cannot be read
     */
    static JWKSource<SecurityContext> of(TokenConfig config) {
        return switch (config.keySource()) {
            case FILE -> file(config.jwks());
            case ADDRESS ->
                    new RefreshingKeys(
                            new JwksDocument(URI.create(config.jwks()), new DocumentClient()),
                            config.keyLifetime());
            case DISCOVERY ->
                    new RefreshingKeys(
                            new OidcDiscovery(config.issuer(), new DocumentClient()),
                            config.keyLifetime());
        };
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
