package io.streamgauge.control.config;

/** Everything that the control plane is told at start. */
public record ControlPlaneConfig(
        HttpConfig http,
        DatabaseConfig database,
        KafkaConfig kafka,
        TokenConfig token,
        IngestConfig ingest,
        RetentionConfig retention,
        GatewayConfig gateway,
        RedisConfig redis,
        TrainingConfig training) {

    /** Trains models as by default. */
    public ControlPlaneConfig(
            HttpConfig http,
            DatabaseConfig database,
            KafkaConfig kafka,
            TokenConfig token,
            IngestConfig ingest,
            RetentionConfig retention,
            GatewayConfig gateway,
            RedisConfig redis) {
        this(
                http,
                database,
                kafka,
                token,
                ingest,
                retention,
                gateway,
                redis,
                TrainingConfig.DEFAULT);
    }
}
