package io.streamgauge.control.tenantadmin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.Results;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The end of a tenant as operators see it. */
class TenantDeletionIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String TENANTS = "/api/v1/tenants";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SPEC =
            """
            {"name": "s", "fields": [{"name": "v", "type": "number", "role": "measure"}],
             "windows": ["10s"]}\
            """;

    private final Backends backends = SERVER.backends();
    private final Jdbi owner = backends.owner();
    private final ApiClient operator = SERVER.operator();
    private final TenantId tenant = backends.newTenant();
    private final TenantId neighbour = backends.newTenant();

    @Test
    void removesEverythingOfATenantAndNothingOfAnother() {
        FilledTenant filled = FilledTenant.fill(owner, tenant, neighbour);
        FilledTenant.fill(owner, neighbour, backends.newTenant());
        Map<String, Long> before = stored(tenant);
        Map<String, Long> theirs = stored(neighbour);
        assertThat(before.keySet())
                .as("the test proves nothing of a table without rows")
                .containsExactlyInAnyOrderElementsOf(tablesOfTenants());

        Answer accepted =
                operator.delete(TENANTS + "/" + tenant, "If-Match", "\"%s-1\"".formatted(tenant));

        assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
        String location = TENANTS + "/" + tenant + "/deletion";
        assertThat(accepted.header("Location")).isEqualTo(location);
        assertThat(accepted.json().path("state").asText()).isEqualTo("running");
        JsonNode done = awaitDone();
        assertThat(FilledTenant.rows(owner, tenant)).containsOnlyKeys("tenant_deletions");
        assertThat(users(filled)).containsExactly(filled.shared());
        // What was there, the user, and this deletion's entry in the audit log.
        long rows = before.values().stream().mapToLong(Long::longValue).sum() + 1 + 1;
        assertThat(done.path("deletedRows").asLong()).isEqualTo(rows);
        assertThat(done.path("requestedBy").asText()).isEqualTo("the-operator");
        assertThat(Instant.parse(done.path("finishedAt").asText()))
                .isAfter(Instant.parse(done.path("requestedAt").asText()));
        assertThat(stored(neighbour)).isEqualTo(theirs);
        assertThat(ends())
                .containsExactly("system streamgauge " + done.path("deletedRows").asText());
        assertThat(published())
                .containsExactlyInAnyOrder(
                        "stream/%s/%s null".formatted(tenant, filled.streams().get(0)),
                        "stream/%s/%s null".formatted(tenant, filled.streams().get(1)),
                        "model/%s/%s null".formatted(tenant, filled.streams().get(0)),
                        "detection/%s/%s null".formatted(tenant, filled.streams().get(0)),
                        "alert/%s/%s null".formatted(tenant, filled.alerts().get(0)),
                        "alert/%s/%s null".formatted(tenant, filled.alerts().get(1)),
                        "alert/%s/%s null".formatted(tenant, filled.alerts().get(2)),
                        "tenant/%s null".formatted(tenant));
        assertThat(operator.get(TENANTS + "/" + tenant).status()).isEqualTo(404);
    }

    @Test
    void endsTheTenantAtOnceAndItsIdForGood() {
        String body =
                "{\"id\": \"%s\", \"name\": \"x\", \"tier\": \"copper\", \"active\": true}"
                        .formatted(tenant);
        ApiClient admin = SERVER.admin(tenant);
        assertThat(admin.post("/api/v1/streams", SPEC).status()).isEqualTo(201);
        // Keeps the deletion from getting further than its request.
        try (Handle blocker = owner.open()) {
            blocker.begin();
            blocker.execute("SELECT FROM streams WHERE tenant_id = ? FOR UPDATE", tenant.value());
            String tag = operator.get(TENANTS + "/" + tenant).header("ETag");
            assertThat(operator.delete(TENANTS + "/" + tenant).status()).isEqualTo(428);
            assertThat(operator.delete(TENANTS + "/" + tenant, "If-Match", "\"9\"").status())
                    .isEqualTo(412);

            Answer first = operator.delete(TENANTS + "/" + tenant, "If-Match", tag);
            Answer again = operator.delete(TENANTS + "/" + tenant, "If-Match", "*");

            assertThat(again.status()).isEqualTo(202);
            assertThat(again.json().path("requestedAt"))
                    .isEqualTo(first.json().path("requestedAt"));
            Answer shown = operator.get(TENANTS + "/" + tenant);
            assertThat(shown.json().path("deletingSince").asText()).isNotEmpty();
            assertThat(shown.json().path("active").asBoolean(true)).isFalse();
            Answer change = operator.put(TENANTS + "/" + tenant, body, "If-Match", "*");
            assertThat(change.status()).isEqualTo(409);
            assertThat(change.json().path("code").asText()).isEqualTo("being-deleted");
            assertThat(operator.post(TENANTS, body).status()).isEqualTo(409);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> admin.get("/api/v1/streams").status() == 403);
            assertThat(operator.get(TENANTS + "/" + tenant + "/deletion").json().path("state"))
                    .hasToString("\"running\"");
            blocker.rollback();
        }
        awaitDone();

        Answer reused = operator.post(TENANTS, body);
        assertThat(reused.status()).isEqualTo(409);
        assertThat(reused.json().path("code").asText()).isEqualTo("name-taken");
        assertThat(operator.delete(TENANTS + "/" + tenant, "If-Match", "*").status())
                .isEqualTo(404);
        assertThat(operator.get(TENANTS + "/" + neighbour + "/deletion").status()).isEqualTo(404);
    }

    @Test
    void isNotBroughtBackByResultsThatComeLate() {
        StreamDefinition stream = backends.newStream(tenant, SPEC);
        operator.delete(TENANTS + "/" + tenant, "If-Match", "*");
        awaitDone();
        KafkaConfig kafka = SERVER.config().kafka();

        RecordMetadata late;
        try (Results results = new Results(kafka)) {
            late =
                    results.send(
                            Results.aggregate(
                                    stream,
                                    "{}",
                                    Instant.now().truncatedTo(ChronoUnit.MINUTES),
                                    Duration.ofSeconds(10),
                                    Timing.ON_TIME,
                                    0,
                                    1));
        }

        await().atMost(PATIENCE).until(() -> projected(late) > late.offset());
        assertThat(FilledTenant.rows(owner, tenant)).containsOnlyKeys("tenant_deletions");
    }

    private JsonNode awaitDone() {
        String path = TENANTS + "/" + tenant + "/deletion";
        await().atMost(PATIENCE)
                .until(() -> operator.get(path).json().path("state").asText().equals("done"));
        return operator.get(path).json();
    }

    /** Everything with a tenant but what tells of its end, and of messages on their way. */
    private List<String> tablesOfTenants() {
        List<String> tables = new ArrayList<>();
        owner.useHandle(
                handle ->
                        handle.select(
                                        """
                                        SELECT DISTINCT t.table_name FROM information_schema.tables t
                                        JOIN information_schema.columns c USING (table_schema, table_name)
                                        WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE'
                                            AND (c.column_name = 'tenant_id' OR t.table_name = 'tenants')
                                            AND t.table_name NOT IN ('tenant_deletions', 'outbox')
                                            AND NOT (t.table_name ~ '_[0-9]{8}$')\
                                        """)
                                .mapTo(String.class)
                                .forEach(tables::add));
        return tables;
    }

    /** Without messages, which come and go. */
    private Map<String, Long> stored(TenantId id) {
        Map<String, Long> rows = FilledTenant.rows(owner, id);
        rows.remove("outbox");
        return rows;
    }

    private List<UUID> users(FilledTenant filled) {
        return owner.withHandle(
                handle ->
                        handle.select(
                                        "SELECT id FROM users WHERE id IN (?, ?)",
                                        filled.own(),
                                        filled.shared())
                                .mapTo(UUID.class)
                                .list());
    }

    /** What the platform's part of the audit log says of the tenant's end. */
    private List<String> ends() {
        return owner.withHandle(
                handle ->
                        handle.select(
                                        """
                                        SELECT concat_ws(' ', actor_kind, actor, after ->> 'deletedRows')
                                        FROM audit_log
                                        WHERE tenant_id IS NULL AND action = 'end'
                                            AND resource_type = 'tenant' AND resource_id = ?\
                                        """,
                                        tenant.value())
                                .mapTo(String.class)
                                .list());
    }

    /** The tombstones of the tenant's control messages. */
    private List<String> published() {
        KafkaConfig kafka = SERVER.config().kafka();
        return TopicReader.all(kafka, kafka.topics().control()).stream()
                .filter(record -> record.value() == null)
                .map(TenantDeletionIT::text)
                .filter(text -> text.contains("/" + tenant))
                .toList();
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8) + " null";
    }

    private long projected(RecordMetadata record) {
        return owner.withHandle(
                handle ->
                        handle.select(
                                        "SELECT next_offset FROM projection_offsets WHERE topic = ?"
                                                + " AND partition = ?",
                                        record.topic(),
                                        record.partition())
                                .mapTo(Long.class)
                                .findOne()
                                .orElse(0L));
    }
}
