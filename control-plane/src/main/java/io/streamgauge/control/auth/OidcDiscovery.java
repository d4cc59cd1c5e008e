package io.streamgauge.control.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWKSet;
import io.streamgauge.contracts.Json;
import java.io.IOException;
import java.net.URI;

/**
 * Finds the keys of an OpenID provider by its issuer (OpenID Connect Discovery 1.0, 4). The
 * provider's document is read again with each fetch, so that keys may move; it must be about the
 * configured issuer to the letter, and a provider that is asked by TLS must not send us to keys
 * without it.
 */
final class OidcDiscovery implements KeyFetcher {

    private static final String WELL_KNOWN = "/.well-known/openid-configuration";

    private final String issuer;
    private final URI configuration;
    private final Documents documents;

    /**
     * @param issuer an {@code http:} or {@code https:} URL
     */
    OidcDiscovery(String issuer, Documents documents) {
        this.issuer = issuer;
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        this.configuration = URI.create(base + WELL_KNOWN);
        this.documents = documents;
    }

    @Override
    public JWKSet fetch() throws IOException {
        return JwksDocument.read(documents, keysAddress());
    }

    private URI keysAddress() throws IOException {
        JsonNode document;
        try {
            document = Json.mapper().readTree(documents.get(configuration));
        } catch (JsonProcessingException e) {
            throw new IOException("%s: no JSON".formatted(configuration), e);
        }
        String stated = document.path("issuer").asText();
        if (!stated.equals(issuer)) {
            throw new IOException(
                    "%s: issuer %s (expected: %s, as token.issuer)"
                            .formatted(configuration, stated, issuer));
        }
        String keys = document.path("jwks_uri").asText();
        boolean secure = keys.startsWith("https://");
        boolean mayBeInsecure = issuer.startsWith("http://") && keys.startsWith("http://");
        if (!secure && !mayBeInsecure) {
            throw new IOException(
                    "%s: jwks_uri %s (expected: an address as secure as the issuer's)"
                            .formatted(configuration, keys));
        }
        try {
            return URI.create(keys);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: jwks_uri %s".formatted(configuration, keys), e);
        }
    }
}
