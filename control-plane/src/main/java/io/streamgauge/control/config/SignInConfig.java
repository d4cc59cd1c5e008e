package io.streamgauge.control.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * How people sign in to the dashboard at the provider whose tokens are believed ({@link
 * TokenConfig#issuer}). Nothing here is a secret: browsers are told all of it.
 *
 * @param clientId of the dashboard at the provider, a public client; empty where people bring their
 *     token themselves
 * @param scopes that are asked for; {@code openid} among them
 */
public record SignInConfig(String clientId, List<String> scopes) {

    public static final List<String> DEFAULT_SCOPES = List.of("openid");

    /** RFC 6749, A.1 and A.4; blanks separate scopes. */
    private static final Pattern CLIENT_ID = Pattern.compile("[\\x20-\\x7e]{0,200}");

    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,200}");

    /** People bring their token themselves. */
    public static final SignInConfig NONE = new SignInConfig("", DEFAULT_SCOPES);

    /**
     * @throws InvalidConfigException with every problem
     */
    public SignInConfig {
        clientId = clientId.strip();
        scopes = List.copyOf(scopes);
        new ConfigChecks("sign-in")
                .check(
                        CLIENT_ID.matcher(clientId).matches(),
                        "client-id",
                        clientId,
                        "200 printable characters at most")
                .check(
                        scopes.contains("openid")
                                && scopes.stream()
                                        .allMatch(scope -> SCOPE.matcher(scope).matches()),
                        "scopes",
                        String.join(",", scopes),
                        "openid, and others")
                .done();
    }

    /** Whether the dashboard can send people to the provider. */
    public boolean isConfigured() {
        return !clientId.isEmpty();
    }
}
