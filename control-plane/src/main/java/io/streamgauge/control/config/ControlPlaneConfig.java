package io.streamgauge.control.config;

import java.util.List;

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
        FlinkConfig flink,
        SignInConfig signIn) {

    /**
     * @throws InvalidConfigException where parts do not go together
     */
    public ControlPlaneConfig {
        if (signIn.isConfigured() && !token.issuerIsUrl()) {
            throw new InvalidConfigException(
                    List.of(
                            "sign-in.client-id: %s, with the issuer %s (expected: a token.issuer that is a URL)"
                                    .formatted(signIn.clientId(), token.issuer())));
        }
    }

    /** One that tells nobody of the jobs, and where people bring their tokens themselves. */
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
                FlinkConfig.NONE,
                SignInConfig.NONE);
    }
}
