package io.streamgauge.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.RunningControlPlane;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That the gateway's memory of series goes with their stream, and not hours later. */
class ForgottenSeriesIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String STREAM = "/api/v1/streams/s";
    private static final String SPEC =
            """
            {"name": "s", "fields": [{"name": "id", "type": "string", "role": "dimension"}]}\
            """;

    private final TenantId tenant = SERVER.backends().newTenant();
    private final ApiClient client = SERVER.admin(tenant);

    /** Of the other tests' streams, at the same control plane. */
    private double before;

    @BeforeEach
    void openASeries() {
        before = seriesMemory();
        client.post("/api/v1/streams", SPEC);
        assertThat(client.post(STREAM + "/events", "{\"id\": \"a\"}").status()).isEqualTo(200);
        assertThat(seriesMemory()).isGreaterThan(before);
    }

    @Test
    void goesWithItsStream() {
        assertThat(client.delete(STREAM, "If-Match", "*").status()).isEqualTo(204);

        await().untilAsserted(() -> assertThat(seriesMemory()).isLessThanOrEqualTo(before));
    }

    @Test
    void goesWithItsTenant() {
        SERVER.operator().delete("/api/v1/tenants/" + tenant, "If-Match", "*");

        await().untilAsserted(() -> assertThat(seriesMemory()).isLessThanOrEqualTo(before));
    }

    private static double seriesMemory() {
        return SERVER.anonymous()
                .get("/metrics", "Accept", "text/plain")
                .body()
                .lines()
                .filter(it -> it.startsWith("streamgauge_series_memory"))
                .mapToDouble(it -> Double.parseDouble(it.substring(it.lastIndexOf(' '))))
                .sum();
    }
}
