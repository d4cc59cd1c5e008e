package io.streamgauge.control.auth;

/** Turns a credential into a principal. The one place that decides whom the platform believes. */
@FunctionalInterface
public interface Authenticator {

    /**
     * Verifies a credential.
     *
     * @param credential a token or an API key, as it stands after {@code Bearer}
     * @throws AuthenticationException where it is not to be trusted; its message can be shown
     */
    Principal authenticate(String credential) throws AuthenticationException;
}
