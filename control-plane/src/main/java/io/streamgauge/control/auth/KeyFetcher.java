package io.streamgauge.control.auth;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;

/** Asks a provider for its public keys, each time anew. Blocks, for a bounded time. */
@FunctionalInterface
interface KeyFetcher {

    /**
     * The keys as they are now.
     *
     * @throws IOException where the provider cannot be asked or its answer makes no sense; the
     *     message names the address
     */
    JWKSet fetch() throws IOException;
}
