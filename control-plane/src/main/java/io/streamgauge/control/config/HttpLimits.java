package io.streamgauge.control.config;

import java.time.Duration;

/**
 * What one client may take of the server, and all clients together.
 *
 * @param maxConnections connections open at once; beyond them the one that idles longest is closed
 * @param maxHeaderBytes all headers of a request together
 * @param idleTimeout how long a connection may be open without a request
 * @param requestTimeout how long a client may take for the headers of a request, for each further
 *     part of its body, and to read each part of the answer
 */
public record HttpLimits(
        int maxConnections, int maxHeaderBytes, Duration idleTimeout, Duration requestTimeout) {

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofHours(1);

    public static final HttpLimits DEFAULT =
            new HttpLimits(10_000, 16 * 1024, Duration.ofMinutes(2), Duration.ofSeconds(30));

    /**
     * @throws InvalidConfigException with every problem
     */
    public HttpLimits {
        new ConfigChecks("http")
                .within("max-connections", maxConnections, 10, 1_000_000)
                .within("max-header-bytes", maxHeaderBytes, 1024, 1024 * 1024)
                .within("idle-timeout", idleTimeout, SHORTEST, LONGEST)
                .within("request-timeout", requestTimeout, SHORTEST, LONGEST)
                .done();
    }
}
