package io.streamgauge.control.config;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.helidon.config.spi.ConfigSource;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration: environment variables first, then a file where one is given, then the
 * defaults. Reports everything that is wrong at once, unknown keys among it: a misspelt key would
 * else leave a default in force unseen.
 */
public final class ControlPlaneConfigReader {

    private static final String DEFAULTS = "application.yaml";
    private static final String ENVIRONMENT_PREFIX = "STREAMGAUGE_";
    private static final Set<String> SECRETS =
            Set.of(
                    "database.owner-password",
                    "database.app-password",
                    "database.system-password",
                    "redis.password");

    /** Elements of keys that can be lists; those of routes are known elsewhere. */
    private static final Pattern ELEMENT =
            Pattern.compile("(?:token\\.(?:algorithms|types)|sign-in\\.scopes)\\.\\d+");

    private final Config config;
    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();

    /**
     * @param environment what the environment says, by key; part of the configuration, too
     */
    private ControlPlaneConfigReader(Config config, Map<String, String> environment) {
        this.config = config;
        this.environment = environment;
    }

    /**
     * Reads the configuration.
     *
     * @param file YAML; its keys are those of {@code application.yaml}
     * @param environment variables of the process
     * @throws InvalidConfigException with every problem
     */
    public static ControlPlaneConfig read(Optional<Path> file, Map<String, String> environment) {
        Set<String> known = knownKeys();
        List<Supplier<? extends ConfigSource>> sources = new ArrayList<>();
        Map<String, String> overrides = fromEnvironment(environment, known);
        sources.add(ConfigSources.create(overrides));
        if (file.isPresent()) {
            if (!Files.isReadable(file.get())) {
                throw new InvalidConfigException(
                        List.of("%s: not readable (expected: a YAML file)".formatted(file.get())));
            }
            sources.add(ConfigSources.file(file.get()));
        }
        sources.add(ConfigSources.classpath(DEFAULTS));
        Config config =
                Config.builder()
                        .sources(sources)
                        .disableEnvironmentVariablesSource()
                        .disableSystemPropertiesSource()
                        .build();
        ControlPlaneConfigReader reader = new ControlPlaneConfigReader(config, overrides);
        reader.refuseUnknown(known);
        return reader.controlPlane();
    }

    private ControlPlaneConfig controlPlane() {
        HttpConfig http = section(this::http);
        DatabaseConfig database =
                section(
                        () ->
                                new DatabaseConfig(
                                        text("database.jdbc-url"),
                                        text("database.owner-user"),
                                        secret("database.owner-password"),
                                        text("database.app-user"),
                                        secret("database.app-password"),
                                        text("database.system-user"),
                                        secret("database.system-password"),
                                        integer("database.pool-size", 2)));
        KafkaConfig kafka =
                section(
                        () ->
                                new KafkaConfig(
                                        text("kafka.bootstrap-servers"),
                                        topics(),
                                        integer("kafka.event-partitions", 1),
                                        integer("kafka.result-partitions", 1),
                                        value(
                                                "kafka.replication-factor",
                                                "a whole number",
                                                Short::valueOf,
                                                (short) 1),
                                        duration("kafka.event-retention", Duration.ofDays(1)),
                                        number("kafka.event-retention-bytes-per-partition", -1)));
        TokenConfig token = section(this::token);
        IngestConfig ingest =
                section(
                        () ->
                                new IngestConfig(
                                        number(
                                                "ingest.max-body-bytes",
                                                IngestConfig.DEFAULT.maxBodyBytes()),
                                        duration(
                                                "ingest.heartbeat",
                                                IngestConfig.DEFAULT.heartbeat())));
        RetentionConfig retention =
                section(
                        () ->
                                new RetentionConfig(
                                        duration("retention.aggregates", Duration.ofDays(1)),
                                        duration("retention.rejected-events", Duration.ofDays(1))));
        GatewayConfig gateway = section(this::gateway);
        RedisConfig redis =
                section(
                        () ->
                                new RedisConfig(
                                        text("redis.url"),
                                        text("redis.username"),
                                        secret("redis.password"),
                                        text("redis.key-prefix"),
                                        duration(
                                                "redis.connect-timeout",
                                                RedisConfig.DEFAULT_CONNECT_TIMEOUT),
                                        duration(
                                                "redis.command-timeout",
                                                RedisConfig.DEFAULT_COMMAND_TIMEOUT)));
        FlinkConfig flink = section(() -> new FlinkConfig(text("flink.url")));
        SignInConfig signIn =
                section(() -> new SignInConfig(text("sign-in.client-id"), texts("sign-in.scopes")));
        if (!problems.isEmpty()
                || http == null
                || database == null
                || kafka == null
                || token == null
                || ingest == null
                || retention == null
                || gateway == null
                || redis == null
                || flink == null
                || signIn == null) {
            throw new InvalidConfigException(problems);
        }
        return new ControlPlaneConfig(
                http, database, kafka, token, ingest, retention, gateway, redis, flink, signIn);
    }

    private TokenConfig token() {
        TokenClaims claims =
                section(
                        () ->
                                new TokenClaims(
                                        text("token.tenant-claim"),
                                        text("token.roles-claim"),
                                        text("token.scope-claim"),
                                        text("token.operator-role")));
        return new TokenConfig(
                text("token.jwks"),
                text("token.issuer"),
                text("token.audience"),
                Set.copyOf(texts("token.algorithms")),
                Set.copyOf(texts("token.types")),
                duration("token.key-lifetime", TokenConfig.DEFAULT_KEY_LIFETIME),
                claims == null ? TokenClaims.DEFAULT : claims);
    }

    private GatewayConfig gateway() {
        List<RouteConfig> routes = new ArrayList<>();
        for (Config node : config.get("gateway.routes").asNodeList().orElse(List.of())) {
            RouteConfig route = section(() -> new RouteReader(this, node.name()).route());
            if (route != null) {
                routes.add(route);
            }
        }
        Duration ttl = duration("gateway.cache-ttl", GatewayConfig.DEFAULT.cacheTtl());
        long bytes = number("gateway.cache-bytes", GatewayConfig.DEFAULT.cacheBytes());
        // A class that could not be read may be the one that the others are checked against.
        return problems.isEmpty()
                ? new GatewayConfig(routes, ttl, bytes)
                : new GatewayConfig(GatewayConfig.DEFAULT.routes(), ttl, bytes);
    }

    /** A part of the configuration, or null where something is wrong with it, which is noted. */
    private <T> @Nullable T section(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (InvalidConfigException e) {
            problems.addAll(e.problems());
            return null;
        }
    }

    private HttpConfig http() {
        return new HttpConfig(
                text("http.host"),
                integer("http.port", 0),
                tls(),
                texts("http.cors.allowed-origins"),
                new HttpLimits(
                        integer("http.max-connections", HttpLimits.DEFAULT.maxConnections()),
                        integer("http.max-header-bytes", HttpLimits.DEFAULT.maxHeaderBytes()),
                        duration("http.idle-timeout", HttpLimits.DEFAULT.idleTimeout()),
                        duration("http.request-timeout", HttpLimits.DEFAULT.requestTimeout())));
    }

    private Optional<TlsFiles> tls() {
        Optional<Path> certificate = file("http.tls.certificate");
        Optional<Path> privateKey = file("http.tls.private-key");
        if (certificate.isPresent() != privateKey.isPresent()) {
            problems.add(
                    "%s: missing (expected: a PEM file, or none of the two)"
                            .formatted(
                                    certificate.isEmpty()
                                            ? "http.tls.certificate"
                                            : "http.tls.private-key"));
        }
        return certificate.flatMap(file -> privateKey.map(key -> new TlsFiles(file, key)));
    }

    private Topics topics() {
        return value(
                "kafka.topic-prefix",
                "1 to 100 letters, digits, '.', '_' or '-'",
                Topics::new,
                Topics.DEFAULT);
    }

    private int integer(String key, int stopgap) {
        return value(key, "a whole number", Integer::valueOf, stopgap);
    }

    private long number(String key, long stopgap) {
        return value(key, "a whole number", Long::valueOf, stopgap);
    }

    Duration duration(String key, Duration stopgap) {
        return value(
                key,
                "a duration such as 50ms, 10s or 7d",
                text -> Durations.parse(text).orElseThrow(IllegalArgumentException::new),
                stopgap);
    }

    String text(String key) {
        return config.get(key).asString().orElse("");
    }

    /** Several values: a list, or one text with commas between them. */
    List<String> texts(String key) {
        Config node = config.get(key);
        if (node.type() == Config.Type.LIST && !environment.containsKey(key)) {
            return node.asList(String.class).orElse(List.of());
        }
        return Arrays.stream(text(key).split(","))
                .map(String::strip)
                .filter(it -> !it.isEmpty())
                .toList();
    }

    private Optional<Path> file(String key) {
        return Optional.of(text(key).strip())
                .filter(it -> !it.isEmpty())
                .map(text -> value(key, "a file's path", Path::of, Path.of("")));
    }

    private String secret(String key) {
        Optional<String> file =
                config.get(key + "-file").asString().asOptional().filter(it -> !it.isBlank());
        if (file.isEmpty()) {
            return text(key);
        }
        try {
            return Files.readString(Path.of(file.get())).strip();
        } catch (IOException | InvalidPathException e) {
            problems.add(
                    "%s-file: %s cannot be read (expected: a file with the password)"
                            .formatted(key, file.get()));
            return "";
        }
    }

    /**
     * A value, or what stands in for a malformed one while the rest of its section is checked; it
     * is never used, since the problem is noted.
     */
    <T> T value(String key, String expectation, Function<String, T> parser, T stopgap) {
        String text = text(key).strip();
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            problems.add("%s: %s (expected: %s)".formatted(key, text, expectation));
            return stopgap;
        }
    }

    private void refuseUnknown(Set<String> known) {
        config.traverse()
                .filter(Config::isLeaf)
                .map(node -> node.key().toString())
                .filter(
                        key ->
                                !known.contains(key)
                                        && !RouteReader.isKey(key)
                                        && !ELEMENT.matcher(key).matches())
                .sorted()
                .map(
                        key ->
                                key
                                        + ": not a key of the configuration (expected: one of those"
                                        + " in its reference)")
                .forEach(problems::add);
    }

    /** What the defaults name, and the files that secrets can come from. */
    private static Set<String> knownKeys() {
        Stream<String> named =
                Config.just(ConfigSources.classpath(DEFAULTS))
                        .traverse()
                        .filter(Config::isLeaf)
                        .map(node -> node.key().toString());
        return Stream.concat(named, SECRETS.stream().map(key -> key + "-file"))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Map<String, String> fromEnvironment(
            Map<String, String> environment, Set<String> known) {
        Map<String, String> values = new HashMap<>();
        for (String key : known) {
            String variable =
                    ENVIRONMENT_PREFIX
                            + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
            String value = environment.get(variable);
            if (value != null) {
                values.put(key, value);
            }
        }
        return values;
    }
}
