package io.streamgauge.control.live.endpoint;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.http.DirectTransportRequest;
import io.helidon.webserver.websocket.WsUpgrader;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.live.connection.LiveIdentity;
import io.streamgauge.control.live.wire.CloseCode;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What is checked of a request before it becomes a connection. */
final class LiveHandshake {

    private static final String SCHEME = "Bearer ";
    private static final HeaderName TENANT = HeaderNames.create(TenantAccess.TENANT_HEADER);
    private static final HeaderName API_KEY = HeaderNames.create("X-API-Key");

    private final HttpPrologue prologue;
    private final Headers headers;

    LiveHandshake(HttpPrologue prologue, Headers headers) {
        this.prologue = prologue;
        this.headers = headers;
    }

    /**
     * Refuses pages of other sites. A browser lets any page open a WebSocket anywhere and says
     * truthfully which page it was; clients that are no browsers need not say. Tokens are never in
     * cookies, so that this is a second lock and not the first.
     *
     * @param allowed those that may all the same
     * @throws RequestException 403
     */
    void checkOrigin(Set<String> allowed) {
        Optional<String> origin = headers.first(HeaderNames.ORIGIN);
        String host = headers.first(HeaderNames.HOST).orElse("");
        if (origin.isPresent() && !allowed.contains(origin.get()) && !isOf(origin.get(), host)) {
            throw refusal(
                    DirectHandler.EventType.FORBIDDEN,
                    Status.FORBIDDEN_403,
                    "Origin: of another site (expected: this one, one listed, or none)");
        }
    }

    /**
     * Agrees on the subprotocol. A client that offers none gets the only one there is.
     *
     * @return headers of the answer
     * @throws RequestException 400 where only others are offered
     */
    Optional<Headers> negotiate() {
        List<String> offered = values(WsUpgrader.PROTOCOL);
        if (offered.isEmpty()) {
            return Optional.empty();
        }
        if (!offered.contains(LiveListenerFactory.SUBPROTOCOL)) {
            throw refusal(
                    DirectHandler.EventType.BAD_REQUEST,
                    Status.BAD_REQUEST_400,
                    "Sec-WebSocket-Protocol: unknown (expected: %s)"
                            .formatted(LiveListenerFactory.SUBPROTOCOL));
        }
        WritableHeaders<?> answer = WritableHeaders.create();
        answer.set(WsUpgrader.PROTOCOL, LiveListenerFactory.SUBPROTOCOL);
        return Optional.of(answer);
    }

    /**
     * The credential of the {@code Authorization} or the {@code X-API-Key} header; empty where
     * there is neither.
     *
     * @throws RequestException 401 where it has another form
     */
    Optional<String> token() {
        List<String> keys = headers.values(API_KEY);
        List<String> credentials = headers.values(HeaderNames.AUTHORIZATION);
        if (keys.size() == 1 && credentials.isEmpty()) {
            return Optional.of(keys.getFirst().strip());
        }
        if (credentials.isEmpty()) {
            return Optional.empty();
        }
        String credential = credentials.getFirst();
        if (credentials.size() + keys.size() > 1
                || !credential.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw unauthorized(
                    "Authorization: of another form (expected: Bearer, a blank, and a token)");
        }
        return Optional.of(credential.substring(SCHEME.length()).strip());
    }

    /** The tenant that the client names; empty where it names none. */
    Optional<String> tenant() {
        return headers.first(TENANT).map(String::strip);
    }

    /** The refusal that says why a client may not connect. */
    RequestException refused(LiveIdentity.RefusedException cause) {
        return cause.code() == CloseCode.UNAUTHORIZED
                ? unauthorized(cause.reason())
                : refusal(DirectHandler.EventType.FORBIDDEN, Status.FORBIDDEN_403, cause.reason());
    }

    RequestException unauthorized(String message) {
        return RequestException.builder()
                .type(DirectHandler.EventType.OTHER)
                .status(Status.UNAUTHORIZED_401)
                .setKeepAlive(false)
                .request(DirectTransportRequest.create(prologue, headers))
                .header(
                        HeaderValues.create(
                                HeaderNames.WWW_AUTHENTICATE,
                                "Bearer realm=\"streamgauge\", error=\"invalid_token\""))
                .message(message)
                .build();
    }

    RequestException unavailable(String message) {
        return refusal(DirectHandler.EventType.OTHER, Status.SERVICE_UNAVAILABLE_503, message);
    }

    private RequestException refusal(DirectHandler.EventType type, Status status, String message) {
        return RequestException.builder()
                .type(type)
                .status(status)
                .setKeepAlive(false)
                .request(DirectTransportRequest.create(prologue, headers))
                .message(message)
                .build();
    }

    /** Values of a header that is a list, however many times it stands. */
    private List<String> values(HeaderName name) {
        return headers.all(name, List::of).stream()
                .flatMap(it -> Arrays.stream(it.split(",")))
                .map(String::strip)
                .filter(it -> !it.isEmpty())
                .toList();
    }

    /** Whether an origin is the host that the request was sent to. */
    private static boolean isOf(String origin, String host) {
        URI uri;
        try {
            uri = URI.create(origin.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException notAnOrigin) {
            return false; // "null" of a sandboxed page comes here or has no authority
        }
        String authority = uri.getRawAuthority();
        if (authority == null) {
            return false;
        }
        String port = "https".equals(uri.getScheme()) ? ":443" : ":80";
        return withoutPort(authority, port)
                .equals(withoutPort(host.toLowerCase(Locale.ROOT), port));
    }

    private static String withoutPort(String authority, String defaultPort) {
        return authority.endsWith(defaultPort)
                ? authority.substring(0, authority.length() - defaultPort.length())
                : authority;
    }
}
