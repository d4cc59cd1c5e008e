package io.streamgauge.control.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.List;
import java.util.Map;

/**
 * Tells tokens that are no access tokens by their claims, for providers that give all their tokens
 * the type {@code JWT}. It cannot tell every one: what keeps an ID token out for certain is its
 * audience, the client that it was made for, so that our audience should be no client's id.
 */
final class TokenUse {

    /** What some providers say about a token's use, and what they call an access token there. */
    private static final Map<String, String> STATED =
            Map.of(
                    "typ", "bearer", // Keycloak; ID, Refresh and Logout are others
                    "token_use", "access"); // Amazon Cognito

    /**
     * Claims that only others have: ID tokens (OpenID Connect Core 1.0, 2 and 3.3.2.11), and
     * security events such as a logout (RFC 8417).
     */
    private static final List<String> OF_OTHERS = List.of("nonce", "at_hash", "c_hash", "events");

    private TokenUse() {}

    /**
     * @throws AuthenticationException where the token was made for something else than access
     */
    static void requireAccess(JWTClaimsSet claims) throws AuthenticationException {
        boolean statedAccess = false;
        for (Map.Entry<String, String> use : STATED.entrySet()) {
            Object stated = claims.getClaim(use.getKey());
            if (stated != null && !use.getValue().equalsIgnoreCase(stated.toString())) {
                throw other(use.getKey());
            }
            statedAccess |= stated != null;
        }
        if (statedAccess) {
            return; // older Keycloaks repeat the nonce in access tokens
        }
        for (String claim : OF_OTHERS) {
            if (claims.getClaim(claim) != null) {
                throw other(claim);
            }
        }
    }

    private static AuthenticationException other(String claim) {
        return new AuthenticationException(
                "token: no access token by its claim %s (expected: an access token)"
                        .formatted(claim));
    }
}
