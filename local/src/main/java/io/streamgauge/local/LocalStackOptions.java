package io.streamgauge.local;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * What a local installation can be told. All ports are of the loopback interface; 0 means any free
 * one.
 *
 * @param dataDir holds all data; made where missing
 * @param httpPort of the API
 * @param flinkPort of Flink's web UI
 * @param kafkaPort of the Kafka broker
 * @param postgresPort of PostgreSQL
 * @param agent whether this machine's metrics are sent into the stream {@code system-metrics}
 */
public record LocalStackOptions(
        Path dataDir, int httpPort, int flinkPort, int kafkaPort, int postgresPort, boolean agent) {

    public static final int DEFAULT_HTTP_PORT = 8080;
    public static final int DEFAULT_FLINK_PORT = 8081;
    public static final int DEFAULT_KAFKA_PORT = 9092;
    public static final int DEFAULT_POSTGRES_PORT = 5433;

    /**
     * @throws IllegalArgumentException where a port is out of range or stands twice
     */
    public LocalStackOptions {
        Objects.requireNonNull(dataDir, "dataDir");
        Set<Integer> taken = new HashSet<>();
        for (int port : new int[] {httpPort, flinkPort, kafkaPort, postgresPort}) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
            if (port != 0 && !taken.add(port)) {
                throw new IllegalArgumentException(
                        "port: " + port + " stands twice (expected: different ports)");
            }
        }
    }

    /** For tests: free ports, no agent. */
    public static LocalStackOptions onFreePorts(Path dataDir) {
        return new LocalStackOptions(dataDir, 0, 0, 0, 0, false);
    }

    /** A port and the option that sets it. */
    record Port(String purpose, String option, int number) {}

    Port http() {
        return new Port("the API", "--port", httpPort);
    }

    Port flink() {
        return new Port("Flink's web UI", "--flink-port", flinkPort);
    }

    Port kafka() {
        return new Port("Kafka", "--kafka-port", kafkaPort);
    }

    Port postgres() {
        return new Port("PostgreSQL", "--postgres-port", postgresPort);
    }
}
