package io.streamgauge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlertsClientIT {

    private static final ObjectNode SPEC =
            new ObjectMapper().createObjectNode().put("name", "too slow");

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final TestingServer server = new TestingServer(this::answer);
    private final Alerts alerts =
            Alerts.of(Access.of(server.uri(), () -> "secret").withTenant("demo"));
    private volatile boolean isThere;

    private void answer(HttpRouting.Builder routing) {
        routing.any(
                "/api/v1/*",
                (request, response) -> {
                    note(request);
                    if (request.query().contains("note")
                            && request.query().get("note").equals("bad")) {
                        problem(response, Status.BAD_REQUEST_400, "name: empty");
                    } else {
                        answer(request, response);
                    }
                });
        routing.any(
                "/api/v1/alerts/*",
                (request, response) -> {
                    note(request);
                    answer(request, response);
                });
    }

    private void note(ServerRequest request) {
        String query = request.query().rawValue();
        requests.add(
                request.prologue().method().text()
                        + ' '
                        + request.path().rawPath()
                        + (query.isEmpty() ? "" : '?' + query)
                        + request.headers()
                                .first(HeaderNames.IF_MATCH)
                                .map(it -> " of " + it)
                                .orElse(""));
        assertThat(request.headers().get(HeaderNames.AUTHORIZATION).get())
                .isEqualTo("Bearer secret");
        assertThat(request.headers().get(HeaderNames.create("X-Tenant-Id")).get())
                .isEqualTo("demo");
    }

    private void answer(ServerRequest request, ServerResponse response) {
        if (request.path().rawPath().endsWith("/active")) {
            boolean first = !request.query().contains("cursor");
            response.send(
                    first
                            ? "{\"items\":[{\"id\":\"a\"}],\"nextCursor\":\"c+1\"}"
                            : "{\"items\":[{\"id\":\"b\"}]}");
        } else if (request.prologue().method().text().equals("GET") && !isThere) {
            problem(response, Status.NOT_FOUND_404, "no such alert");
        } else {
            response.header(HeaderNames.ETAG, "\"7\"");
            response.send("{\"name\":\"too slow\",\"version\":1}");
        }
    }

    private static void problem(ServerResponse response, Status status, String detail) {
        response.status(status)
                .header(HeaderNames.RETRY_AFTER, "3")
                .send("{\"status\":%d,\"detail\":\"%s\"}".formatted(status.code(), detail));
    }

    @AfterEach
    void stop() {
        alerts.close();
        server.close();
    }

    @Test
    void configuresAnAlertThatThereIsNotByCreatingIt() throws Exception {
        assertThat(alerts.configure(SPEC, ConfigureOptions.DEFAULT.withNote("a first")).toString())
                .contains("\"version\":1");

        assertThat(requests)
                .containsExactly(
                        "GET /api/v1/alerts/too%20slow", "POST /api/v1/alerts?note=a+first");
    }

    @Test
    void configuresAnAlertThatThereIsByReplacingJustWhatWasRead() throws Exception {
        isThere = true;

        alerts.configure(
                SPEC,
                ConfigureOptions.DEFAULT
                        .withOnChange(ConfigureOptions.OnChange.DRAIN)
                        .withDryRun());

        assertThat(requests)
                .containsExactly(
                        "GET /api/v1/alerts/too%20slow",
                        "PUT /api/v1/alerts/too%20slow?dryRun=true&onChange=drain of \"7\"");
    }

    @Test
    void configuresJustTheRevisionThatIsNamed() throws Exception {
        alerts.configure(SPEC, ConfigureOptions.DEFAULT.withEtag("\"6\""));

        assertThat(requests).containsExactly("PUT /api/v1/alerts/too%20slow of \"6\"");
    }

    @Test
    void givesOutWhatIsActivePageByPage() throws Exception {
        assertThat(
                        alerts.getActive(
                                ActiveFilter.ALL
                                        .withStream("orders")
                                        .withSeverities("warning", "critical")))
                .extracting(it -> it.path("id").asText())
                .containsExactly("a", "b");

        assertThat(requests)
                .containsExactly(
                        "GET /api/v1/alerts/active?stream=orders&severity=warning&severity=critical&limit=200",
                        "GET /api/v1/alerts/active?stream=orders&severity=warning&severity=critical&limit=200&cursor=c%2B1");
    }

    @Test
    void saysWhyTheServerHasRefused() {
        assertThatThrownBy(() -> alerts.configure(SPEC, ConfigureOptions.DEFAULT.withNote("bad")))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        it -> {
                            assertThat(it.status()).isEqualTo(400);
                            assertThat(it).hasMessage("400 name: empty");
                            assertThat(it.problem().path("detail").asText())
                                    .isEqualTo("name: empty");
                            assertThat(it.retryAfter().map(duration -> duration.toSeconds()))
                                    .isEqualTo(Optional.of(3L));
                        });
    }
}
