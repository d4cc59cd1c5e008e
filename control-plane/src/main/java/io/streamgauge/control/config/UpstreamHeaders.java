package io.streamgauge.control.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which headers a service behind the gateway sees, and which of its own the client sees. Headers
 * that belong to one connection, and those that the gateway itself sets, are not a matter of
 * configuration.
 *
 * @param preserveHost whether {@code Host} is the client's; it is the target's otherwise
 * @param trustForwarded whether what {@code Forwarded} and {@code X-Forwarded-*} say already is
 *     kept: only behind a proxy that sets them itself
 * @param forwardCredentials whether the service sees the credential that the gateway has verified
 * @param requestAllowed names of the only headers of a client that pass; all do where it is empty
 * @param requestDenied names of headers of a client that do not pass
 * @param responseDenied names of headers of the service that do not pass
 */
public record UpstreamHeaders(
        boolean preserveHost,
        boolean trustForwarded,
        boolean forwardCredentials,
        Set<String> requestAllowed,
        Set<String> requestDenied,
        Set<String> responseDenied) {

    public static final UpstreamHeaders DEFAULT =
            new UpstreamHeaders(false, false, false, Set.of(), Set.of(), Set.of());

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /**
     * @throws InvalidConfigException with every problem
     */
    public UpstreamHeaders {
        ConfigChecks checks = new ConfigChecks("upstream.headers");
        checkNames(checks, "request-allowed", requestAllowed);
        checkNames(checks, "request-denied", requestDenied);
        checkNames(checks, "response-denied", responseDenied);
        checks.done();
        requestAllowed = lowerCase(requestAllowed);
        requestDenied = lowerCase(requestDenied);
        responseDenied = lowerCase(responseDenied);
    }

    private static void checkNames(ConfigChecks checks, String key, Set<String> names) {
        for (String name : names) {
            checks.check(NAME.matcher(name).matches(), key, name, "names of headers");
        }
    }

    private static Set<String> lowerCase(Set<String> names) {
        return names.stream()
                .map(it -> it.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }
}
