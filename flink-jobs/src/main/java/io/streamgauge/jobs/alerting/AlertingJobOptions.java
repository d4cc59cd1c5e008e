package io.streamgauge.jobs.alerting;

import io.streamgauge.contracts.Topics;
import java.util.Objects;

/**
 * Where the job finds Kafka.
 *
 * @param bootstrapServers as Kafka clients take them: {@code host:port,...}
 */
public record AlertingJobOptions(String bootstrapServers, Topics topics) {

    /**
     * @throws IllegalArgumentException where no server is named
     */
    public AlertingJobOptions {
        Objects.requireNonNull(topics, "topics");
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException(
                    "bootstrap-servers: empty (expected: host:port,...)");
        }
    }
}
