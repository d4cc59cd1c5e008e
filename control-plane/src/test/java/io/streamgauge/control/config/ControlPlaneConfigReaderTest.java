package io.streamgauge.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamgauge.contracts.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneConfigReaderTest {

    private static final Map<String, String> NEEDED =
            Map.of(
                    "STREAMGAUGE_TOKEN_JWKS", "/etc/jwks.json",
                    "STREAMGAUGE_TOKEN_ISSUER", "https://issuer");

    @TempDir private Path folder = Path.of("");

    @Test
    void takesTheDefaultsForEverythingThatIsNotGiven() {
        ControlPlaneConfig config = ControlPlaneConfigReader.read(Optional.empty(), NEEDED);

        assertThat(config)
                .isEqualTo(
                        new ControlPlaneConfig(
                                HttpConfig.plain("0.0.0.0", 8_080),
                                new DatabaseConfig(
                                        "jdbc:postgresql://localhost:5432/streamgauge",
                                        "streamgauge",
                                        "",
                                        DatabaseConfig.DEFAULT_APP_USER,
                                        "",
                                        DatabaseConfig.DEFAULT_SYSTEM_USER,
                                        "",
                                        DatabaseConfig.DEFAULT_POOL_SIZE),
                                new KafkaConfig(
                                        "localhost:9092",
                                        Topics.DEFAULT,
                                        KafkaConfig.DEFAULT_EVENT_PARTITIONS,
                                        KafkaConfig.DEFAULT_RESULT_PARTITIONS,
                                        KafkaConfig.DEFAULT_REPLICATION_FACTOR,
                                        KafkaConfig.DEFAULT_EVENT_RETENTION,
                                        -1),
                                new TokenConfig(
                                        "/etc/jwks.json",
                                        "https://issuer",
                                        TokenConfig.DEFAULT_AUDIENCE),
                                IngestConfig.DEFAULT,
                                RetentionConfig.DEFAULT,
                                GatewayConfig.DEFAULT,
                                RedisConfig.NONE));
    }

    @Test
    void readsEveryKeyFromAFileAndPutsTheEnvironmentFirst() throws IOException {
        Path password = write("password", "from a file\n");
        Path file =
                write(
                        "config.yaml",
                        """
                        http:
                          host: 127.0.0.1
                          port: 1
                          tls: {certificate: /c.pem, private-key: /k.pem}
                          cors: {allowed-origins: 'https://a.test, http://b.test:81'}
                          max-connections: 11
                          max-header-bytes: 2048
                          idle-timeout: 3s
                          request-timeout: 4s
                        database:
                          jdbc-url: jdbc:postgresql://db/x
                          owner-user: o
                          owner-password: op
                          app-user: a
                          app-password-file: %s
                          system-user: s
                          system-password: sp
                          pool-size: 7
                        kafka:
                          bootstrap-servers: k:1
                          topic-prefix: p
                          event-partitions: 2
                          result-partitions: 3
                          replication-factor: 1
                          event-retention: 1h
                          event-retention-bytes-per-partition: 1048576
                        token: {jwks: 'https://keys', issuer: 'https://i', audience: au}
                        ingest: {max-body-bytes: 100000, heartbeat: 20ms}
                        retention: {aggregates: 2d, rejected-events: 1d12h}
                        gateway:
                          cache-ttl: 10s
                          cache-bytes: 1000
                          routes:
                            real-time: {limit: none}
                            legacy:
                              paths: [/legacy, /old/x]
                              auth: [jwt]
                              scopes: streams:read, streams:write
                              limit: 7
                              window: 1m
                              tier-limit: false
                              cacheable: true
                              tenant-required: false
                              target: http://upstream:81/base
                              strip-prefix: true
                              web-socket: true
                        redis:
                          url: rediss://cache:6380/3
                          username: u
                          password-file: %s
                          key-prefix: rp
                          connect-timeout: 2s
                          command-timeout: 30ms
                        flink: {url: 'http://jobs:8081/'}
                        sign-in: {client-id: console, scopes: [openid, 'streams:read']}
                        """
                                .formatted(password, password));

        ControlPlaneConfig config =
                ControlPlaneConfigReader.read(
                        Optional.of(file),
                        Map.of(
                                "STREAMGAUGE_HTTP_PORT", "2",
                                "STREAMGAUGE_DATABASE_SYSTEM_PASSWORD", "from the environment",
                                "UNRELATED", "x"));

        List<RouteConfig> routes =
                GatewayConfig.DEFAULT.routes().stream()
                        .map(route -> route.name().equals("real-time") ? unlimited(route) : route)
                        .collect(Collectors.toCollection(ArrayList::new));
        routes.add(
                new RouteConfig(
                        "legacy",
                        List.of("/legacy", "/old/x"),
                        Set.of("jwt"),
                        Set.of("streams:read", "streams:write"),
                        Optional.of(7L),
                        Duration.ofMinutes(1),
                        false,
                        true,
                        false,
                        Optional.of(
                                new UpstreamTarget(
                                        URI.create("http://upstream:81/base"), true, true))));
        assertThat(config)
                .isEqualTo(
                        new ControlPlaneConfig(
                                new HttpConfig(
                                        "127.0.0.1",
                                        2,
                                        Optional.of(
                                                new TlsFiles(Path.of("/c.pem"), Path.of("/k.pem"))),
                                        List.of("https://a.test", "http://b.test:81"),
                                        new HttpLimits(
                                                11,
                                                2_048,
                                                Duration.ofSeconds(3),
                                                Duration.ofSeconds(4))),
                                new DatabaseConfig(
                                        "jdbc:postgresql://db/x",
                                        "o",
                                        "op",
                                        "a",
                                        "from a file",
                                        "s",
                                        "from the environment",
                                        7),
                                new KafkaConfig(
                                        "k:1",
                                        new Topics("p"),
                                        2,
                                        3,
                                        (short) 1,
                                        Duration.ofHours(1),
                                        1_048_576),
                                new TokenConfig("https://keys", "https://i", "au"),
                                new IngestConfig(100_000, Duration.ofMillis(20)),
                                new RetentionConfig(Duration.ofDays(2), Duration.ofHours(36)),
                                new GatewayConfig(routes, Duration.ofSeconds(10), 1_000),
                                new RedisConfig(
                                        "rediss://cache:6380/3",
                                        "u",
                                        "from a file",
                                        "rp",
                                        Duration.ofSeconds(2),
                                        Duration.ofMillis(30)),
                                new FlinkConfig("http://jobs:8081"),
                                new SignInConfig("console", List.of("openid", "streams:read"))));
    }

    @Test
    void reportsEverythingThatIsWrongAtOnce() throws IOException {
        Path file = write("config.yaml", "http: {prot: 8080}\ningest: {heartbeat: 1h}\n");
        Map<String, String> environment = new HashMap<>();
        environment.put("STREAMGAUGE_HTTP_PORT", "eighty");
        environment.put("STREAMGAUGE_HTTP_HOST", " ");
        environment.put("STREAMGAUGE_HTTP_TLS_CERTIFICATE", "/c.pem");
        environment.put("STREAMGAUGE_HTTP_CORS_ALLOWED_ORIGINS", "https://a.test,*");
        environment.put("STREAMGAUGE_DATABASE_POOL_SIZE", "0");
        environment.put("STREAMGAUGE_DATABASE_JDBC_URL", "mysql:");
        environment.put("STREAMGAUGE_DATABASE_APP_PASSWORD_FILE", "/does/not/exist");
        environment.put("STREAMGAUGE_KAFKA_TOPIC_PREFIX", "not a prefix");
        environment.put("STREAMGAUGE_RETENTION_AGGREGATES", "soon");
        environment.put("STREAMGAUGE_REDIS_URL", "redis://user:secret@cache:6379");
        environment.put("STREAMGAUGE_REDIS_KEY_PREFIX", "a b");
        environment.put("STREAMGAUGE_REDIS_COMMAND_TIMEOUT", "1m");
        environment.put("STREAMGAUGE_FLINK_URL", "http://user:secret@jobs:8081");
        environment.put("STREAMGAUGE_SIGN_IN_SCOPES", "profile");

        InvalidConfigException failure =
                catchThrowableOfType(
                        InvalidConfigException.class,
                        () -> ControlPlaneConfigReader.read(Optional.of(file), environment));

        assertThat(failure.problems())
                .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                .containsExactlyInAnyOrder(
                        "http.prot",
                        "http.port",
                        "http.host",
                        "http.tls.private-key",
                        "http.cors.allowed-origins",
                        "database.pool-size",
                        "database.jdbc-url",
                        "database.app-password-file",
                        "kafka.topic-prefix",
                        "token.jwks",
                        "token.issuer",
                        "ingest.heartbeat",
                        "retention.aggregates",
                        "redis.url",
                        "redis.key-prefix",
                        "redis.command-timeout",
                        "flink.url",
                        "sign-in.scopes");
        assertThat(failure).hasMessageNotContaining("secret");
    }

    @Test
    void saysWhichFileCannotBeRead() {
        InvalidConfigException failure =
                catchThrowableOfType(
                        InvalidConfigException.class,
                        () ->
                                ControlPlaneConfigReader.read(
                                        Optional.of(folder.resolve("none.yaml")), NEEDED));

        assertThat(failure).hasMessageContaining("none.yaml");
    }

    @Test
    void refusesToSendPeopleToAnIssuerThatIsAtNoAddress() {
        Map<String, String> environment = new HashMap<>(NEEDED);
        environment.put("STREAMGAUGE_TOKEN_ISSUER", "streamgauge-local");
        environment.put("STREAMGAUGE_SIGN_IN_CLIENT_ID", "console");

        InvalidConfigException failure =
                catchThrowableOfType(
                        InvalidConfigException.class,
                        () -> ControlPlaneConfigReader.read(Optional.empty(), environment));

        assertThat(failure)
                .hasMessageContaining("sign-in.client-id")
                .hasMessageContaining("token.issuer");
    }

    @Test
    void showsNoSecretAsText() {
        DatabaseConfig config =
                new DatabaseConfig(
                        "jdbc:postgresql://db/x?password=hidden1",
                        "o",
                        "hidden2",
                        "a",
                        "hidden3",
                        "s",
                        "hidden4",
                        5);

        RedisConfig redis =
                new RedisConfig(
                        "redis://cache:6379",
                        "u",
                        "hidden5",
                        "sg",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1));

        assertThat(config.toString()).contains("jdbc:postgresql://db/x").doesNotContain("hidden");
        assertThat(redis.toString()).contains("redis://cache:6379").doesNotContain("hidden");
    }

    @Test
    void reportsWhatIsWrongWithAClassOfRoutes() throws IOException {
        Path file =
                write(
                        "config.yaml",
                        """
                        gateway:
                          cache-bytes: -1
                          routes:
                            one: {paths: no-slash, auth: password, window: 0s, limit: some, colour: red}
                            two: {paths: '/x/{y}', auth: jwt, target: 'ftp://x', cacheable: maybe}
                        """);

        InvalidConfigException failure =
                catchThrowableOfType(
                        InvalidConfigException.class,
                        () -> ControlPlaneConfigReader.read(Optional.of(file), NEEDED));

        assertThat(failure.problems())
                .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                .containsExactlyInAnyOrder(
                        "gateway.routes.one.colour",
                        "gateway.routes.one.paths",
                        "gateway.routes.one.auth",
                        "gateway.routes.one.window",
                        "gateway.routes.one.limit",
                        "gateway.routes.two.target",
                        "gateway.routes.two.paths",
                        "gateway.routes.two.cacheable",
                        "gateway.cache-bytes");
    }

    @Test
    void takesEachPathInOneClassOnly() throws IOException {
        Path file =
                write(
                        "config.yaml",
                        "gateway: {routes: {mine: {paths: '/api/v1/audit', auth: jwt}}}");

        InvalidConfigException failure =
                catchThrowableOfType(
                        InvalidConfigException.class,
                        () -> ControlPlaneConfigReader.read(Optional.of(file), NEEDED));

        assertThat(failure).hasMessageContaining("/api/v1/audit in enterprise and mine");
    }

    private static RouteConfig unlimited(RouteConfig route) {
        return new RouteConfig(
                route.name(),
                route.paths(),
                route.auth(),
                route.scopes(),
                Optional.empty(),
                route.window(),
                route.tierLimit(),
                route.cacheable(),
                route.tenantRequired(),
                route.target());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
