package io.streamgauge.client;

import java.net.URI;
import java.util.Optional;

/**
 * Where the platform is, and as whom it is asked.
 *
 * @param api the API's root, {@code http:} or {@code https:}, without {@code /api/v1}
 * @param token gives the credential
 * @param tenant needed where the credential is good for several
 */
public record Access(URI api, TokenSource token, Optional<String> tenant) {

    public Access {
        boolean http = "http".equals(api.getScheme()) || "https".equals(api.getScheme());
        if (!http || api.getRawAuthority() == null) {
            throw new IllegalArgumentException(
                    "api: %s (expected: http://HOST[:PORT] or https://HOST[:PORT])".formatted(api));
        }
    }

    /** In the credential's own tenant. */
    public static Access of(URI api, TokenSource token) {
        return new Access(api, token, Optional.empty());
    }

    /** The same in a tenant. */
    public Access withTenant(String id) {
        return new Access(api, token, Optional.of(id));
    }

    URI live() {
        String scheme = "https".equals(api.getScheme()) ? "wss" : "ws";
        return URI.create(scheme + "://" + api.getRawAuthority() + "/api/v1/live");
    }

    /**
     * @param path below {@code /api/v1}, with the query if there is one
     */
    URI rest(String path) {
        return URI.create(api.getScheme() + "://" + api.getRawAuthority() + "/api/v1" + path);
    }
}
