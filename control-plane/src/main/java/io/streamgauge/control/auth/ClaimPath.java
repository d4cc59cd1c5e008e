package io.streamgauge.control.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a token tells something: a claim's name, or names with dots between them that lead into
 * nested objects, such as {@code realm_access.roles}. A claim that has the whole text as its name
 * goes first, since names may be URLs: {@code https://example.org/tenant}.
 */
record ClaimPath(String path) {

    /**
     * The texts that stand there: of a text itself, of an array each. Empty where nothing does.
     *
     * @throws AuthenticationException where something else stands there
     */
    List<String> texts(JWTClaimsSet claims) throws AuthenticationException {
        Object found = find(claims.getClaims());
        if (found == null) {
            return List.of();
        }
        if (found instanceof String text) {
            return List.of(text);
        }
        if (found instanceof List<?> elements
                && elements.stream().allMatch(String.class::isInstance)) {
            return elements.stream().map(String.class::cast).toList();
        }
        throw new AuthenticationException(
                "token: claim %s is of a wrong type (expected: a string, or an array of strings)"
                        .formatted(path));
    }

    private @Nullable Object find(Map<String, ?> claims) {
        if (claims.containsKey(path)) {
            return claims.get(path);
        }
        Object place = claims;
        for (String name : path.split("\\.", -1)) {
            if (!(place instanceof Map<?, ?> object)) {
                return null;
            }
            place = object.get(name);
        }
        return place;
    }
}
