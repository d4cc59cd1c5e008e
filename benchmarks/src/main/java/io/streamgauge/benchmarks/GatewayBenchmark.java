package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Topics;
import io.streamgauge.control.ControlPlane;
import io.streamgauge.control.config.ControlPlaneConfig;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.config.GatewayConfig;
import io.streamgauge.control.config.HttpConfig;
import io.streamgauge.control.config.IngestConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.config.RedisConfig;
import io.streamgauge.control.config.RetentionConfig;
import io.streamgauge.control.config.RouteConfig;
import io.streamgauge.control.config.TokenConfig;
import io.streamgauge.embedded.EmbeddedKafka;
import io.streamgauge.embedded.EmbeddedPostgres;
import io.streamgauge.local.token.LocalKeys;
import io.streamgauge.local.token.TokenIssuer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/**
 * How many requests a second pass the whole gateway: access log, authentication, tenant, rate
 * limit, cache. wrk sends them, on the same machine; before and after, it sends as many as it can
 * to {@link PlainServer}, with a body of the same size, which is the baseline.
 *
 * <p>Arguments: seconds for each measurement (15), connections (32).
 */
public final class GatewayBenchmark {

    private static final TenantId TENANT = new TenantId("benchmark");
    private static final String STREAM = "/api/v1/streams/gateway";
    private static final int WARM_UP_SECONDS = 30;

    /** Far from every limit: refusals are not what is measured here. */
    private static final long PLENTY = 1_000_000_000_000L;

    private static final String SPEC =
            """
            {"name":"gateway","fields":[
              {"name":"time","type":"timestamp","role":"timestamp"},
              {"name":"host","type":"string","role":"dimension"},
              {"name":"value","type":"number","role":"measure"}]}
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private final PrintStream out;
    private final int seconds;
    private final Wrk wrk;

    private GatewayBenchmark(PrintStream out, int seconds, int connections) {
        this.out = out;
        this.seconds = seconds;
        wrk = new Wrk(connections);
    }

    /** Runs the measurement and prints it. */
    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        int connections = args.length > 1 ? Integer.parseInt(args[1]) : 32;
        Path folder = Files.createTempDirectory("streamgauge-gateway");
        TokenIssuer tokens =
                new TokenIssuer(LocalKeys.openOrCreate(folder.resolve("keys")), Clock.systemUTC());
        try (EmbeddedPostgres postgres =
                        EmbeddedPostgres.start(EmbeddedPostgres.Options.ephemeral());
                EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
                ControlPlane controlPlane =
                        ControlPlane.start(
                                config(
                                        DatabaseConfig.trusted(postgres.jdbcUrl(), postgres.user()),
                                        kafka.bootstrapServers(),
                                        folder.resolve("keys").resolve("jwks.json")))) {
            Jdbi.create(postgres.jdbcUrl(), postgres.user(), "")
                    .useHandle(
                            handle -> {
                                handle.execute(
                                        "INSERT INTO tenants (id, name, tier) VALUES (?, '',"
                                                + " 'platinum')",
                                        TENANT.value());
                                handle.execute(
                                        "UPDATE tenant_resources SET quota_limit = ? WHERE"
                                                + " tenant_id = ?",
                                        PLENTY,
                                        TENANT.value());
                            });
            String token = tokens.issue("benchmark", TENANT, Set.of("admin"), Duration.ofHours(1));
            new GatewayBenchmark(System.out, seconds, connections)
                    .run("http://127.0.0.1:" + controlPlane.port(), token);
        }
    }

    private void run(String api, String token) throws Exception {
        String authorization = "Authorization: Bearer " + token;
        post(api + "/api/v1/streams", token, SPEC);
        String key =
                post(
                                api + "/api/v1/api-keys",
                                token,
                                "{\"name\":\"benchmark\",\"scopes\":[\"streams:read\"]}")
                        .path("key")
                        .asText();
        HttpResponse<String> stream = get(api + STREAM, token);
        String etag = stream.headers().firstValue("ETag").orElseThrow();

        Process plain = plainServer(stream.body());
        try {
            String hello = "http://127.0.0.1:" + port(plain) + "/hello";
            Map<String, Call> calls = new LinkedHashMap<>();
            calls.put("plain Helidon", new Call(hello));
            calls.put("cached GET, token", new Call(api + STREAM, authorization));
            calls.put("cached GET, API key", new Call(api + STREAM, "X-API-Key: " + key));
            calls.put(
                    "cached GET, 304",
                    new Call(api + STREAM, authorization, "If-None-Match: " + etag));
            calls.put(
                    "uncached GET of the database",
                    new Call(api + STREAM + "/aggregates", authorization));
            calls.put("refused, no credential", new Call(api + STREAM));
            for (Call call : calls.values()) {
                wrk.run(WARM_UP_SECONDS / 2, call.url(), call.headers());
            }
            print(calls);
        } finally {
            plain.destroy();
            plain.waitFor();
        }
    }

    /** Twice in turn, so that a noisy moment does not fall on one of them alone. */
    private void print(Map<String, Call> calls) throws Exception {
        Map<String, List<Wrk.Outcome>> outcomes = new LinkedHashMap<>();
        for (int round = 0; round < 2; round++) {
            for (Map.Entry<String, Call> call : calls.entrySet()) {
                outcomes.computeIfAbsent(call.getKey(), name -> new ArrayList<>())
                        .add(wrk.run(seconds, call.getValue().url(), call.getValue().headers()));
            }
        }
        double baseline = rate(outcomes.values().iterator().next());
        out.printf("%-30s %12s %10s %8s%n", "", "requests/s", "p99 ms", "ratio");
        outcomes.forEach(
                (name, runs) ->
                        out.printf(
                                "%-30s %12.0f %10.2f %8.2f  %s%n",
                                name,
                                rate(runs),
                                runs.stream().mapToDouble(Wrk.Outcome::p99Millis).max().orElse(0),
                                rate(runs) / baseline,
                                runs.getLast().failures()));
    }

    private static double rate(List<Wrk.Outcome> runs) {
        return runs.stream().mapToDouble(Wrk.Outcome::rate).average().orElse(0);
    }

    private record Call(String url, List<String> headers) {

        Call(String url, String... headers) {
            this(url, List.of(headers));
        }
    }

    private JsonNode post(String url, String token, String json) throws Exception {
        HttpResponse<String> response =
                http.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(json))
                                .build(),
                        BodyHandlers.ofString());
        if (response.statusCode() != 201) {
            throw new IOException(url + ": " + response.statusCode() + " " + response.body());
        }
        return Json.mapper().readTree(response.body());
    }

    private HttpResponse<String> get(String url, String token) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
    }

    private static Process plainServer(String body) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PlainServer.class.getName(),
                        body)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static int port(Process server) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("port ")) {
                return Integer.parseInt(line.substring("port ".length()));
            }
        }
        throw new IOException("the plain server has ended (expected: a line with its port)");
    }

    private static ControlPlaneConfig config(
            DatabaseConfig database, String bootstrapServers, Path jwks) {
        List<RouteConfig> routes =
                GatewayConfig.DEFAULT.routes().stream().map(GatewayBenchmark::unlimited).toList();
        return new ControlPlaneConfig(
                HttpConfig.plain("127.0.0.1", 0),
                database,
                new KafkaConfig(
                        bootstrapServers, Topics.DEFAULT, 1, 1, (short) 1, Duration.ofHours(1), -1),
                new TokenConfig(jwks.toString(), TokenIssuer.ISSUER, TokenIssuer.AUDIENCE),
                IngestConfig.DEFAULT,
                RetentionConfig.DEFAULT,
                new GatewayConfig(
                        routes,
                        GatewayConfig.DEFAULT.cacheTtl(),
                        GatewayConfig.DEFAULT.cacheBytes()),
                RedisConfig.NONE);
    }

    /** The same class with a limit that is counted, and never reached. */
    private static RouteConfig unlimited(RouteConfig route) {
        return new RouteConfig(
                route.name(),
                route.paths(),
                route.auth(),
                route.scopes(),
                route.limit().isPresent() ? Optional.of(PLENTY) : Optional.empty(),
                route.window(),
                route.tierLimit(),
                route.cacheable(),
                route.tenantRequired(),
                route.target());
    }
}
