package io.streamgauge.control.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A class of routes, and how the gateway treats their requests.
 *
 * @param name for the configuration, headers and metrics
 * @param paths prefixes, segment by segment; a segment in braces matches any one
 * @param auth kinds of credentials that are taken: {@code jwt}, {@code api-key}
 * @param scopes that the caller needs, whatever the handler asks for besides
 * @param limit requests of one tenant in each {@code window}; empty for no limit of the class
 * @param window what the limit is for
 * @param tierLimit whether a request counts toward the tenant's requests per hour
 * @param cacheable whether responses to GET may be kept and given again
 * @param tenantRequired whether a request must be made in a tenant
 * @param target where requests are forwarded to; empty for routes that are handled in process
 */
public record RouteConfig(
        String name,
        List<String> paths,
        Set<String> auth,
        Set<String> scopes,
        Optional<Long> limit,
        Duration window,
        boolean tierLimit,
        boolean cacheable,
        boolean tenantRequired,
        Optional<UpstreamTarget> target) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern PATH = Pattern.compile("(?:/(?:[A-Za-z0-9._~:-]+|\\{[a-z]+\\}))+");
    private static final Set<String> METHODS = Set.of("jwt", "api-key");

    /**
     * @throws InvalidConfigException with every problem
     */
    public RouteConfig {
        paths = List.copyOf(paths);
        auth = Set.copyOf(auth);
        scopes = Set.copyOf(scopes);
        ConfigChecks checks = new ConfigChecks("gateway.routes." + name);
        checks.check(NAME.matcher(name).matches(), "", name, "a name of a-z, 0-9 and '-'")
                .check(!paths.isEmpty(), "paths", "missing", "at least one path")
                .check(!auth.isEmpty(), "auth", "missing", "jwt, api-key or both")
                .check(
                        METHODS.containsAll(auth),
                        "auth",
                        String.join(", ", auth),
                        "jwt, api-key or both")
                .within("limit", limit.orElse(1L), 1, 1_000_000_000_000L)
                .within("window", window, Duration.ofSeconds(1), Duration.ofDays(31));
        checks.check(
                limit.isEmpty() || limit.get() <= Math.max(0, window.toSeconds()) * 1_000_000_000L,
                "limit",
                limitText(limit, window),
                "at most one a nanosecond");
        for (String path : paths) {
            checks.check(
                    PATH.matcher(path).matches(),
                    "paths",
                    path,
                    "a path such as /api/v1/streams/{id}");
        }
        checks.check(
                new HashSet<>(paths).size() == paths.size(), "paths", "a duplicate", "each once");
        String allPaths = String.join(", ", paths);
        target.ifPresent(
                it ->
                        checks.check(
                                        isHttp(it.uri()),
                                        "target",
                                        it.uri().toString(),
                                        "an http: or https: URL")
                                .check(
                                        allPaths.indexOf('{') < 0,
                                        "paths",
                                        allPaths,
                                        "paths without braces, where there is a target"));
        checks.done();
    }

    private static String limitText(Optional<Long> limit, Duration window) {
        return "%d in %d s".formatted(limit.orElse(0L), window.toSeconds());
    }

    private static boolean isHttp(URI uri) {
        if (uri.getScheme() == null || uri.getHost() == null || uri.getRawQuery() != null) {
            return false;
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        return scheme.equals("http") || scheme.equals("https");
    }

    /**
     * Reads a target.
     *
     * @throws IllegalArgumentException where it is no URI
     */
    static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
