package io.streamgauge.control.projection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.rejection.RejectedEvent;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.Results;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProjectionIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    private final KafkaConfig kafka = BACKENDS.kafka();
    private final TenantId tenant = BACKENDS.newTenant();
    private final StreamDefinition stream = newStream(tenant);
    private Results results;

    @BeforeEach
    void provision() {
        TopicProvisioner.provision(kafka);
        results = new Results(kafka);
    }

    @AfterEach
    void close() {
        results.close();
    }

    @Test
    void storesAggregatesAndTheirSeries() {
        Aggregate aggregate = aggregate("{\"host\":\"a\"}", 0, 3);
        results.send(aggregate);

        try (Projection projection = start()) {
            awaitStored(projection, 1);
        }

        Map<String, Object> row =
                one(
                        """
                        SELECT a.*, CAST(a.measures AS text) AS json, CAST(s.dimensions AS text) AS dims
                        FROM aggregates a JOIN series s
                            ON s.tenant_id = a.tenant_id AND s.id = a.series_id
                        WHERE a.tenant_id = ?\
                        """);
        assertThat(row)
                .containsEntry("stream_id", stream.id().value())
                .containsEntry("window_seconds", 10)
                .containsEntry("series_id", aggregate.series().id())
                .containsEntry("revision", 0)
                .containsEntry("timing", "on-time")
                .containsEntry("event_count", 3L)
                .containsEntry("dims", "{\"host\": \"a\"}");
        assertThat(row).containsEntry("window_start", Timestamp.from(now));
        assertThat(AggregateCodec.measuresFromJson(String.valueOf(row.get("json"))))
                .isEqualTo(aggregate.measures());
    }

    @Test
    void keepsTheLargestRevisionInWhateverOrderTheyCome() {
        results.send(aggregate("{}", 2, 30));
        results.send(aggregate("{}", 1, 20)); // in the same batch
        try (Projection projection = start()) {
            awaitStored(projection, 1);
            results.send(aggregate("{}", 0, 10)); // and in later ones
            awaitOffsets();
            assertThat(counts()).containsExactly(30L);

            results.send(aggregate("{}", 3, 40));
            await().untilAsserted(() -> assertThat(counts()).containsExactly(40L));
        }
    }

    @Test
    void doesNotStoreEarlyResults() {
        results.send(Results.aggregate(stream, "{}", now, WINDOW, Timing.EARLY, 0, 1));

        try (Projection projection = start()) {
            awaitOffsets();
            assertThat(projection.statistics().stored()).isZero();
        }
        assertThat(counts()).isEmpty();
    }

    @Test
    void doesNotReadAgainWhatItHasStored() {
        results.send(aggregate("{}", 0, 1));
        try (Projection projection = start()) {
            awaitStored(projection, 1);
        }
        deleteAggregates();

        results.send(aggregate("{\"host\":\"b\"}", 0, 2));
        try (Projection projection = start()) {
            awaitStored(projection, 1);
            awaitOffsets();
        }

        assertThat(counts()).containsExactly(2L);
    }

    @Test
    void storesOnceWhatATransactionThatDiedHadWritten() {
        results.send(aggregate("{}", 0, 1));
        try (Handle blocker = BACKENDS.owner().open()) {
            blocker.begin();
            // The projection has moved its offsets when it comes to this lock.
            blocker.execute("SELECT 1 FROM streams WHERE id = ? FOR UPDATE", stream.id().value());
            try (Projection projection = start()) {
                await().untilAsserted(() -> assertThat(terminateWaitingProjections()).isPositive());
                blocker.rollback();

                awaitStored(projection, 1);
                awaitOffsets();
                assertThat(projection.statistics().fenced()).isZero();
            }
        }
        assertThat(counts()).containsExactly(1L);
    }

    @Test
    void givesWayWhereAnotherHasGoneOn() {
        results.send(aggregate("{}", 0, 1));
        try (Projection projection = start()) {
            awaitStored(projection, 1);
            // As if another projection had written the next record already.
            RecordMetadata record = results.send(aggregate("{}", 1, 2));
            BACKENDS.owner()
                    .useHandle(
                            handle ->
                                    handle.execute(
                                            "UPDATE projection_offsets SET next_offset = ? WHERE"
                                                    + " topic = ? AND partition = ?",
                                            record.offset() + 1,
                                            record.topic(),
                                            record.partition()));
            // Whichever came first, the projection goes on from the table.
            results.send(aggregate("{}", 2, 3));
            await().untilAsserted(() -> assertThat(counts()).containsExactly(3L));
            awaitOffsets();
        }
    }

    @Test
    void sharesTheWorkWithoutDoublingIt() {
        try (Projection first = start();
                Projection second = start()) {
            for (int i = 0; i < 300; i++) {
                results.send(aggregate("{\"i\":\"%d\"}".formatted(i), 0, i));
            }
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(counts()).hasSize(300));
            awaitOffsets();
            assertThat(first.statistics().stored() + second.statistics().stored()).isEqualTo(300);
        }
    }

    @Test
    void skipsWhatIsMalformed() {
        String id = stream.id().toString();
        results.sendAggregate("k", "{".getBytes(UTF_8), tenant.value(), id, "on-time");
        results.sendAggregate("k", "[]".getBytes(UTF_8), tenant.value(), id, "on-time");
        results.sendAggregate(
                "k",
                new String(AggregateCodec.toBytes(aggregate("{}", 0, 1)), UTF_8)
                        .replace("\"10s\"", "\"500ms\"")
                        .getBytes(UTF_8),
                tenant.value(),
                id,
                "on-time");
        results.send(aggregate("{}", 0, 7));

        try (Projection projection = start()) {
            awaitStored(projection, 1);
            awaitOffsets();
            assertThat(projection.statistics().skipped(SkipReason.MALFORMED)).isEqualTo(3);
        }
        assertThat(counts()).containsExactly(7L);
    }

    @Test
    void skipsResultsOfStreamsThatAreGone() {
        StreamDefinition gone = newStream(tenant);
        BACKENDS.owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "DELETE FROM streams WHERE id = ?", gone.id().value()));
        results.send(Results.aggregate(gone, "{}", now, WINDOW, Timing.ON_TIME, 0, 1));
        results.send(aggregate("{}", 0, 7));

        try (Projection projection = start()) {
            awaitStored(projection, 1);
            awaitOffsets();
            assertThat(projection.statistics().skipped(SkipReason.STREAM_GONE)).isEqualTo(1);
        }
    }

    @Test
    void skipsTimesThatAreFarFromNow() {
        Instant old = now.minus(Duration.ofDays(4_000));
        Instant ahead = now.plus(Duration.ofDays(4));
        results.send(Results.aggregate(stream, "{}", old, WINDOW, Timing.ON_TIME, 0, 1));
        results.send(Results.aggregate(stream, "{}", ahead, WINDOW, Timing.ON_TIME, 0, 1));
        results.send(
                Results.aggregate(
                        stream, "{}", now.minus(Duration.ofDays(20)), WINDOW, Timing.LATE, 0, 7));

        try (Projection projection = start()) {
            awaitStored(projection, 1);
            awaitOffsets();
            assertThat(projection.statistics().skipped(SkipReason.OUT_OF_RANGE)).isEqualTo(2);
        }
        assertThat(counts()).containsExactly(7L);
    }

    @Test
    void leavesOutWhatPostgresRefusesAndStoresEverybodyElses() {
        TenantId other = BACKENDS.newTenant();
        StreamDefinition others = newStream(other);
        for (int i = 0; i < 20; i++) {
            results.send(aggregate("{\"i\":\"%d\"}".formatted(i), 0, i));
            results.send(
                    Results.aggregate(
                            others,
                            "{\"i\":\"%d\"}".formatted(i),
                            now,
                            WINDOW,
                            Timing.ON_TIME,
                            0,
                            i));
        }
        // A string that JSON can hold and PostgreSQL cannot.
        results.send(aggregate("{\"i\":\"\\u0000\"}", 0, 1));

        try (Projection projection = start()) {
            awaitStored(projection, 40);
            awaitOffsets();
            assertThat(projection.statistics().skipped(SkipReason.REFUSED)).isEqualTo(1);
        }
        assertThat(counts()).hasSize(20);
    }

    @Test
    void storesRejectedEventsInAFormThatPostgresTakes() {
        results.send(
                new RejectedEvent(
                        tenant.value(),
                        stream.id().toString(),
                        RejectionReason.LATE,
                        "bad\0field",
                        now,
                        2,
                        77,
                        "a\0b" + "x".repeat(10_000)));
        results.send(
                new RejectedEvent(
                        "No Tenant", "", RejectionReason.UNADDRESSED, "", now, 0, 1, "{}"));

        try (Projection projection = start()) {
            awaitStored(projection, 1);
            awaitOffsets();
            assertThat(projection.statistics().skipped(SkipReason.UNATTRIBUTED)).isEqualTo(1);
        }

        Map<String, Object> row = one("SELECT * FROM rejected_events WHERE tenant_id = ?");
        assertThat(row)
                .containsEntry("source_partition", 2)
                .containsEntry("source_offset", 77L)
                .containsEntry("reason", "late")
                .containsEntry("detail", "bad\uFFFDfield");
        assertThat(String.valueOf(row.get("event"))).hasSize(4_096).startsWith("a\uFFFDbxxx");
    }

    @Test
    void goesOnBehindWhatKafkaHasDeleted() throws Exception {
        RecordMetadata last = results.send(aggregate("{}", 0, 1));
        try (Admin admin = KafkaClients.admin(kafka, "test")) {
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition(last.topic(), last.partition()),
                                    RecordsToDelete.beforeOffset(last.offset() + 1)))
                    .all()
                    .get();
        }
        results.send(aggregate("{}", 0, 7));

        try (Projection projection = start()) {
            awaitStored(projection, 1);
            awaitOffsets();
        }
        assertThat(counts()).containsExactly(7L);
    }

    @Test
    void makesAPartitionAgainThatRetentionHasDropped() {
        Instant before = now.minus(Duration.ofDays(400));
        try (Projection projection = start()) {
            results.send(Results.aggregate(stream, "{}", before, WINDOW, Timing.ON_TIME, 0, 1));
            awaitStored(projection, 1);
            BACKENDS.owner()
                    .useHandle(
                            handle ->
                                    handle.execute(
                                            "SELECT drop_day_partitions_before('aggregates',"
                                                    + " current_date - 300)"));

            results.send(Results.aggregate(stream, "{}", before, WINDOW, Timing.ON_TIME, 1, 2));
            awaitStored(projection, 2);
        }
        assertThat(counts()).containsExactly(2L);
    }

    private Projection start() {
        return Projection.start(kafka, BACKENDS.database());
    }

    private static void awaitStored(Projection projection, long rows) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(projection.statistics().stored()).isEqualTo(rows));
    }

    /** Waits until everything in the topics is projected. */
    private void awaitOffsets() {
        try (var consumer = KafkaClients.consumer(kafka, "test", Map.of())) {
            for (String topic : List.of(kafka.topics().aggregates(), kafka.topics().late())) {
                consumer.endOffsets(
                                consumer.partitionsFor(topic).stream()
                                        .map(it -> new TopicPartition(topic, it.partition()))
                                        .toList())
                        .forEach(
                                (partition, end) ->
                                        await().untilAsserted(
                                                        () ->
                                                                assertThat(projected(partition))
                                                                        .isEqualTo(end)));
            }
        }
    }

    private static long projected(TopicPartition partition) {
        return BACKENDS.owner()
                .withHandle(
                        handle ->
                                handle.select(
                                                "SELECT next_offset FROM projection_offsets WHERE"
                                                        + " topic = ? AND partition = ?",
                                                partition.topic(),
                                                partition.partition())
                                        .mapTo(Long.class)
                                        .findOne()
                                        .orElse(0L));
    }

    private static int terminateWaitingProjections() {
        return BACKENDS.owner()
                .withHandle(
                        handle ->
                                handle.select(
                                                """
                                                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                                                WHERE usename = 'streamgauge_system'
                                                    AND wait_event_type = 'Lock'
                                                    AND query LIKE '%FOR KEY SHARE%'\
                                                """)
                                        .mapTo(Boolean.class)
                                        .list()
                                        .size());
    }

    private List<Long> counts() {
        return BACKENDS.owner()
                .withHandle(
                        handle ->
                                handle.select(
                                                "SELECT event_count FROM aggregates WHERE tenant_id"
                                                        + " = ?",
                                                tenant.value())
                                        .mapTo(Long.class)
                                        .list());
    }

    private Map<String, Object> one(String sql) {
        return BACKENDS.owner()
                .withHandle(handle -> handle.select(sql, tenant.value()).mapToMap().one());
    }

    private void deleteAggregates() {
        BACKENDS.owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "DELETE FROM aggregates WHERE tenant_id = ?",
                                        tenant.value()));
    }

    private Aggregate aggregate(String dimensions, int revision, long count) {
        return Results.aggregate(
                stream,
                dimensions,
                now,
                WINDOW,
                revision == 0 ? Timing.ON_TIME : Timing.LATE,
                revision,
                count);
    }

    private static StreamDefinition newStream(TenantId tenant) {
        return BACKENDS.newStream(
                tenant,
                """
                {"name":"s-%s","fields":[
                  {"name":"host","type":"string","role":"dimension"},
                  {"name":"v","type":"number","role":"measure"}],
                 "windows":["10s"]}
                """
                        .formatted(Long.toString(System.nanoTime(), 36)));
    }
}
