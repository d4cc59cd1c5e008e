package io.streamgauge.control.config;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An existing service that is put behind the gateway: every request under a path goes to it.
 *
 * @param pathPrefix such as {@code /services/reports}; the path itself and everything below it
 * @param target {@code http:} or {@code https:}, host, port, and a path before which nothing of the
 *     service is reached
 * @param stripPrefix whether the target sees the path without the prefix; it sees all of it
 *     otherwise
 * @param webSocket whether upgrades to WebSocket are relayed, too
 * @param maxBodyBytes largest body of a request; the listener's own bound holds as well
 * @param maxConnections requests that are with the service at once, 1 to 10,000; further ones wait
 *     as long as a connect may take, and are then refused
 */
public record UpstreamConfig(
        String pathPrefix,
        URI target,
        boolean stripPrefix,
        boolean webSocket,
        long maxBodyBytes,
        int maxConnections,
        UpstreamTimeouts timeouts,
        UpstreamHeaders headers) {

    public static final long DEFAULT_MAX_BODY_BYTES = 16L * 1024 * 1024;
    public static final int DEFAULT_MAX_CONNECTIONS = 200;

    /** Nothing that could be written in more than one way, or mean something to a matcher. */
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

    /**
     * @throws InvalidConfigException with every problem
     */
    public UpstreamConfig {
        new ConfigChecks("upstream")
                .check(
                        isPath(pathPrefix),
                        "path-prefix",
                        pathPrefix,
                        "a path such as /services/reports, without a slash at its end")
                .check(
                        isTarget(target),
                        "target",
                        target.getRawUserInfo() == null ? target.toString() : "with a credential",
                        "http:// or https://, host, port, and a path without a slash at its end")
                .within("max-body-bytes", maxBodyBytes, 0, 1L << 40)
                .within("max-connections", maxConnections, 1, 10_000)
                .done();
    }

    /** With the defaults for all but the place. */
    public static UpstreamConfig of(String pathPrefix, URI target) {
        return new UpstreamConfig(
                pathPrefix,
                target,
                false,
                false,
                DEFAULT_MAX_BODY_BYTES,
                DEFAULT_MAX_CONNECTIONS,
                UpstreamTimeouts.DEFAULT,
                UpstreamHeaders.DEFAULT);
    }

    /** Whether the service is reached through TLS. */
    public boolean secure() {
        return "https".equals(scheme(target));
    }

    /** The service's host, an IPv6 address without its brackets. */
    public String host() {
        String host = target.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The service's port, also where the target leaves it to the scheme. */
    public int port() {
        if (target.getPort() >= 0) {
            return target.getPort();
        }
        return secure() ? 443 : 80;
    }

    private static boolean isPath(String path) {
        return PATH.matcher(path).matches()
                && Arrays.stream(path.split("/")).noneMatch(it -> it.matches("\\.+"));
    }

    private static boolean isTarget(URI target) {
        String scheme = scheme(target);
        return (scheme.equals("http") || scheme.equals("https"))
                && target.getHost() != null
                && target.getPort() != 0
                && target.getPort() <= 65_535
                && target.getRawUserInfo() == null
                && target.getRawQuery() == null
                && target.getRawFragment() == null
                && (target.getRawPath().isEmpty() || isPath(target.getRawPath()));
    }

    private static String scheme(URI target) {
        return target.getScheme() == null ? "" : target.getScheme().toLowerCase(Locale.ROOT);
    }
}
