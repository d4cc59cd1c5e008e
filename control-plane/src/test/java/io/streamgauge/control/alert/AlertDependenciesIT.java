package io.streamgauge.control.alert;

import static io.streamgauge.control.alert.AlertFixture.ALERTS;
import static io.streamgauge.control.alert.AlertFixture.ORDERS;
import static io.streamgauge.control.alert.AlertFixture.STREAMS;
import static io.streamgauge.control.alert.AlertFixture.composite;
import static io.streamgauge.control.alert.AlertFixture.read;
import static io.streamgauge.control.alert.AlertFixture.threshold;
import static io.streamgauge.control.alert.AlertFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What alerts rely on cannot be taken from under them. */
class AlertDependenciesIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private AlertFixture alerts;

    @BeforeEach
    void newTenant() {
        alerts = AlertFixture.create(SERVER);
    }

    @Test
    void keepsAStreamThatAlertsAreOf() {
        alerts.create(threshold("a"));
        alerts.create(threshold("b"));

        Answer refused = alerts.client().delete(STREAMS + "/orders", "If-Match", "*");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().path("code").asText()).isEqualTo("in-use");
        assertThat(refused.json().path("detail").asText()).contains("alert a, alert b");
        alerts.delete("a");
        alerts.delete("b");
        assertThat(alerts.client().delete(STREAMS + "/orders", "If-Match", "*").status())
                .isEqualTo(204);
    }

    @Test
    void refusesAChangeOfAStreamThatBreaksAnAlertAndNamesIt() {
        alerts.create(with(threshold("paid"), it -> it.put("where", "event.status == \"paid\"")));
        ObjectNode without = read(ORDERS);
        ((ArrayNode) without.path("fields")).remove(4);

        Answer refused =
                alerts.client().put(STREAMS + "/orders", without.toString(), "If-Match", "*");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().path("code").asText()).isEqualTo("incompatible-change");
        assertThat(refused.json().path("errors").findValuesAsText("detail"))
                .anyMatch(it -> it.contains("alert paid") && it.contains("status"));
    }

    @Test
    void letsAStreamChangeThatBreaksNothing() {
        alerts.create(threshold("a"));
        ObjectNode more = read(ORDERS);
        ((ArrayNode) more.path("fields"))
                .add(
                        read(
                                "{\"name\": \"note\", \"type\": \"string\", \"role\":"
                                        + " \"attribute\"}"));

        Answer changed = alerts.client().put(STREAMS + "/orders", more.toString(), "If-Match", "*");

        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        alerts.create(with(threshold("b"), it -> it.put("where", "has(event.note)")));
    }

    @Test
    void resolvesTheMembersOfAComposite() {
        String id = alerts.create(threshold("a")).json().path("id").asText();
        alerts.create(threshold("b"));
        alerts.create(composite("both", id, "b"));

        AlertDefinition definition = alerts.messages(SERVER, 3).getLast().orElseThrow();

        assertThat(definition.stream()).isEmpty();
        assertThat(definition.members()).containsOnlyKeys(id, "b");
        assertThat(definition.members().values()).extracting(Object::toString).contains(id);
    }

    @Test
    void refusesMembersThatAreNoneThatAreCompositesOrThatHaveOtherKeys() {
        alerts.create(threshold("a"));
        alerts.create(withKeys("whole"));
        alerts.create(composite("c", "a"));

        Answer refused =
                alerts.client()
                        .post(ALERTS, composite("d", "a", "nothing", "c", "whole").toString());
        Answer cycle = alerts.put("c", composite("c", "a", "c"));

        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.json().path("errors").findValuesAsText("pointer"))
                .containsExactly("#/condition/all/1", "#/condition/all/2", "#/condition/all/3");
        assertThat(cycle.status()).isEqualTo(400);
        assertThat(cycle.json().at("/errors/0/pointer").asText()).isEqualTo("#/condition/all/1");
    }

    @Test
    void keepsTheMembersOfComposites() {
        alerts.create(threshold("a"));
        alerts.create(composite("c", "a"));

        Answer deleted = alerts.delete("a");
        Answer otherKeys = alerts.put("a", withKeys("a", "currency"));
        Answer otherLevel = alerts.put("a", threshold("a", 5));

        assertThat(deleted.status()).isEqualTo(409);
        assertThat(deleted.json().path("code").asText()).isEqualTo("in-use");
        assertThat(deleted.json().path("detail").asText()).contains("c (expected");
        assertThat(otherKeys.status()).isEqualTo(409);
        assertThat(otherKeys.json().at("/errors/0/pointer").asText()).isEqualTo("#/groupBy");
        assertThat(otherLevel.status()).as(otherLevel.body()).isEqualTo(200);
        assertThat(alerts.delete("c").status()).isEqualTo(204);
        assertThat(alerts.delete("a").status()).isEqualTo(204);
    }

    @Test
    void letsAMemberGoThatNoRunningVersionNames() {
        alerts.create(threshold("a"));
        alerts.create(threshold("b"));
        alerts.create(composite("c", "a"));

        alerts.put("c?onChange=drain", composite("c", "b"));
        assertThat(alerts.delete("a").status()).as("version 1 drains").isEqualTo(409);
        alerts.put("c", with(composite("c", "b"), it -> it.put("severity", "info")));

        assertThat(alerts.delete("a").status()).isEqualTo(204);
        Answer outlived = alerts.post("c/versions/1/restore");
        assertThat(outlived.status()).isEqualTo(409);
        assertThat(outlived.json().path("code").asText()).isEqualTo("no-longer-valid");
    }

    @Test
    void makesNoAlertOfAStreamThatIsDeletedMeanwhile() throws Exception {
        for (int i = 0; i < 10; i++) {
            AlertFixture fixture = AlertFixture.create(SERVER);
            CountDownLatch start = new CountDownLatch(1);
            try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Answer> created =
                        pool.submit(
                                () -> {
                                    start.await();
                                    return fixture.client().post(ALERTS, threshold("a").toString());
                                });
                Future<Answer> deleted =
                        pool.submit(
                                () -> {
                                    start.await();
                                    return fixture.client()
                                            .delete(STREAMS + "/orders", "If-Match", "*");
                                });
                start.countDown();

                assertThat(List.of(created.get().status(), deleted.get().status()))
                        .isIn(List.of(201, 409), List.of(400, 204));
            }
        }
    }

    @Test
    void showsWhatTheJobsSay() {
        String id = alerts.create(threshold("a")).json().path("id").asText();
        SERVER.backends()
                .owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        """
                                        INSERT INTO alert_status
                                        SELECT ?, ?::uuid, 1, i, 2, 1, 'active',
                                            '2026-01-07T10:00Z'::timestamptz, i,
                                            CASE WHEN i = 1 THEN 'amount: absent' END, 0, 3, now(),
                                            4, CASE WHEN i = 0 THEN '2026-01-07T10:01Z'::timestamptz END
                                        FROM generate_series(0, 1) i\
                                        """,
                                        alerts.tenant().value(),
                                        id));

        JsonNode version = alerts.get("a/status").json().at("/versions/0");

        assertThat(version.path("mode").asText()).isEqualTo("active");
        assertThat(version.path("activeSubtasks").asInt()).isEqualTo(2);
        assertThat(version.path("subtasks").asInt()).isEqualTo(2);
        assertThat(version.path("errors").asInt()).isEqualTo(1);
        assertThat(version.path("lastError").asText()).isEqualTo("amount: absent");
        assertThat(version.path("droppedInstances").asInt()).isEqualTo(6);
        assertThat(version.path("effectiveFrom").asText()).isEqualTo("2026-01-07T10:00:00Z");
        assertThat(version.path("throttled").asInt()).isEqualTo(8);
        assertThat(version.path("throttledUntil").asText()).isEqualTo("2026-01-07T10:01:00Z");
    }

    @Test
    void showsHowFarTheJobIs() {
        SERVER.backends()
                .owner()
                .useHandle(handle -> handle.execute("DELETE FROM alerting_clocks"));
        alerts.create(threshold("a"));
        assertThat(alerts.get("a/status").json().has("clock")).isFalse();
        SERVER.backends()
                .owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        """
                                        INSERT INTO alerting_clocks VALUES
                                            (0, 2, '2026-01-07T10:00:01Z', now()),
                                            (1, 2, '2026-01-07T10:00Z', now() - interval '1 minute'),
                                            (2, 3, '2026-01-07T09:00Z', now() - interval '1 hour')\
                                        """));
        try {
            JsonNode status = alerts.get("a/status").json();

            assertThat(status.path("clock").asText()).isEqualTo("2026-01-07T10:00:00Z");
            assertThat(status.path("behindMillis").asLong())
                    .isGreaterThan(Duration.ofDays(100).toMillis());
        } finally {
            SERVER.backends()
                    .owner()
                    .useHandle(handle -> handle.execute("DELETE FROM alerting_clocks"));
        }
    }

    private static ObjectNode withKeys(String name, String... groupBy) {
        return with(
                threshold(name),
                json -> {
                    json.remove("annotations"); // they name the shop
                    List.of(groupBy).forEach(json.putArray("groupBy")::add);
                });
    }
}
