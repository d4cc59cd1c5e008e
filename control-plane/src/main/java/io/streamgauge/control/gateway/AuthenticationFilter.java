package io.streamgauge.control.gateway;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.streamgauge.control.auth.AuthenticationException;
import io.streamgauge.control.auth.Authenticator;
import io.streamgauge.control.auth.Principal;
import io.streamgauge.control.problem.Forbidden;
import io.streamgauge.control.problem.Unauthenticated;
import io.streamgauge.control.request.RequestNotes;
import java.util.List;
import java.util.Optional;

/**
 * Lets only requests with a trusted credential reach what is in a route class, and tells the
 * following filters the class and the {@link Principal}.
 *
 * <p>Paths in no class are open: health, metrics, the API's description. Upgrades to WebSocket do
 * not pass here at all: the server handles them before routing, and their endpoints authenticate
 * themselves.
 */
public final class AuthenticationFilter implements Filter {

    /** Where an API key may also stand. */
    public static final HeaderName API_KEY = HeaderNames.create("X-API-Key");

    private static final String SCHEME = "Bearer ";

    private final RouteTable routes;
    private final Authenticator authenticator;

    public AuthenticationFilter(RouteTable routes, Authenticator authenticator) {
        this.routes = routes;
        this.authenticator = authenticator;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        Optional<RouteClass> route = routes.find(request.path().path());
        if (route.isPresent()) {
            Principal principal = principal(request.headers());
            if (!route.get().methods().contains(principal.method())) {
                throw Forbidden.credentialKind(principal.method().wireName());
            }
            RequestNotes notes = RequestNotes.of(request);
            notes.put(RouteClass.class, route.get());
            notes.put(Principal.class, principal);
        }
        chain.proceed();
    }

    private Principal principal(Headers headers) {
        try {
            return authenticator.authenticate(credential(headers));
        } catch (AuthenticationException e) {
            throw Unauthenticated.invalid(e.getMessage());
        }
    }

    /**
     * The one credential of a request.
     *
     * @throws Unauthenticated where there is none, or not just one
     */
    static String credential(Headers headers) {
        // Not values(): it would look for commas in every token.
        List<String> keys = headers.all(API_KEY, List::of);
        List<String> credentials = headers.all(HeaderNames.AUTHORIZATION, List::of);
        if (keys.size() + credentials.size() > 1) {
            throw Unauthenticated.invalid(
                    "Authorization: more than one credential (expected: one, in Authorization or"
                            + " X-API-Key)");
        }
        if (!keys.isEmpty()) {
            return keys.getFirst().strip();
        }
        if (credentials.isEmpty()) {
            throw Unauthenticated.missing();
        }
        String credential = credentials.getFirst();
        if (!credential.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw Unauthenticated.invalid(
                    "Authorization: of another form (expected: Bearer, a blank, and a token)");
        }
        return credential.substring(SCHEME.length()).strip();
    }
}
