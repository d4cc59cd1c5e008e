package io.streamgauge.control.live.connection;

import java.time.Duration;

/**
 * Times and bounds of live connections.
 *
 * @param initTimeout how long a client may take to send connection_init
 * @param pingInterval how often the server asks whether the client is there
 * @param pongTimeout how long after that it may be silent
 * @param closeTimeout how long a client may take to answer a close before it is cut off
 * @param queueCapacity results that wait for one client at most
 * @param queueCharacters what these and all other messages for it may come to, in characters
 * @param tick how often the times above are looked at
 * @param identityInterval how often it is asked whether clients may go on
 */
public record LiveOptions(
        Duration initTimeout,
        Duration pingInterval,
        Duration pongTimeout,
        Duration closeTimeout,
        int queueCapacity,
        int queueCharacters,
        Duration tick,
        Duration identityInterval) {

    public static final LiveOptions DEFAULT =
            new LiveOptions(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    1_024,
                    4 << 20,
                    Duration.ofMillis(250),
                    Duration.ofSeconds(1));
}
