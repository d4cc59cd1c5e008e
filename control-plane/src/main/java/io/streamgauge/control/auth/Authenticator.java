package io.streamgauge.control.auth;

/** Turns a credential into a principal. The one place that decides whom the platform believes. */
public interface Authenticator {

    /**
     * Verifies a bearer token.
     *
     * @param token as it stands after {@code Bearer}
     * @throws AuthenticationException where the token is not to be trusted; its message can be
     *     shown
     */
    Principal authenticate(String token) throws AuthenticationException;
}
