package io.streamgauge.control.auth;

import java.util.function.Predicate;

/** Tells API keys from tokens by their form, and lets each be verified in its own way. */
public final class CredentialAuthenticator implements Authenticator {

    private final Predicate<String> isApiKey;
    private final Authenticator apiKeys;
    private final Authenticator tokens;

    /**
     * @param isApiKey whether a credential has the form of an API key
     */
    public CredentialAuthenticator(
            Predicate<String> isApiKey, Authenticator apiKeys, Authenticator tokens) {
        this.isApiKey = isApiKey;
        this.apiKeys = apiKeys;
        this.tokens = tokens;
    }

    @Override
    public Principal authenticate(String credential) throws AuthenticationException {
        return (isApiKey.test(credential) ? apiKeys : tokens).authenticate(credential);
    }
}
