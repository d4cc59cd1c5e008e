package io.streamgauge.control.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the server listens, and how it deals with those who come.
 *
 * @param host address or name to bind; {@code 0.0.0.0} is every interface
 * @param port 0 takes any free one
 * @param tls certificate and key; empty serves without encryption
 * @param allowedOrigins pages of which other sites may use the API from a browser; exact origins
 * @param limits bounds for clients
 */
public record HttpConfig(
        String host,
        int port,
        Optional<TlsFiles> tls,
        List<String> allowedOrigins,
        HttpLimits limits) {

    /** As browsers write origins: in lower case, without a default port, a path or a slash. */
    private static final Pattern ORIGIN =
            Pattern.compile(
                    "(?:http://(?!.*:80$)|https://(?!.*:443$))"
                        + "(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:]+])(?::[1-9][0-9]{0,4})?");

    /**
     * @throws InvalidConfigException with every problem
     */
    public HttpConfig {
        allowedOrigins = List.copyOf(allowedOrigins);
        ConfigChecks checks =
                new ConfigChecks("http").present("host", host).within("port", port, 0, 65_535);
        for (String origin : allowedOrigins) {
            checks.check(
                    ORIGIN.matcher(origin).matches(),
                    "cors.allowed-origins",
                    origin,
                    "an exact origin as browsers send it, such as https://app.example.com");
        }
        checks.done();
    }

    /** A listener without encryption, for pages of no other site, with the usual limits. */
    public static HttpConfig plain(String host, int port) {
        return new HttpConfig(host, port, Optional.empty(), List.of(), HttpLimits.DEFAULT);
    }
}
