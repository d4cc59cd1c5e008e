package io.streamgauge.control.config;

import java.time.Duration;

/**
 * How long the gateway waits for a service behind it.
 *
 * @param connect for a connection, and for its TLS
 * @param response for the head of the response, once the request has been sent
 * @param idle while nothing moves in either body
 * @param pooled how long a connection is kept for the next request; shorter than the service keeps
 *     it, or a request meets its end. Zero: a new one for each
 */
public record UpstreamTimeouts(
        Duration connect, Duration response, Duration idle, Duration pooled) {

    private static final Duration LEAST = Duration.ofMillis(10);

    /** The shortest time that common servers keep a connection is 5 s (Node.js). */
    public static final UpstreamTimeouts DEFAULT =
            new UpstreamTimeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(4));

    /**
     * @throws InvalidConfigException with every problem
     */
    public UpstreamTimeouts {
        new ConfigChecks("upstream.timeouts")
                .within("connect", connect, LEAST, Duration.ofMinutes(1))
                .within("response", response, LEAST, Duration.ofHours(1))
                .within("idle", idle, LEAST, Duration.ofDays(1))
                .within("pooled", pooled, Duration.ZERO, Duration.ofMinutes(10))
                .done();
    }
}
