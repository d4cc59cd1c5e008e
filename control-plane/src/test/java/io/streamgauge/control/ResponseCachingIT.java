package io.streamgauge.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TestingIssuer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * That cached responses are true for whoever gets them; how the cache works is proved beside it.
 */
class ResponseCachingIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String STREAMS = "/api/v1/streams";
    private static final String SPEC =
            """
            {"name": "%s", "description": "%s",
             "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
            """;

    private TenantId tenant;
    private ApiClient client;

    @BeforeEach
    void newTenant() {
        tenant = SERVER.backends().newTenant();
        client = SERVER.admin(tenant);
    }

    @Test
    void givesDefinitionsAgain() {
        create(client, "one");
        for (String path : new String[] {STREAMS, STREAMS + "?limit=1", STREAMS + "/one"}) {
            Answer first = client.get(path);
            Answer again = awaitHit(client, path);

            assertThat(again.status()).isEqualTo(200);
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(again.header("ETag")).isEqualTo(first.header("ETag")).startsWith("\"");
            assertThat(again.header("Cache-Control")).isEqualTo(first.header("Cache-Control"));
            assertThat(client.get(path, "If-None-Match", again.header("ETag")).status())
                    .isEqualTo(304);
            assertThat(client.send("HEAD", path, null).header("Content-Length"))
                    .isEqualTo(Integer.toString(again.body().length()));
        }
    }

    @Test
    void showsEveryChangeToWhoeverMadeIt() {
        for (int i = 0; i < 20; i++) {
            Answer created = create(client, "s");
            assertThat(client.get(STREAMS).json().path("items")).hasSize(1);
            assertThat(description(client)).isEqualTo("first");
            awaitHit(client, STREAMS + "/s");

            client.put(STREAMS + "/s", SPEC.formatted("s", "second"), "If-Match", "*");
            assertThat(description(client)).isEqualTo("second");
            assertThat(client.get(STREAMS + "/s", "If-None-Match", created.header("ETag")).status())
                    .isEqualTo(200);

            client.delete(STREAMS + "/s", "If-Match", "*");
            assertThat(client.get(STREAMS + "/s").status()).isEqualTo(404);
            assertThat(client.get(STREAMS).json().path("items")).isEmpty();
        }
    }

    @Test
    void givesNoTenantWhatIsAnothers() {
        ApiClient other = SERVER.admin(SERVER.backends().newTenant());
        create(client, "same");
        assertThat(other.get(STREAMS + "/same").status()).isEqualTo(404);
        awaitHit(client, STREAMS + "/same");
        awaitHit(client, STREAMS);

        assertThat(other.get(STREAMS + "/same").status()).isEqualTo(404);
        assertThat(other.get(STREAMS).json().path("items")).isEmpty();

        create(other, "same");
        String own = awaitHit(client, STREAMS + "/same").json().path("tenant").asText();
        String others = awaitHit(other, STREAMS + "/same").json().path("tenant").asText();
        assertThat(own).isEqualTo(tenant.value()).isNotEqualTo(others);
    }

    @Test
    void givesWhatOneMaySeeOnlyToThoseWithTheSameRights() {
        insert("one");
        ApiClient viewer = SERVER.with(SERVER.issuer().token(tenant, "viewer"));
        ApiClient otherViewer = SERVER.with(SERVER.issuer().token(tenant, "viewer"));
        ApiClient editor = SERVER.with(SERVER.issuer().token(tenant, "editor"));
        ApiClient withoutRight =
                SERVER.with(
                        SERVER.issuer()
                                .token(
                                        TestingIssuer.claims(tenant, "editor")
                                                .claim("scope", "events:write")
                                                .build()));
        await().untilAsserted(
                        () -> { // news of what came before this test may void the cache
                            awaitHit(viewer, STREAMS + "/one");
                            assertThat(otherViewer.get(STREAMS + "/one").header("Cache-Status"))
                                    .contains("hit");
                        });
        assertThat(withoutRight.get(STREAMS + "/one").status()).isEqualTo(403);
        assertThat(editor.get(STREAMS + "/one").header("Cache-Status")).contains("fwd=miss");
        assertThat(SERVER.anonymous().get(STREAMS + "/one").status()).isEqualTo(401);
    }

    @Test
    void neverKeepsWhatChangesWithoutARequest() {
        create(client, "one");
        for (String path :
                new String[] {
                    STREAMS + "/one/aggregates", STREAMS + "/one/rejected-events", "/openapi.yaml"
                }) {
            client.get(path);
            Answer again = client.get(path);

            assertThat(again.status()).isEqualTo(200);
            assertThat(again.headers().firstValue("Cache-Status")).isEmpty();
            assertThat(again.headers().firstValue("Age")).isEmpty();
        }
    }

    @Test
    void keepsDefinitionsWhileEventsCome() {
        insert("one");
        awaitHit(client, STREAMS + "/one");

        assertThat(client.post(STREAMS + "/one/events", "[{\"v\": 1}]").status()).isEqualTo(200);

        assertThat(client.get(STREAMS + "/one").header("Cache-Status")).contains("hit");
    }

    @Test
    void showsWithinASecondWhatAnotherReplicaHasChanged() {
        create(client, "s");
        try (ControlPlane replica = ControlPlane.start(SERVER.config())) {
            ApiClient elsewhere =
                    new ApiClient(replica.port(), SERVER.issuer().token(tenant, "admin"));
            awaitHit(elsewhere, STREAMS + "/s");
            awaitHit(elsewhere, STREAMS);

            client.put(STREAMS + "/s", SPEC.formatted("s", "second"), "If-Match", "*");
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> description(elsewhere).equals("second"));
            elsewhere.delete(STREAMS + "/s", "If-Match", "*");
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> client.get(STREAMS).json().path("items").isEmpty());
            assertThat(client.get(STREAMS + "/s").status()).isEqualTo(404);
        }
    }

    @Test
    void countsWhatItDoes() {
        create(client, "one");
        awaitHit(client, STREAMS + "/one");

        assertThat(SERVER.anonymous().get("/metrics", "Accept", "text/plain").body())
                .contains("streamgauge_cache_hits_total")
                .contains("streamgauge_cache_misses_total")
                .contains("streamgauge_cache_collapsed_total")
                .contains("streamgauge_cache_invalidations_total")
                .contains("streamgauge_cache_size_bytes")
                .contains("streamgauge_cache_entries");
    }

    private static String description(ApiClient client) {
        return client.get(STREAMS + "/s").json().path("description").asText();
    }

    private static Answer create(ApiClient client, String name) {
        Answer created = client.post(STREAMS, SPEC.formatted(name, "first"));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        return created;
    }

    /** Behind the server's back, so that nothing is heard of it and what is cached stays so. */
    private void insert(String name) {
        SERVER.backends().newStream(tenant, SPEC.formatted(name, "first"));
    }

    /** A change is heard of once more by way of Kafka, so that the second request may be no hit. */
    private static Answer awaitHit(ApiClient client, String path) {
        return await().until(
                        () -> client.get(path),
                        it -> it.header("Cache-Status").startsWith("streamgauge; hit"));
    }
}
