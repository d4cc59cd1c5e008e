package io.streamgauge.control.config;

import java.time.Duration;

/**
 * Bounds of the ingest.
 *
 * @param maxBodyBytes largest body of a request, after decompression
 * @param heartbeat how often the clock is moved where no event moves it
 */
public record IngestConfig(long maxBodyBytes, Duration heartbeat) {

    public static final IngestConfig DEFAULT =
            new IngestConfig(16L * 1024 * 1024, Duration.ofMillis(50));

    /**
     * @throws InvalidConfigException with every problem
     */
    public IngestConfig {
        new ConfigChecks("ingest")
                .within("max-body-bytes", maxBodyBytes, 64 * 1024, 1L << 30)
                .within("heartbeat", heartbeat, Duration.ofMillis(1), Duration.ofSeconds(10))
                .done();
    }
}
