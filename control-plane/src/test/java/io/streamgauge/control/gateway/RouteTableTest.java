package io.streamgauge.control.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.control.config.GatewayConfig;
import io.streamgauge.control.config.InvalidConfigException;
import io.streamgauge.control.config.RouteConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {

    private final RouteTable table = new RouteTable(GatewayConfig.DEFAULT.routes());

    @ParameterizedTest
    @CsvSource({
        "/api/v1/streams, definitions",
        "/api/v1/streams/, definitions",
        "/api/v1/streams/abc, definitions",
        "/api/v1/streams/abc/events, ingest",
        "/api/v1/streams/abc/events/more, ingest",
        "/api//v1///streams/abc/events, ingest",
        "/api/v1/streams/abc/aggregates, real-time",
        "/api/v1/streams/abc/other, definitions",
        "/api/v1/streamsabc, api",
        "/api/v1/live, real-time",
        "/api/v1/tenants/acme/usage, enterprise",
        "/api/v1/audit, enterprise",
        "/api/v1/api-keys/abc, enterprise",
        "/api/v1/members, enterprise",
        "/api/v1/jobs, platform",
        "/api/v2, api",
        "/api, api"
    })
    void findsTheClassOfTheLongestPrefix(String path, String name) {
        assertThat(table.find(path).map(route -> route.config().name())).contains(name);
    }

    @ParameterizedTest
    @CsvSource({"/health", "/", "/apis", "/openapi.yaml", "/metrics"})
    void leavesOtherPathsOpen(String path) {
        assertThat(table.find(path)).isEmpty();
    }

    @Test
    void putsASegmentThatIsSpelledOutBeforeOneInBracesAndGoesBackWhereItLeadsNowhere() {
        RouteTable own =
                new RouteTable(
                        List.of(
                                route("any", "/a/{x}/c"),
                                route("named", "/a/b/d"),
                                route("root", "/a")));

        assertThat(own.find("/a/b/d").orElseThrow().config().name()).isEqualTo("named");
        assertThat(own.find("/a/b/c").orElseThrow().config().name()).isEqualTo("any");
        assertThat(own.find("/a/b/e").orElseThrow().config().name()).isEqualTo("root");
    }

    @Test
    void refusesScopesThatThereAreNot() {
        RouteConfig config =
                new RouteConfig(
                        "x",
                        List.of("/x"),
                        Set.of("jwt"),
                        Set.of("everything"),
                        Optional.empty(),
                        Duration.ofHours(1),
                        false,
                        false,
                        true,
                        Optional.empty());

        assertThatThrownBy(() -> new RouteTable(List.of(config)))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("gateway.routes.x.scopes: everything");
    }

    private static RouteConfig route(String name, String path) {
        return new RouteConfig(
                name,
                List.of(path),
                Set.of("jwt"),
                Set.of(),
                Optional.empty(),
                Duration.ofHours(1),
                false,
                false,
                true,
                Optional.empty());
    }
}
