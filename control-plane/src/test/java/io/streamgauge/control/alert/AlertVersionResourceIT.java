package io.streamgauge.control.alert;

import static io.streamgauge.control.alert.AlertFixture.ALERTS;
import static io.streamgauge.control.alert.AlertFixture.condition;
import static io.streamgauge.control.alert.AlertFixture.threshold;
import static io.streamgauge.control.alert.AlertFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AlertVersionResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private AlertFixture alerts;

    @BeforeEach
    void newTenant() {
        alerts = AlertFixture.create(SERVER);
        alerts.create(threshold("a", 10));
    }

    @Test
    void keepsEveryVersionWithWhoMadeItAndWhy() {
        alerts.put("a?note=too%20loud", threshold("a", 20));

        JsonNode versions = alerts.get("a/versions").json().path("items");

        assertThat(versions).hasSize(2);
        assertThat(versions.path(0).path("version").asInt()).isEqualTo(2);
        assertThat(versions.path(0).path("mode").asText()).isEqualTo("active");
        assertThat(versions.path(0).path("note").asText()).isEqualTo("too loud");
        assertThat(versions.path(0).path("createdBy").asText()).isNotEmpty();
        assertThat(versions.path(1).path("mode").isMissingNode()).isTrue();
        assertThat(versions.path(1).at("/spec/condition/value").asInt()).isEqualTo(10);
        assertThat(alerts.get("a/versions/1").json()).isEqualTo(versions.path(1));
        assertThat(alerts.get("a/versions/3").status()).isEqualTo(404);
        assertThat(alerts.get("a/versions/x").status()).isEqualTo(404);
    }

    @Test
    void pagesThroughVersionsFromTheNewest() {
        alerts.put("a", threshold("a", 20));
        alerts.put("a", threshold("a", 30));

        JsonNode first = alerts.get("a/versions?limit=2").json();
        JsonNode second =
                alerts.get("a/versions?limit=2&cursor=" + first.path("nextCursor").asText()).json();

        assertThat(first.path("items").findValuesAsText("version")).containsExactly("3", "2");
        assertThat(second.path("items").findValuesAsText("version")).containsExactly("1");
    }

    @Test
    void tellsWhatDiffersBetweenVersions() {
        alerts.put(
                "a",
                with(
                        threshold("a", 20),
                        json -> {
                            json.putObject("labels").put("team", "sales").put("shift", "x");
                            json.put("for", "1m");
                        }));

        JsonNode diff = alerts.get("a/versions/2/diff").json();
        JsonNode back = alerts.get("a/versions/1/diff?against=2").json();

        assertThat(diff.path("against").asInt()).isEqualTo(1);
        assertThat(diff.path("changes").findValuesAsText("pointer"))
                .contains("#/condition/value", "#/labels/shift", "#/for");
        JsonNode level = change(diff, "#/condition/value");
        assertThat(level.path("before").asInt()).isEqualTo(10);
        assertThat(level.path("after").asInt()).isEqualTo(20);
        assertThat(change(diff, "#/labels/shift").has("before")).isFalse();
        assertThat(change(back, "#/labels/shift").has("after")).isFalse();
        assertThat(alerts.get("a/versions/1/diff").status()).isEqualTo(400);
        assertThat(alerts.get("a/versions/2/diff?against=9").status()).isEqualTo(404);
    }

    @Test
    void goesBackToAVersionInOneCall() {
        alerts.put("a", threshold("a", 20));

        Answer restored = alerts.post("a/versions/1/restore");

        assertThat(restored.status()).as(restored.body()).isEqualTo(200);
        assertThat(restored.json().path("version").asInt()).isEqualTo(3);
        assertThat(restored.json().at("/condition/value").asInt()).isEqualTo(10);
        assertThat(restored.json().at("/preview/annotations/summary").asText()).isNotEmpty();
        assertThat(alerts.get("a/versions/3").json().path("note").asText())
                .isEqualTo("restored from version 1");
        assertThat(alerts.post("a/versions/9/restore").status()).isEqualTo(404);
        assertThat(alerts.post("a/versions/1/restore").json().path("version").asInt())
                .as("it says the same as the active one")
                .isEqualTo(3);
    }

    @Test
    void givesEveryOneOfManyChangesAtOnceAVersionOfItsOwn() throws Exception {
        int changes = 12;
        List<Future<Answer>> answers = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < changes; i++) {
                int level = 100 + i;
                answers.add(
                        pool.submit(
                                () -> {
                                    start.await();
                                    return alerts.put("a?onChange=drain", threshold("a", level));
                                }));
            }
            start.countDown();
        }

        List<String> versions = new ArrayList<>();
        for (Future<Answer> answer : answers) {
            assertThat(answer.get().status()).as(answer.get().body()).isEqualTo(200);
            versions.add(answer.get().json().path("version").asText());
        }
        assertThat(versions)
                .containsExactlyInAnyOrder(
                        "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13");
        assertThat(alerts.messages(SERVER, 1 + changes))
                .extracting(it -> it.orElseThrow().revision())
                .isSorted();
        assertThat(alerts.get("a").json().path("draining").toString()).isEqualTo("[10,11,12]");
    }

    @Test
    void tellsTheJobsWhichVersionsDrain() {
        alerts.put("a?onChange=drain", threshold("a", 20));
        alerts.put("a?onChange=drain", threshold("a", 30));
        alerts.put("a?onChange=reset", threshold("a", 40));

        List<String> running = new ArrayList<>();
        alerts.messages(SERVER, 4).forEach(it -> running.add(modes(it.orElseThrow())));

        assertThat(running)
                .containsExactly(
                        "1 ACTIVE",
                        "2 ACTIVE, 1 DRAINING",
                        "3 ACTIVE, 1 DRAINING, 2 DRAINING",
                        "4 ACTIVE");
    }

    @Test
    void letsNoMoreThanThreeVersionsDrain() {
        for (int level = 20; level <= 60; level += 10) {
            alerts.put("a?onChange=drain", threshold("a", level));
        }

        JsonNode alert = alerts.get("a").json();

        assertThat(alert.path("draining").toString()).isEqualTo("[3,4,5]");
        assertThat(alerts.get("a/versions/4").json().path("mode").asText()).isEqualTo("draining");
    }

    @Test
    void drainsNothingWhereThePausedAlertHasNothingOpen() {
        alerts.post("a/pause");

        Answer changed = alerts.put("a?onChange=drain", threshold("a", 20));

        assertThat(changed.json().has("draining")).isFalse();
        assertThat(changed.json().path("paused").asBoolean()).isTrue();
    }

    @Test
    void runsAShadowBesideTheActiveVersionAndPromotesIt() {
        Answer shadowed = alerts.put("a/shadow", threshold("a", 50));
        Answer again = alerts.put("a/shadow", threshold("a", 50));
        Answer promoted = alerts.post("a/shadow/promote?onChange=drain");

        assertThat(shadowed.status()).as(shadowed.body()).isEqualTo(200);
        assertThat(shadowed.json().path("version").asInt()).isEqualTo(1);
        assertThat(shadowed.json().at("/shadow/version").asInt()).isEqualTo(2);
        assertThat(shadowed.json().at("/shadow/spec/condition/value").asInt()).isEqualTo(50);
        assertThat(again.header("ETag")).isEqualTo(shadowed.header("ETag"));
        assertThat(promoted.status()).as(promoted.body()).isEqualTo(200);
        assertThat(promoted.json().path("version").asInt()).isEqualTo(3);
        assertThat(promoted.json().at("/condition/value").asInt()).isEqualTo(50);
        assertThat(promoted.json().has("shadow")).isFalse();
        List<String> running = new ArrayList<>();
        alerts.messages(SERVER, 3).forEach(it -> running.add(modes(it.orElseThrow())));
        assertThat(running)
                .containsExactly("1 ACTIVE", "1 ACTIVE, 2 SHADOW", "3 ACTIVE, 1 DRAINING");
    }

    @Test
    void endsAShadow() {
        alerts.put("a/shadow", threshold("a", 50));

        assertThat(alerts.client().delete(ALERTS + "/a/shadow").status()).isEqualTo(428);
        assertThat(alerts.delete("a/shadow").status()).isEqualTo(204);
        assertThat(alerts.delete("a/shadow").status()).isEqualTo(404);
        assertThat(alerts.post("a/shadow/promote").status()).isEqualTo(404);
        assertThat(alerts.get("a").json().has("shadow")).isFalse();
    }

    @Test
    void keepsTheShadowWhereTheActiveVersionChanges() {
        alerts.put("a/shadow", threshold("a", 50));

        Answer changed = alerts.put("a", threshold("a", 60));

        assertThat(changed.json().at("/shadow/version").asInt()).isEqualTo(2);
        assertThat(changed.json().path("version").asInt()).isEqualTo(3);
    }

    @Test
    void refusesAShadowOfAnotherNameOrStream() {
        assertThat(alerts.put("a/shadow", threshold("b")).json().path("code").asText())
                .isEqualTo("immutable");
        assertThat(
                        alerts.put(
                                        "a/shadow",
                                        with(
                                                threshold("a"),
                                                it -> condition(it).put("measure", "nothing")))
                                .status())
                .isEqualTo(400);
    }

    @Test
    void auditsEachChangeWithBeforeAndAfter() {
        alerts.put("a", threshold("a", 20));
        alerts.post("a/versions/1/restore");
        alerts.post("a/pause");

        JsonNode entries = alerts.client().get("/api/v1/audit?resourceType=alert").json();

        assertThat(entries.path("items").findValuesAsText("action"))
                .containsExactlyInAnyOrder("create", "update", "restore", "pause");
        for (JsonNode entry : entries.path("items")) {
            if (entry.path("action").asText().equals("update")) {
                assertThat(entry.at("/before/condition/value").asInt()).isEqualTo(10);
                assertThat(entry.at("/after/condition/value").asInt()).isEqualTo(20);
            }
        }
    }

    private static JsonNode change(JsonNode diff, String pointer) {
        for (JsonNode change : diff.path("changes")) {
            if (change.path("pointer").asText().equals(pointer)) {
                return change;
            }
        }
        throw new AssertionError(pointer + " is not in " + diff);
    }

    private static String modes(AlertDefinition definition) {
        return String.join(
                ", ",
                definition.versions().stream().map(it -> it.number() + " " + it.mode()).toList());
    }
}
