package io.streamgauge.control.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.database.SqlState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several processes and one list of trainings. */
class TrainingClaimIT {

    private static final Instant NOW = Instant.parse("2026-03-05T12:00:00Z");
    private static final Duration LEASE = Duration.ofMinutes(10);

    private static TrainingFixture fixture;

    private final TrainingRepository trainings = new TrainingRepository();
    private TenantId tenant;

    @BeforeAll
    static void startDatabase() throws IOException {
        fixture = new TrainingFixture();
    }

    @BeforeEach
    void newTenant() {
        tenant = fixture.newTenant();
    }

    @AfterAll
    static void stopDatabase() {
        fixture.close();
    }

    @Test
    void ofTwoThatClaimInTheSameMomentOneGetsIt() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 25; round++) {
                fixture.ask(tenant, fixture.newStream(tenant), NOW);
                fixture.ask(tenant, fixture.newStream(tenant), NOW); // the tenant's second waits
                CyclicBarrier together = new CyclicBarrier(2);
                List<Future<Optional<Training>>> claims = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    claims.add(
                            threads.submit(
                                    () -> {
                                        together.await();
                                        return claim(NOW);
                                    }));
                }
                List<Training> claimed = new ArrayList<>();
                for (Future<Optional<Training>> claim : claims) {
                    claim.get().ifPresent(claimed::add);
                }
                assertThat(claimed).as("round %d", round).hasSize(1);
                fixture.endAll(tenant);
            }
        }
    }

    @Test
    void everyTrainingIsMadeOnceByWhateverProcess() {
        for (int i = 0; i < 20; i++) {
            TenantId one = i % 2 == 0 ? tenant : fixture.newTenant();
            fixture.ask(one, fixture.newStream(one), Instant.now());
        }
        try (Trainer first = fixture.trainer();
                Trainer second = fixture.trainer()) {
            first.wake();
            second.wake();
            await().atMost(Duration.ofMinutes(2))
                    .until(
                            () ->
                                    fixture.trainings(tenant).stream()
                                            .allMatch(it -> it.endedAt().isPresent()));
        }

        assertThat(fixture.trainings(tenant))
                .hasSize(10)
                .allSatisfy(it -> assertThat(it.detail().orElse("")).contains("points: 0"));
        assertThat(fixture.attempts(tenant)).hasSize(10).containsOnly(1);
    }

    @Test
    void whatADeadProcessHadIsTakenOverAndItsLateWordDoesNotCount() {
        UUID asked = fixture.ask(tenant, fixture.newStream(tenant), NOW);
        Training dead = claim(NOW).orElseThrow();
        assertThat(claim(NOW.plus(LEASE))).isEmpty();
        Instant later = NOW.plus(LEASE).plusMillis(1);

        Training taken = claim(later).orElseThrow();

        assertThat(taken.id()).isEqualTo(asked);
        assertThat(renew(dead, later)).isFalse();
        assertThat(end(dead)).isFalse();
        giveBack(dead);
        assertThat(fixture.trainings(tenant))
                .singleElement()
                .satisfies(it -> assertThat(it.state()).isEqualTo(Training.State.RUNNING));
        assertThat(renew(taken, later)).isTrue();
        assertThat(end(taken)).isTrue();
    }

    @Test
    void whatHasOutlivedTwoProcessesIsSaidToHaveFailed() {
        fixture.ask(tenant, fixture.newStream(tenant), NOW);
        UUID other = fixture.ask(tenant, fixture.newStream(tenant), NOW.plusSeconds(1));
        assertThat(claim(NOW)).isPresent();
        Instant second = NOW.plus(LEASE).plusMillis(1);
        assertThat(claim(second)).isPresent();

        Optional<Training> next = claim(second.plus(LEASE).plusMillis(1));

        assertThat(next.map(Training::id)).contains(other);
        Training failed = fixture.trainings(tenant).getLast();
        assertThat(failed.state()).isEqualTo(Training.State.FAILED);
        assertThat(failed.detail().orElse("")).contains("have ended");
        fixture.endAll(tenant);
    }

    @Test
    void whatIsGivenBackWasNoAttempt() {
        fixture.ask(tenant, fixture.newStream(tenant), NOW);
        for (int i = 0; i < 5; i++) {
            giveBack(claim(NOW.plusSeconds(i)).orElseThrow());
        }

        assertThat(fixture.attempts(tenant)).containsExactly(0);
        assertThat(claim(NOW.plusSeconds(9))).isPresent();
        fixture.endAll(tenant);
    }

    /** As a trainer does. */
    private Optional<Training> claim(Instant now) {
        try {
            return fixture.database()
                    .inTenant(
                            tenant,
                            handle -> {
                                trainings.recoverAbandoned(handle, tenant, now);
                                return trainings.claim(handle, tenant, now, now.plus(LEASE));
                            });
        } catch (UnableToExecuteStatementException e) {
            assertThat(SqlState.of(e)).isEqualTo(SqlState.UNIQUE_VIOLATION);
            return Optional.empty();
        }
    }

    private boolean renew(Training training, Instant now) {
        return fixture.database()
                .inTenant(
                        tenant, handle -> trainings.renew(handle, training, 0.5, now.plus(LEASE)));
    }

    private void giveBack(Training training) {
        fixture.database().useTenant(tenant, handle -> trainings.giveBack(handle, training));
    }

    private boolean end(Training training) {
        return fixture.database()
                .inTenant(
                        tenant,
                        handle ->
                                trainings.end(
                                        handle,
                                        training,
                                        Training.State.DONE,
                                        NOW,
                                        Optional.empty(),
                                        Optional.empty()));
    }
}
