package io.streamgauge.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.ControlPlaneConfig;
import io.streamgauge.control.config.GatewayConfig;
import io.streamgauge.control.config.RouteConfig;
import io.streamgauge.control.config.UpstreamTarget;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A service behind the gateway: everything that holds for the API's own routes holds for it. */
@SuppressWarnings("NullAway.Init") // before the tests
class UpstreamRouteIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final int LIMIT = 5;
    private static final List<Headers> SEEN = new CopyOnWriteArrayList<>();

    private static HttpServer service;
    private static ControlPlane gateway;

    private TenantId tenant;

    @BeforeAll
    static void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext(
                "/",
                exchange -> {
                    SEEN.add(exchange.getRequestHeaders());
                    byte[] body = exchange.getRequestURI().toString().getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        service.start();
        List<RouteConfig> routes = new ArrayList<>(GatewayConfig.DEFAULT.routes());
        routes.add(
                new RouteConfig(
                        "legacy",
                        List.of("/legacy"),
                        Set.of("jwt"),
                        Set.of("streams:read"),
                        Optional.of((long) LIMIT),
                        Duration.ofHours(1),
                        true,
                        false,
                        true,
                        Optional.of(
                                new UpstreamTarget(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + service.getAddress().getPort()),
                                        true,
                                        false))));
        ControlPlaneConfig like = SERVER.config();
        gateway =
                ControlPlane.start(
                        new ControlPlaneConfig(
                                like.http(),
                                like.database(),
                                SERVER.backends().kafka(),
                                like.token(),
                                like.ingest(),
                                like.retention(),
                                new GatewayConfig(routes, like.gateway().cacheTtl(), 1_000_000),
                                like.redis()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        service.stop(0);
    }

    @BeforeEach
    void newTenant() {
        tenant = SERVER.backends().newTenant();
        SEEN.clear();
    }

    @Test
    void isReachedWithTheVerifiedIdentityAndWithoutTheCredential() {
        Answer answer =
                with("viewer")
                        .get(
                                "/legacy/reports?x=1",
                                "X-Streamgauge-Subject",
                                "somebody else",
                                "X-Api-Tenant",
                                "kept");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("/reports?x=1");
        Headers seen = SEEN.getFirst();
        assertThat(seen.get("X-Tenant-Id")).containsExactly(tenant.value());
        assertThat(seen.get("X-Streamgauge-Subject")).containsExactly("someone");
        assertThat(seen.get("Authorization")).isNull();
        assertThat(seen.getFirst("X-Request-Id")).isEqualTo(answer.header("X-Request-Id"));
    }

    @Test
    void isNotReachedByWhoMayNot() {
        assertThat(new ApiClient(gateway.port(), "").get("/legacy/x").status()).isEqualTo(401);
        assertThat(with().get("/legacy/x").status()).as("no role").isEqualTo(403);
        assertThat(
                        with("viewer")
                                .get(
                                        "/legacy/x",
                                        "X-Tenant-Id",
                                        SERVER.backends().newTenant().value())
                                .status())
                .isEqualTo(403);

        assertThat(SEEN).isEmpty();
    }

    @Test
    void countsTowardTheLimitOfItsClass() {
        ApiClient client = with("viewer");
        for (int i = 0; i < LIMIT; i++) {
            assertThat(client.get("/legacy/x").status()).isEqualTo(200);
        }

        Answer refused = client.get("/legacy/x");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("RateLimit-Policy")).contains("\"legacy\";q=5;w=3600");
        assertThat(refused.header("Retry-After")).isNotEmpty();
        assertThat(SEEN).hasSize(LIMIT);
    }

    private ApiClient with(String... roles) {
        return new ApiClient(gateway.port(), SERVER.issuer().token(tenant, roles));
    }
}
