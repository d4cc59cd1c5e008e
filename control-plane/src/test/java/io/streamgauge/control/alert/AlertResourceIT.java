package io.streamgauge.control.alert;

import static io.streamgauge.control.alert.AlertFixture.ALERTS;
import static io.streamgauge.control.alert.AlertFixture.STREAMS;
import static io.streamgauge.control.alert.AlertFixture.composite;
import static io.streamgauge.control.alert.AlertFixture.condition;
import static io.streamgauge.control.alert.AlertFixture.read;
import static io.streamgauge.control.alert.AlertFixture.threshold;
import static io.streamgauge.control.alert.AlertFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AlertResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private AlertFixture alerts;

    @BeforeEach
    void newTenant() {
        alerts = AlertFixture.create(SERVER);
    }

    @Test
    void createsAnAlertThatCanBeReadByIdAndByName() {
        Answer created = alerts.create(threshold("too-high"));

        JsonNode json = created.json();
        String id = json.path("id").asText();
        assertThat(created.header("Location")).isEqualTo(ALERTS + "/" + id);
        assertThat(json.path("version").asInt()).isEqualTo(1);
        assertThat(json.path("revision").asInt()).isEqualTo(1);
        assertThat(json.path("paused").asBoolean(true)).isFalse();
        assertThat(json.path("streamId").asText())
                .isEqualTo(alerts.client().get(STREAMS + "/orders").json().path("id").asText());
        assertThat(json.at("/condition/value").asDouble()).isEqualTo(90);
        assertThat(json.at("/labels/team").asText()).isEqualTo("sales");
        for (String idOrName : List.of(id, "too-high")) {
            Answer read = alerts.get(idOrName);
            assertThat(read.status()).isEqualTo(200);
            assertThat(read.json()).isEqualTo(without(json, "preview"));
            assertThat(read.header("ETag")).isEqualTo(created.header("ETag")).startsWith("\"");
        }
    }

    @Test
    void showsHowTheAnnotationsWillRead() {
        Answer created = alerts.create(threshold("too-high"));

        String summary = created.json().at("/preview/annotations/summary").asText();
        assertThat(created.json().at("/preview/key/shop").asText()).isEqualTo("shop-1");
        assertThat(summary).startsWith("shop-1: 99");
    }

    @Test
    void savesNothingInADryRun() {
        Answer tried = alerts.client().post(ALERTS + "?dryRun=true", threshold("a").toString());

        assertThat(tried.status()).as(tried.body()).isEqualTo(200);
        assertThat(tried.json().path("dryRun").asBoolean()).isTrue();
        assertThat(tried.json().at("/preview/annotations/summary").asText()).isNotEmpty();
        assertThat(tried.header("Location")).isEmpty();
        assertThat(alerts.get("a").status()).isEqualTo(404);

        alerts.create(threshold("a"));
        Answer taken = alerts.client().post(ALERTS + "?dryRun=true", threshold("a").toString());
        Answer changed = alerts.put("a?dryRun=true", threshold("a", 50));
        assertThat(taken.status()).isEqualTo(409);
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        assertThat(changed.json().path("version").asInt()).isEqualTo(2);
        assertThat(alerts.get("a").json().path("version").asInt()).isEqualTo(1);
        assertThat(alerts.messages(SERVER, 1)).hasSize(1);
    }

    @Test
    void refusesANameThatIsTakenOrThatAPathNeeds() {
        alerts.create(threshold("too-high"));

        Answer second = alerts.client().post(ALERTS, threshold("too-high").toString());
        Answer reserved = alerts.client().post(ALERTS, threshold("active").toString());

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.json().path("code").asText()).isEqualTo("name-taken");
        assertThat(second.json().at("/errors/0/pointer").asText()).isEqualTo("#/name");
        assertThat(reserved.status()).isEqualTo(400);
        assertThat(reserved.json().at("/errors/0/pointer").asText()).isEqualTo("#/name");
    }

    @Test
    void refusesWhatTheStreamDoesNotHave() {
        ObjectNode unknownStream = with(threshold("a"), json -> json.put("stream", "nothing"));
        ObjectNode unknownMeasure =
                with(threshold("a"), json -> condition(json).put("measure", "amuont"));
        ObjectNode unknownField =
                with(threshold("a"), json -> json.put("where", "event.staus == \"paid\""));

        assertThat(refusal(unknownStream)).isEqualTo("#/stream");
        assertThat(refusal(unknownMeasure)).isEqualTo("#/condition/measure");
        Answer answer = alerts.client().post(ALERTS, unknownField.toString());
        assertThat(answer.json().at("/errors/0/pointer").asText()).isEqualTo("#/where");
        assertThat(answer.json().at("/errors/0/detail").asText())
                .contains("line 1", "staus", "status");
    }

    @Test
    void refusesTextsThatCannotBeStored() {
        ObjectNode spec =
                with(
                        threshold("a"),
                        json -> ((ObjectNode) json.path("annotations")).put("x", "a\u0000b"));

        assertThat(refusal(spec)).isEqualTo("#/annotations/x");
    }

    @Test
    void changesAnAlertOnlyInTheRevisionThatTheChangeWasMadeFor() {
        String first = alerts.create(threshold("a")).header("ETag");
        String body = threshold("a", 50).toString();

        Answer missing = alerts.client().put(ALERTS + "/a", body);
        Answer changed = alerts.client().put(ALERTS + "/a", body, "If-Match", first);
        Answer stale = alerts.client().put(ALERTS + "/a", body, "If-Match", first);

        assertThat(missing.status()).isEqualTo(428);
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        assertThat(changed.json().path("version").asInt()).isEqualTo(2);
        assertThat(changed.json().at("/condition/value").asInt()).isEqualTo(50);
        assertThat(stale.status()).isEqualTo(412);
    }

    @Test
    void changesNothingWhereTheSpecificationSaysTheSame() {
        Answer created = alerts.create(threshold("a"));

        Answer same = alerts.put("a", (ObjectNode) created.json());

        assertThat(same.status()).as(same.body()).isEqualTo(200);
        assertThat(same.header("ETag")).isEqualTo(created.header("ETag"));
        assertThat(alerts.messages(SERVER, 1)).hasSize(1);
    }

    @Test
    void keepsNameAndStream() {
        alerts.create(threshold("a"));
        alerts.client().post(STREAMS, AlertFixture.ORDERS.replace("orders", "others"));

        Answer name = alerts.put("a", threshold("b"));
        Answer stream = alerts.put("a", with(threshold("a"), it -> it.put("stream", "others")));

        assertThat(name.status()).isEqualTo(409);
        assertThat(name.json().path("code").asText()).isEqualTo("immutable");
        assertThat(name.json().at("/errors/0/pointer").asText()).isEqualTo("#/name");
        assertThat(stream.status()).isEqualTo(409);
        assertThat(stream.json().at("/errors/0/pointer").asText()).isEqualTo("#/stream");
    }

    @Test
    void listsInOrderOfNamesAndByFilters() {
        alerts.create(threshold("b"));
        alerts.create(with(threshold("a"), it -> it.put("severity", "info")));
        alerts.create(with(threshold("c"), it -> it.set("labels", read("{\"team\": \"it\"}"))));
        alerts.create(composite("d", "a"));
        alerts.post("b/pause");

        assertThat(names("")).containsExactly("a", "b", "c", "d");
        assertThat(names("?stream=orders")).containsExactly("a", "b", "c");
        assertThat(names("?severity=info")).containsExactly("a");
        assertThat(names("?label=team=sales")).containsExactly("a", "b");
        assertThat(names("?paused=true")).containsExactly("b");
        assertThat(names("?paused=false&severity=critical&label=team=it")).containsExactly("c");
        assertThat(alerts.client().get(ALERTS + "?stream=none").status()).isEqualTo(404);
        assertThat(alerts.client().get(ALERTS + "?severity=bad&label=x").json().path("errors"))
                .hasSize(2);
    }

    @Test
    void givesPagesThatGoOn() {
        for (String name : List.of("a", "b", "c")) {
            alerts.create(threshold(name));
        }

        Answer first = alerts.client().get(ALERTS + "?limit=2");
        String cursor = first.json().path("nextCursor").asText();
        Answer second = alerts.client().get(ALERTS + "?limit=2&cursor=" + cursor);
        Answer foreign = alerts.client().get(ALERTS + "?limit=2&paused=true&cursor=" + cursor);

        assertThat(first.json().path("items").findValuesAsText("name")).contains("a", "b");
        assertThat(second.json().path("items")).hasSize(1);
        assertThat(second.json().has("nextCursor")).isFalse();
        assertThat(foreign.json().path("code").asText()).isEqualTo("invalid-cursor");
    }

    @Test
    void pausesAndResumesAndTellsTheJobs() {
        Answer created = alerts.create(threshold("a"));

        Answer paused = alerts.post("a/pause");
        Answer again = alerts.post("a/pause");
        Answer resumed = alerts.post("a/resume");

        assertThat(paused.json().path("paused").asBoolean()).isTrue();
        assertThat(paused.json().path("revision").asInt()).isEqualTo(2);
        assertThat(again.header("ETag")).isEqualTo(paused.header("ETag"));
        assertThat(resumed.json().path("paused").asBoolean(true)).isFalse();
        assertThat(resumed.json().path("version")).isEqualTo(created.json().path("version"));
        assertThat(alerts.messages(SERVER, 3))
                .extracting(it -> it.orElseThrow().versions().size())
                .containsExactly(1, 0, 1);
    }

    @Test
    void deletesAnAlertWithATombstone() {
        String id = alerts.create(threshold("a")).json().path("id").asText();

        Answer deleted = alerts.delete("a");

        assertThat(deleted.status()).isEqualTo(204);
        assertThat(alerts.get("a").status()).isEqualTo(404);
        assertThat(alerts.delete(id).status()).isEqualTo(404);
        assertThat(alerts.messages(SERVER, 2).getLast()).isEmpty();
        assertThat(auditActions()).containsExactly("create", "delete");
        assertThat(alerts.create(threshold("a")).json().path("id").asText()).isNotEqualTo(id);
    }

    @Test
    void holdsTheQuotaUnderConcurrentCreation() throws Exception {
        SERVER.backends()
                .owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "UPDATE tenant_resources SET quota_limit = 5 WHERE"
                                                + " tenant_id = ? AND resource_type = 'alerts'",
                                        alerts.tenant().value()));
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i : IntStream.range(0, 12).toArray()) {
                answers.add(
                        pool.submit(
                                () -> {
                                    start.await();
                                    return alerts.client()
                                            .post(ALERTS, threshold("a" + i).toString())
                                            .status();
                                }));
            }
            start.countDown();
        }

        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> answer : answers) {
            statuses.add(answer.get());
        }
        assertThat(statuses.stream().filter(it -> it == 201)).hasSize(5);
        assertThat(statuses.stream().filter(it -> it == 403)).hasSize(7);
        assertThat(names("")).hasSize(5);
        assertThat(alerts.delete(names("").getFirst()).status()).isEqualTo(204);
        alerts.create(threshold("one-more"));
    }

    @Test
    void hidesWhatIsAnothersTenants() {
        String id = alerts.create(threshold("a")).json().path("id").asText();
        AlertFixture other = AlertFixture.create(SERVER);

        assertThat(other.get(id).status()).isEqualTo(404);
        assertThat(other.get("a").status()).isEqualTo(404);
        assertThat(other.delete(id).status()).isEqualTo(404);
        Answer member = other.client().post(ALERTS, composite("c", id).toString());
        assertThat(member.status()).isEqualTo(400);
        assertThat(alerts.get(UUID.randomUUID().toString()).status()).isEqualTo(404);
    }

    private String refusal(ObjectNode spec) {
        Answer answer = alerts.client().post(ALERTS, spec.toString());
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        return answer.json().at("/errors/0/pointer").asText();
    }

    private List<String> names(String query) {
        List<String> names = new ArrayList<>();
        Answer page = alerts.client().get(ALERTS + query);
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        page.json().path("items").forEach(it -> names.add(it.path("name").asText()));
        return names;
    }

    private List<String> auditActions() {
        List<String> actions = new ArrayList<>();
        alerts.client()
                .get("/api/v1/audit?resourceType=alert")
                .json()
                .path("items")
                .forEach(it -> actions.addFirst(it.path("action").asText()));
        return actions;
    }

    private static JsonNode without(JsonNode json, String name) {
        return ((ObjectNode) json.deepCopy()).without(name);
    }
}
