package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.Topics;
import java.util.Objects;

/**
 * Where the job finds Kafka.
 *
 * @param bootstrapServers as Kafka clients take them: {@code host:port,...}
 */
public record AnomalyJobOptions(String bootstrapServers, Topics topics) {

    /**
     * @throws IllegalArgumentException where no server is named
     */
    public AnomalyJobOptions {
        Objects.requireNonNull(topics, "topics");
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException(
                    "bootstrap-servers: empty (expected: host:port,...)");
        }
    }
}
