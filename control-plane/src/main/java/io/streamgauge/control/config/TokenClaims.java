package io.streamgauge.control.config;

import java.util.regex.Pattern;

/**
 * Where tokens tell what the platform needs to know. A claim is its name, or names with dots
 * between them that lead into nested objects, such as {@code realm_access.roles}.
 *
 * @param tenant names the tenants: a string, or an array of strings
 * @param roles names the roles, of ours and of others: a string, or an array of strings
 * @param scope names the scopes: a string with blanks between them, or an array of strings
 * @param operatorRole the role of those who run the platform
 */
public record TokenClaims(String tenant, String roles, String scope, String operatorRole) {

    private static final Pattern PATH = Pattern.compile("[^.\\s]+(?:\\.[^.\\s]+)*");

    /** After the pattern, which it needs. */
    public static final TokenClaims DEFAULT =
            new TokenClaims("tenant", "roles", "scope", "operator");

    /**
     * @throws InvalidConfigException with every problem
     */
    public TokenClaims {
        String path = "a claim's name, or names with dots between them";
        new ConfigChecks("token")
                .check(PATH.matcher(tenant).matches(), "tenant-claim", tenant, path)
                .check(PATH.matcher(roles).matches(), "roles-claim", roles, path)
                .check(PATH.matcher(scope).matches(), "scope-claim", scope, path)
                .present("operator-role", operatorRole)
                .done();
    }
}
