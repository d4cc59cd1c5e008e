package io.streamgauge.control.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String STREAMS = "/api/v1/streams";

    private TenantId tenant;
    private ApiClient client;

    @BeforeEach
    void newTenant() {
        tenant = SERVER.backends().newTenant();
        client = SERVER.admin(tenant);
    }

    @Test
    void createsAStreamThatCanBeReadByIdAndByName() {
        Answer created = client.post(STREAMS, spec("web-requests"));

        assertThat(created.status()).isEqualTo(201);
        String id = created.json().path("id").asText();
        assertThat(created.header("Location")).isEqualTo(STREAMS + "/" + id);
        assertThat(created.json().path("version").asInt()).isEqualTo(1);
        assertThat(created.json().path("tenant").asText()).isEqualTo(tenant.value());
        for (String idOrName : List.of(id, "web-requests")) {
            Answer read = client.get(STREAMS + "/" + idOrName);
            assertThat(read.status()).isEqualTo(200);
            assertThat(read.json()).isEqualTo(created.json());
            assertThat(read.header("ETag")).isEqualTo(created.header("ETag")).startsWith("\"");
        }
    }

    @Test
    void refusesANameThatIsTaken() {
        create("web-requests");

        Answer second = client.post(STREAMS, spec("web-requests"));

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.json().path("code").asText()).isEqualTo("name-taken");
        assertThat(second.json().at("/errors/0/pointer").asText()).isEqualTo("#/name");
    }

    @Test
    void reportsEverythingThatIsWrongWithASpecification() {
        Answer answer =
                client.post(
                        STREAMS,
                        """
                        {"name": "Bad Name", "colour": 1,
                         "fields": [{"name": "x", "type": "int", "role": "measure"}]}\
                        """);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("errors").findValuesAsText("pointer"))
                .contains("#/name", "#/colour", "#/fields/0/type");
    }

    @Test
    void tellsLineAndColumnWhereTheBodyIsNotJson() {
        Answer answer = client.post(STREAMS, "{\n  \"name\": oops\n}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("code").asText()).isEqualTo("malformed-request");
        assertThat(answer.json().path("detail").asText()).contains("line 2, column");
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain,            '', 415",
        "application/xml,       '', 415",
        "nonsense,              '', 415",
        "application/json; charset=iso-8859-1, '', 415",
        "application/json,    gzip, 415",
        "application/json; charset=utf-8, identity, 201"
    })
    void takesJsonAsItStandsOnly(String type, String encoding, int status) {
        Answer answer =
                encoding.isEmpty()
                        ? client.post(STREAMS, spec("s"), "Content-Type", type)
                        : client.post(
                                STREAMS,
                                spec("s"),
                                "Content-Type",
                                type,
                                "Content-Encoding",
                                encoding);

        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        String padding = " ".repeat(StreamResource.MAX_BODY_BYTES);

        assertThat(client.post(STREAMS, spec("s") + padding).status()).isEqualTo(413);
    }

    @Test
    void answers304WhereTheKnownVersionIsThePresentOne() {
        String etag = create("s").header("ETag");

        Answer known = client.get(STREAMS + "/s", "If-None-Match", "\"other\", W/" + etag);
        Answer unknown = client.get(STREAMS + "/s", "If-None-Match", "\"other\"");

        assertThat(known.status()).isEqualTo(304);
        assertThat(known.header("ETag")).isEqualTo(etag);
        assertThat(known.body()).isEmpty();
        assertThat(unknown.status()).isEqualTo(200);
    }

    @Test
    void changesAStreamOnlyInTheVersionThatTheChangeWasMadeFor() {
        String first = create("s").header("ETag");
        String changed = spec("s").replace("\"1m\"", "\"5m\"");

        Answer without = client.put(STREAMS + "/s", changed);
        Answer good = client.put(STREAMS + "/s", changed, "If-Match", first);
        Answer stale = client.put(STREAMS + "/s", spec("s"), "If-Match", first);
        Answer weak = client.put(STREAMS + "/s", spec("s"), "If-Match", "W/" + good.header("ETag"));
        Answer any = client.put(STREAMS + "/s", spec("s"), "If-Match", "*");
        Answer garbled = client.put(STREAMS + "/s", spec("s"), "If-Match", "3");

        assertThat(without.status()).isEqualTo(428);
        assertThat(good.status()).isEqualTo(200);
        assertThat(good.json().path("version").asInt()).isEqualTo(2);
        assertThat(good.json().at("/windows/1").asText()).isEqualTo("5m");
        assertThat(stale.status()).isEqualTo(412);
        assertThat(weak.status()).isEqualTo(412);
        assertThat(any.status()).isEqualTo(200);
        assertThat(any.json().path("version").asInt()).isEqualTo(3);
        assertThat(garbled.status()).isEqualTo(400);
        assertThat(garbled.json().at("/errors/0/pointer").asText()).isEqualTo("If-Match");
    }

    @Test
    void keepsTheVersionWhereAChangeSaysTheSame() {
        Answer created = create("s");
        ObjectNode asRead = (ObjectNode) created.json();

        Answer answer =
                client.put(STREAMS + "/s", asRead.toString(), "If-Match", created.header("ETag"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json()).isEqualTo(created.json());
        assertThat(answer.header("ETag")).isEqualTo(created.header("ETag"));
    }

    @Test
    void refusesAChangeThatWouldMakeDataUnreadableWithTheReason() {
        create("s");

        Answer answer =
                client.put(
                        STREAMS + "/s",
                        spec("s").replace("\"host\"", "\"server\""),
                        "If-Match",
                        "*");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("code").asText()).isEqualTo("incompatible-change");
        assertThat(answer.json().path("errors").findValuesAsText("detail"))
                .anyMatch(reason -> reason.contains("host cannot be removed"));
        assertThat(client.get(STREAMS + "/s").json().path("version").asInt()).isEqualTo(1);
    }

    @Test
    void letsOnlyOneOfTwoChangesOfTheSameVersionWin() throws Exception {
        String etag = create("s").header("ETag");
        int rivals = 8;
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Integer>> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < rivals; i++) {
                String mine = spec("s").replace("\"1m\"", "\"" + (i + 2) + "m\"");
                statuses.add(
                        threads.submit(
                                () -> {
                                    go.await();
                                    return client.put(STREAMS + "/s", mine, "If-Match", etag)
                                            .status();
                                }));
            }
            go.countDown();
        }

        List<Integer> got = new ArrayList<>();
        for (Future<Integer> status : statuses) {
            got.add(status.get());
        }
        assertThat(got).containsOnlyOnce(200);
        assertThat(got.stream().filter(status -> status == 412)).hasSize(rivals - 1);
        assertThat(client.get(STREAMS + "/s").json().path("version").asInt()).isEqualTo(2);
    }

    @Test
    void letsOnlyOneOfManyCreationsOfANameWin() throws Exception {
        List<Future<Integer>> statuses;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            statuses =
                    IntStream.range(0, 8)
                            .mapToObj(
                                    i ->
                                            threads.submit(
                                                    () -> client.post(STREAMS, spec("s")).status()))
                            .toList();
        }

        List<Integer> got = new ArrayList<>();
        for (Future<Integer> status : statuses) {
            got.add(status.get());
        }
        assertThat(got).containsOnlyOnce(201);
        assertThat(Set.copyOf(got)).containsExactlyInAnyOrder(201, 409);
    }

    @Test
    void deletesAStreamWithEverythingThatIsStoredOfIt() {
        Answer created = create("s");
        String id = created.json().path("id").asText();
        SERVER.backends()
                .owner()
                .useHandle(
                        handle -> {
                            handle.execute(
                                    "SELECT ensure_day_partition('aggregates', '2026-01-05')");
                            handle.execute(
                                    "SELECT ensure_day_partition('rejected_events', '2026-01-05')");
                            handle.execute(
                                    "INSERT INTO series VALUES (?, CAST(? AS uuid),"
                                            + " gen_random_uuid(), '{}')",
                                    tenant.value(),
                                    id);
                            handle.execute(
                                    "INSERT INTO aggregates VALUES (?, CAST(? AS uuid), 1,"
                                            + " '2026-01-05 10:00Z', gen_random_uuid(), 0,"
                                            + " 'on-time', 1, '{}')",
                                    tenant.value(),
                                    id);
                            handle.execute(
                                    "INSERT INTO rejected_events VALUES (?, CAST(? AS uuid), 0, 1,"
                                            + " 'late', '', '2026-01-05 10:00Z', '{}')",
                                    tenant.value(),
                                    id);
                        });

        Answer without = client.delete(STREAMS + "/s");
        Answer stale = client.delete(STREAMS + "/s", "If-Match", "\"x\"");
        Answer deleted = client.delete(STREAMS + "/s", "If-Match", created.header("ETag"));

        assertThat(without.status()).isEqualTo(428);
        assertThat(stale.status()).isEqualTo(412);
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(client.get(STREAMS + "/s").status()).isEqualTo(404);
        assertThat(client.delete(STREAMS + "/s", "If-Match", "*").status()).isEqualTo(404);
        for (String table : List.of("streams", "series", "aggregates", "rejected_events")) {
            assertThat(rows(table)).as(table).isZero();
        }
    }

    @Test
    void givesAStreamOfAnOldNameAnotherIdAndAnotherEntityTag() {
        Answer first = create("s");
        client.delete(STREAMS + "/s", "If-Match", "*");

        Answer second = create("s");

        assertThat(second.json().path("id")).isNotEqualTo(first.json().path("id"));
        assertThat(second.header("ETag")).isNotEqualTo(first.header("ETag"));
    }

    @Test
    void listsStreamsPageByPageInTheOrderOfTheirNames() {
        List<String> names = List.of("a", "a-b", "a1", "b", "c", "z-9", "z9");
        names.forEach(this::create);

        List<String> listed = new ArrayList<>();
        int pages = 0;
        String path = STREAMS + "?limit=3";
        while (!path.isEmpty()) {
            Answer page = client.get(path);
            assertThat(page.status()).isEqualTo(200);
            JsonNode items = page.json().path("items");
            items.forEach(item -> listed.add(item.path("name").asText()));
            pages++;
            assertThat(page.json().has("nextCursor")).isEqualTo(pages < 3);
            path = nextOf(page);
        }

        assertThat(pages).isEqualTo(3);
        assertThat(listed).containsExactlyElementsOf(names);
    }

    @Test
    void refusesACursorThatIsGarbledOrAnotherTenants() {
        create("a");
        create("b");
        TenantId other = SERVER.backends().newTenant();
        ApiClient otherClient = SERVER.admin(other);
        String cursor = client.get(STREAMS + "?limit=1").json().path("nextCursor").asText();

        Answer own = client.get(STREAMS + "?cursor=" + cursor);
        Answer foreign = otherClient.get(STREAMS + "?cursor=" + cursor);
        Answer garbled = client.get(STREAMS + "?cursor=x" + cursor);

        assertThat(own.status()).isEqualTo(200);
        for (Answer refused : List.of(foreign, garbled)) {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().path("code").asText()).isEqualTo("invalid-cursor");
            assertThat(refused.json().at("/errors/0/pointer").asText()).isEqualTo("?cursor");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=201", "limit=x", "limit=1&limit=2", "offset=3"})
    void refusesParametersItDoesNotKnow(String query) {
        Answer answer = client.get(STREAMS + "?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/pointer").asText())
                .isEqualTo("?" + query.substring(0, query.indexOf('=')));
    }

    @Test
    void showsAnotherTenantsStreamAsMissing() {
        String id = create("s").json().path("id").asText();
        ApiClient other = SERVER.admin(SERVER.backends().newTenant());

        Answer foreign = other.get(STREAMS + "/" + id);
        Answer missing = other.get(STREAMS + "/00000000-0000-4000-8000-000000000000");

        assertThat(foreign.status()).isEqualTo(404);
        assertThat(shape(foreign)).isEqualTo(shape(missing));
        assertThat(other.put(STREAMS + "/" + id, spec("s"), "If-Match", "*").status())
                .isEqualTo(404);
        assertThat(other.delete(STREAMS + "/" + id, "If-Match", "*").status()).isEqualTo(404);
        assertThat(other.get(STREAMS).json().path("items")).isEmpty();
        assertThat(client.get(STREAMS + "/" + id).status()).isEqualTo(200);
    }

    @Test
    void refusesMoreStreamsThanATenantCanHave() {
        SERVER.backends()
                .owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "UPDATE tenant_resources SET quota_limit = 1"
                                                + " WHERE tenant_id = ? AND resource_type ="
                                                + " 'streams'",
                                        tenant.value()));
        create("s");

        Answer more = client.post(STREAMS, spec("one-more"));
        Answer again = client.post(STREAMS, spec("s"));

        assertThat(more.status()).isEqualTo(403);
        assertThat(more.json().path("code").asText()).isEqualTo("quota-exceeded");
        assertThat(more.json().path("quota").asText()).isEqualTo("streams");
        assertThat(more.json().path("limit").asInt()).isEqualTo(1);
        assertThat(more.json().path("used").asInt()).isEqualTo(1);
        assertThat(again.json().path("code").asText()).isEqualTo("name-taken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Not%20A%20Name", "%00", "a%2Fb", "..%2Fstreams", "UPPER"})
    void treatsWhatCanBeNoStreamAsMissing(String id) {
        assertThat(client.get(STREAMS + "/" + id).status()).isIn(400, 404);
    }

    private Answer create(String name) {
        Answer created = client.post(STREAMS, spec(name));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        return created;
    }

    private int rows(String table) {
        return SERVER.backends()
                .owner()
                .withHandle(
                        handle ->
                                handle.select(
                                                "SELECT count(*) FROM "
                                                        + table
                                                        + " WHERE tenant_id = ?",
                                                tenant.value())
                                        .mapTo(Integer.class)
                                        .one());
    }

    /** A problem without what differs between any two. */
    private static JsonNode shape(Answer answer) {
        ObjectNode json = (ObjectNode) answer.json();
        json.remove(List.of("requestId", "instance", "detail"));
        return json;
    }

    private static String nextOf(Answer page) {
        String link = page.header("Link");
        return link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
    }

    private static String spec(String name) {
        return """
        {"name": "%s", "windows": ["1s", "1m"],
         "fields": [{"name": "host", "type": "string", "role": "dimension"},
                    {"name": "value", "type": "number", "role": "measure"}]}\
        """
                .formatted(name);
    }
}
