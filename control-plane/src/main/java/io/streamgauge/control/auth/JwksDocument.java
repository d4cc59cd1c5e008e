package io.streamgauge.control.auth;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;

/** Keys at an address that is configured: a JWK set (RFC 7517). Private parts are left out. */
record JwksDocument(URI address, Documents documents) implements KeyFetcher {

    @Override
    public JWKSet fetch() throws IOException {
        return read(documents, address);
    }

    static JWKSet read(Documents documents, URI address) throws IOException {
        try {
            return JWKSet.parse(documents.get(address)).toPublicJWKSet();
        } catch (ParseException e) {
            throw new IOException("%s: no JWK set: %s".formatted(address, e.getMessage()), e);
        }
    }
}
