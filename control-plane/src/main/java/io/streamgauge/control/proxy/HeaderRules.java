package io.streamgauge.control.proxy;

import io.streamgauge.control.config.UpstreamHeaders;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which headers pass the gateway. Those that are about one connection never do (RFC 9110, 7.6.1),
 * nor do a client's own under the names by which the gateway tells the service something; a name
 * with underscores counts as the one with hyphens, since CGI and its heirs cannot tell them apart.
 */
final class HeaderRules {

    private static final Set<String> OF_ONE_CONNECTION =
            Set.of(
                    "connection",
                    "http2-settings",
                    "keep-alive",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    /** Written anew for each connection, from what was understood and not from what was sent. */
    private static final Set<String> WRITTEN_ANEW = Set.of("content-length", "expect", "host");

    private static final Set<String> SAID_BY_THE_GATEWAY =
            Set.of(
                    "via",
                    "x-request-id",
                    lowerCase(ForwardedIdentity.TENANT_HEADER),
                    lowerCase(ForwardedIdentity.SUBJECT_HEADER),
                    lowerCase(ForwardedIdentity.SCOPES_HEADER),
                    // The server's, for the name in a client's certificate.
                    "x-helidon-cn",
                    // Some frameworks take the path from these, past what the gateway has checked.
                    "x-original-url",
                    "x-rewrite-url");

    private static final Set<String> CREDENTIALS = Set.of("authorization", "x-api-key");

    /** Of a response: it would lead clients past the gateway, to ports that it does not serve. */
    private static final String OTHER_PLACES = "alt-svc";

    /** The handshake of a relayed connection, which cannot do without one of these. */
    private static final String WEB_SOCKET = "sec-websocket-";

    private final UpstreamHeaders config;

    HeaderRules(UpstreamHeaders config) {
        this.config = config;
    }

    /**
     * Whether a client's header goes to the service.
     *
     * @param connectionOptions what the client's {@code Connection} names
     */
    boolean passesToUpstream(String name, Set<String> connectionOptions) {
        String lower = lowerCase(name);
        String canonical = lower.replace('_', '-');
        if (isOfOneConnection(canonical)
                || connectionOptions.contains(lower)
                || WRITTEN_ANEW.contains(canonical)
                || SAID_BY_THE_GATEWAY.contains(canonical)) {
            return false;
        }
        if (!config.trustForwarded() && isForwarding(canonical)) {
            return false;
        }
        if (!config.forwardCredentials() && CREDENTIALS.contains(canonical)) {
            return false;
        }
        return (config.requestAllowed().isEmpty()
                        || config.requestAllowed().contains(lower)
                        || lower.startsWith(WEB_SOCKET))
                && !config.requestDenied().contains(lower);
    }

    /**
     * Whether a header of the service goes to the client.
     *
     * @param connectionOptions what the service's {@code Connection} names
     */
    boolean passesToClient(String name, Set<String> connectionOptions) {
        String lower = lowerCase(name);
        return !isOfOneConnection(lower)
                && !connectionOptions.contains(lower)
                && !lower.equals("content-length")
                && !lower.equals("x-request-id")
                && !lower.equals(OTHER_PLACES)
                && !config.responseDenied().contains(lower);
    }

    /** The names in {@code Connection} headers, in lower case. */
    static Set<String> options(Collection<String> values) {
        Set<String> options = new HashSet<>();
        for (String value : values) {
            for (String option : value.split(",", -1)) {
                options.add(lowerCase(option.strip()));
            }
        }
        return options;
    }

    static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static boolean isOfOneConnection(String name) {
        return OF_ONE_CONNECTION.contains(name) || name.startsWith("proxy-");
    }

    /** Where a request has come from, as proxies before this one may say. */
    private static boolean isForwarding(String name) {
        return name.equals("forwarded")
                || name.equals("x-real-ip")
                || name.startsWith("x-forwarded-");
    }
}
