package io.streamgauge.jobs;

import io.streamgauge.contracts.Topics;
import java.util.Objects;
import org.apache.flink.util.ParameterTool;

/**
 * Where a job finds Kafka.
 *
 * @param bootstrapServers as Kafka clients take them: {@code host:port,...}
 */
public record JobOptions(String bootstrapServers, Topics topics) {

    /**
     * @throws IllegalArgumentException where no server is named
     */
    public JobOptions {
        Objects.requireNonNull(topics, "topics");
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException(
                    "bootstrap-servers: empty (expected: host:port,...)");
        }
    }

    /**
     * Reads the arguments that every job takes: {@code --bootstrap-servers}, which is required, and
     * {@code --topic-prefix}.
     */
    public static JobOptions ofArgs(String[] args) {
        ParameterTool parameters = ParameterTool.fromArgs(args);
        return new JobOptions(
                parameters.getRequired("bootstrap-servers"),
                new Topics(parameters.get("topic-prefix", Topics.DEFAULT.prefix())));
    }
}
