package io.streamgauge.control.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A training a day of each stream that has something to learn from, and none twice. */
class TrainingScheduleIT {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Instant START = Instant.parse("2026-03-05T12:00:00Z");

    private static TrainingFixture fixture;

    private TenantId tenant;
    private StreamId stream;
    private Instant now = START;

    @BeforeAll
    static void startDatabase() throws IOException {
        fixture = new TrainingFixture();
    }

    @AfterAll
    static void stopDatabase() {
        fixture.close();
    }

    @BeforeEach
    void storeResultsOfSomeDays() {
        tenant = fixture.newTenant();
        stream = fixture.newStream(tenant);
        for (int day = -3; day < 4; day++) {
            fixture.store(tenant, stream, START.plus(DAY.multipliedBy(day)).minusSeconds(60));
        }
    }

    @AfterEach
    void leaveNothingToDo() {
        fixture.endAll(tenant);
    }

    @Test
    void asksOnceADay() {
        List<Instant> asked = new ArrayList<>();
        for (int minutes = 0; minutes < 3 * 24 * 60; minutes += 10) {
            now = START.plusSeconds(minutes * 60L);
            int before = fixture.trainings(tenant).size();
            schedule().run(() -> false);
            if (fixture.trainings(tenant).size() > before) {
                asked.add(now);
            }
            fixture.endAll(tenant);
        }

        assertThat(asked).containsExactly(START, START.plus(DAY), START.plus(DAY.multipliedBy(2)));
        assertThat(fixture.trainings(tenant))
                .hasSize(3)
                .allSatisfy(
                        it -> {
                            assertThat(it.scheduled()).isTrue();
                            assertThat(it.stream()).isEqualTo(stream);
                        });
    }

    @Test
    void asksForNoneWhileOneWaitsOrRuns() {
        schedule().run(() -> false);
        now = START.plus(DAY.multipliedBy(2));
        schedule().run(() -> false);

        assertThat(fixture.trainings(tenant)).hasSize(1);
    }

    @Test
    void aTrainingThatSomebodyAskedForCounts() {
        UUID asked = fixture.ask(tenant, stream, START.minusSeconds(60));
        fixture.endAll(tenant);
        schedule().run(() -> false);
        assertThat(fixture.trainings(tenant)).extracting(Training::id).containsExactly(asked);

        now = START.plus(DAY);
        schedule().run(() -> false);
        assertThat(fixture.trainings(tenant)).hasSize(2);
    }

    @Test
    void asksForNoneOfAStreamWithoutAPastOrAPresent() {
        StreamId young = fixture.newStream(tenant);
        fixture.store(tenant, young, START.minusSeconds(60));
        StreamId over = fixture.newStream(tenant);
        fixture.store(tenant, over, START.minus(DAY).minusSeconds(60));
        fixture.newStream(tenant);

        schedule().run(() -> false);

        assertThat(fixture.trainings(tenant)).extracting(Training::stream).containsExactly(stream);
    }

    @Test
    void ofSeveralReplicasOneAsks() throws Exception {
        int replicas = 4;
        try (ExecutorService threads = Executors.newFixedThreadPool(replicas)) {
            for (int day = 0; day < 4; day++) {
                now = START.plus(DAY.multipliedBy(day));
                CyclicBarrier together = new CyclicBarrier(replicas);
                List<Future<?>> runs = new ArrayList<>();
                for (int i = 0; i < replicas; i++) {
                    TrainingSchedule schedule = schedule();
                    runs.add(
                            threads.submit(
                                    () -> {
                                        together.await();
                                        schedule.run(() -> false);
                                        return true;
                                    }));
                }
                for (Future<?> run : runs) {
                    run.get();
                }
                assertThat(fixture.trainings(tenant)).hasSize(day + 1);
                fixture.endAll(tenant);
            }
        }
    }

    private TrainingSchedule schedule() {
        Instant present = now;
        return new TrainingSchedule(
                fixture.database(), fixture.streams(), () -> present, UUID::randomUUID, DAY);
    }
}
