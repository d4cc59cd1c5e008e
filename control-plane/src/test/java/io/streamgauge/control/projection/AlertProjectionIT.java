package io.streamgauge.control.projection;

import static io.streamgauge.contracts.alert.InstanceState.DISMISSED;
import static io.streamgauge.contracts.alert.InstanceState.FIRING;
import static io.streamgauge.contracts.alert.InstanceState.PENDING;
import static io.streamgauge.contracts.alert.InstanceState.RESOLVED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.alert.JobClock;
import io.streamgauge.contracts.alert.RuleStatus;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.testing.AlertRows;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.Results;
import io.streamgauge.control.testing.TopicReader;
import io.streamgauge.control.testing.Transitions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An incident has one row, whatever comes how often and in what order. */
class AlertProjectionIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final KafkaConfig kafka = BACKENDS.kafka();
    private final TenantId tenant = BACKENDS.newTenant();
    private final AlertRows rows = new AlertRows(BACKENDS, tenant);
    private final AlertId alert = rows.alert("an-alert", Optional.empty(), "{}");
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
    void keepsWhatAnInstanceFiredOnBesideWhatItEndedOn() {
        Transitions instance = instance("a");
        try (Projection projection = start()) {
            results.send(instance.to(PENDING));
            awaitState(instance, "pending");
            assertThat(row(instance))
                    .containsEntry("fired_at", null)
                    .containsEntry("ended_at", null);

            results.send(instance.to(FIRING));
            awaitState(instance, "firing");
            results.send(instance.to(RESOLVED));
            awaitState(instance, "resolved");

            assertThat(row(instance))
                    .containsEntry("reason", "recovered")
                    .containsEntry("severity", "warning")
                    .containsEntry("at_firing", "1.0")
                    .containsEntry("at_end", "2.0")
                    .containsEntry("summary", "it is firing")
                    .containsEntry("host", "a");
            assertThat(projection.statistics().stored()).isEqualTo(3);
        }
    }

    @Test
    void storesAWholeIncidentOfOneBatch() {
        Transitions instance = instance("a");
        for (InstanceState state : List.of(PENDING, FIRING, RESOLVED)) {
            results.send(instance.to(state));
        }

        try (Projection projection = start()) {
            awaitState(instance, "resolved");
        }

        assertThat(row(instance)).containsEntry("at_firing", "1.0").containsEntry("at_end", "2.0");
    }

    @Test
    void changesNothingWhereATransitionComesAgainOrLate() {
        Transitions instance = instance("a");
        try (Projection projection = start()) {
            for (InstanceState state : List.of(PENDING, FIRING, RESOLVED)) {
                results.send(instance.to(state));
            }
            awaitState(instance, "resolved");
            Map<String, Object> before = row(instance);

            // A job that starts again from before all of this, in batches of its own.
            for (InstanceState state : List.of(RESOLVED, PENDING, FIRING, PENDING, RESOLVED)) {
                results.send(instance.to(state));
                awaitProjected();
            }

            assertThat(row(instance)).isEqualTo(before);
            assertThat(count()).isEqualTo(1);
        }
    }

    @Test
    void keepsFiringWhereThePendingThatWasBeforeComesAgain() {
        Transitions instance = instance("a");
        try (Projection projection = start()) {
            results.send(instance.to(FIRING));
            awaitState(instance, "firing");
            results.send(instance.to(PENDING));
            results.send(instance.to(DISMISSED));
            awaitProjected();

            assertThat(row(instance)).containsEntry("state", "firing");
        }
    }

    @Test
    void keepsNothingOfWhatNeverFired() {
        Transitions atOnce = instance("a");
        Transitions later = instance("b");
        results.send(atOnce.to(PENDING));
        results.send(atOnce.to(DISMISSED));
        results.send(later.to(PENDING));
        try (Projection projection = start()) {
            awaitState(later, "pending");
            results.send(later.to(DISMISSED));

            await().untilAsserted(() -> assertThat(count()).isZero());
        }
    }

    @Test
    void skipsAndCountsWhatBelongsToNoAlertOrTenant() {
        TenantId unknown = new TenantId("t-no-such");
        results.send(
                Transitions.of(tenant, new AlertId(UUID.randomUUID()), "{}", start).to(FIRING));
        results.send(Transitions.of(unknown, alert, "{}", start).to(FIRING));
        results.send(status(new AlertId(UUID.randomUUID()), 0, 1, start));
        results.sendAlert("no JSON".getBytes(UTF_8), tenant.value());
        results.sendAlert(null, tenant.value());
        Transitions good = instance("a");
        results.send(good.to(FIRING));

        try (Projection projection = start()) {
            awaitState(good, "firing");
            awaitProjected();

            assertThat(projection.statistics().skipped(SkipReason.ALERT_GONE)).isEqualTo(3);
            assertThat(projection.statistics().skipped(SkipReason.MALFORMED)).isEqualTo(2);
            assertThat(projection.statistics().skipped(SkipReason.REFUSED)).isZero();
        }
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void endsAnInstanceWhoseAlertIsGone() {
        Transitions instance = instance("a");
        try (Projection projection = start()) {
            results.send(instance.to(FIRING));
            awaitState(instance, "firing");
            rows.delete(alert);

            results.send(instance("b").to(FIRING));
            results.send(instance.to(RESOLVED));

            awaitState(instance, "resolved");
            assertThat(count()).isEqualTo(1);
        }
    }

    @Test
    void storesEventsThatPostgreSqlWouldNotTakeAsTheyAre() {
        Transitions instance = instance("a");
        results.send(
                instance.firingOn("first", "{\"text\":\"a\\u0000b\"}", "{\"text\":\"\\ud800\"}"));

        try (Projection projection = start()) {
            awaitState(instance, "firing");
            assertThat(projection.statistics().skipped(SkipReason.REFUSED)).isZero();
        }
    }

    @Test
    void keepsTheLatestStatusOfEachSubtask() {
        results.send(status(alert, 0, 1, start));
        results.send(status(alert, 1, 7, start));
        results.send(status(alert, 0, 3, start.plusSeconds(2)));
        results.send(status(alert, 0, 2, start.plusSeconds(1))); // of an older run
        try (Projection projection = start()) {
            await().untilAsserted(() -> assertThat(errors()).containsExactly(3L, 7L));

            results.send(status(alert, 0, 2, start.plusSeconds(1)));
            awaitProjected();
            assertThat(errors()).containsExactly(3L, 7L);

            results.send(status(alert, 1, 8, start.plusSeconds(5)));
            await().untilAsserted(() -> assertThat(errors()).containsExactly(3L, 8L));
        }
    }

    @Test
    void keepsTheLatestClockOfEachSubtaskAndNoneThatCannotBe() {
        BACKENDS.owner().useHandle(handle -> handle.execute("DELETE FROM alerting_clocks"));
        long now = start.toEpochMilli();
        results.send(new JobClock(0, 2, now - 9_000, now));
        results.send(new JobClock(1, 2, now - 300, now));
        results.send(new JobClock(0, 2, now - 100, now + 2_000));
        results.send(new JobClock(0, 2, now - 5_000, now + 1_000)); // of an older run
        results.send(new JobClock(1, 2, Long.MAX_VALUE / 2, now + 3_000));
        results.send(status(alert, 0, 1, start));

        try (Projection projection = start()) {
            await().untilAsserted(() -> assertThat(errors()).containsExactly(1L));
            assertThat(projection.statistics().skipped(SkipReason.OUT_OF_RANGE)).isEqualTo(1);
        }

        List<Instant> clocks =
                BACKENDS.owner()
                        .withHandle(
                                handle ->
                                        handle.select(
                                                        "SELECT clock FROM alerting_clocks"
                                                                + " ORDER BY subtask")
                                                .mapTo(Instant.class)
                                                .list());
        assertThat(clocks)
                .containsExactly(Instant.ofEpochMilli(now - 100), Instant.ofEpochMilli(now - 300));
    }

    private Projection start() {
        return Projection.start(kafka, BACKENDS.database());
    }

    private Transitions instance(String host) {
        return Transitions.of(tenant, alert, "{\"host\":\"%s\"}".formatted(host), start);
    }

    private RuleStatus status(AlertId of, int subtask, long errors, Instant at) {
        return new RuleStatus(
                tenant,
                of,
                1,
                1,
                subtask,
                2,
                RuleStatus.State.ACTIVE,
                start.toEpochMilli(),
                errors,
                Optional.of("division by zero"),
                0,
                0,
                0,
                Optional.empty(),
                at.toEpochMilli());
    }

    private void awaitState(Transitions instance, String state) {
        await().untilAsserted(() -> assertThat(row(instance)).containsEntry("state", state));
    }

    /** Until everything that has been sent is projected. */
    private void awaitProjected() {
        int records =
                TopicReader.all(kafka, kafka.topics().alerts()).size()
                        + TopicReader.all(kafka, kafka.topics().alertStatus()).size();
        await().untilAsserted(() -> assertThat(projectedRecords()).isEqualTo(records));
    }

    private long projectedRecords() {
        return BACKENDS.owner()
                .withHandle(
                        handle ->
                                handle.createQuery(
                                                """
                                                SELECT coalesce(sum(next_offset), 0)
                                                FROM projection_offsets
                                                WHERE topic IN (:alerts, :status)\
                                                """)
                                        .bind("alerts", kafka.topics().alerts())
                                        .bind("status", kafka.topics().alertStatus())
                                        .mapTo(Long.class)
                                        .one());
    }

    private Map<String, Object> row(Transitions instance) {
        return BACKENDS.owner()
                .withHandle(
                        handle ->
                                handle.select(
                                                """
                                                SELECT state, reason, severity, started_at, fired_at,
                                                    ended_at, updated_at, shadow, version,
                                                    evidence ->> 'value' AS at_firing,
                                                    end_evidence ->> 'value' AS at_end,
                                                    annotations ->> 'summary' AS summary,
                                                    key ->> 'host' AS host
                                                FROM alert_instances WHERE id = ?\
                                                """,
                                                instance.instance())
                                        .mapToMap()
                                        .findOne())
                .orElse(Map.of());
    }

    private long count() {
        return BACKENDS.owner()
                .withHandle(
                        handle ->
                                handle.select(
                                                "SELECT count(*) FROM alert_instances WHERE"
                                                        + " tenant_id = ?",
                                                tenant.value())
                                        .mapTo(Long.class)
                                        .one());
    }

    private List<Long> errors() {
        return BACKENDS.owner()
                .withHandle(
                        handle ->
                                handle.select(
                                                "SELECT errors FROM alert_status WHERE tenant_id ="
                                                        + " ? ORDER BY subtask",
                                                tenant.value())
                                        .mapTo(Long.class)
                                        .list());
    }
}
