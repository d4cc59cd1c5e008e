package io.streamgauge.control.model;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.stream.StreamService;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Asks once in a while for a training of every stream that has results of more than a day, and some
 * of late. Of several replicas one does so for a stream: it looks whether there was one, and asks,
 * while it holds the stream alone. A training that somebody asked for counts as well.
 */
final class TrainingSchedule {

    private static final String REQUESTED_BY = "schedule";
    private static final Duration LEAST_PAST = Duration.ofDays(1);

    private final Database database;
    private final StreamService streams;
    private final TrainingRepository trainings = new TrainingRepository();
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final Duration every;

    /**
     * @param every how often each stream is trained
     */
    TrainingSchedule(
            Database database,
            StreamService streams,
            InstantSource clock,
            Supplier<UUID> ids,
            Duration every) {
        this.database = database;
        this.streams = streams;
        this.clock = clock;
        this.ids = ids;
        this.every = every;
    }

    /**
     * Asks for what is due.
     *
     * @param stopped asked between the streams
     */
    void run(BooleanSupplier stopped) {
        for (TenantId tenant : database.inSystem(TrainingSchedule::activeTenants)) {
            for (StreamId stream : streams.ids(tenant)) {
                if (stopped.getAsBoolean()) {
                    return;
                }
                Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
                if (database.inTenant(tenant, handle -> isDue(handle, tenant, stream, now))) {
                    database.useTenant(tenant, handle -> ask(handle, tenant, stream, now));
                }
            }
        }
    }

    private static List<TenantId> activeTenants(Handle handle) {
        return handle.createQuery(
                        "SELECT id FROM tenants WHERE active AND deleting_since IS NULL ORDER BY"
                                + " id")
                .map((row, context) -> new TenantId(row.getString("id")))
                .list();
    }

    private boolean isDue(Handle handle, TenantId tenant, StreamId stream, Instant now) {
        return handle.createQuery(
                        """
                        SELECT NOT EXISTS (
                            SELECT FROM trainings WHERE tenant_id = :tenant AND stream_id = :stream
                                AND (requested_at > :since OR ended_at IS NULL))\
                        """)
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .bind("since", now.minus(every).atOffset(ZoneOffset.UTC))
                .mapTo(Boolean.class)
                .one();
    }

    private void ask(Handle handle, TenantId tenant, StreamId id, Instant now) {
        Optional<StreamDefinition> stream =
                streams.holdAlone(handle, tenant, id.toString())
                        .filter(it -> isDue(handle, tenant, id, now))
                        .filter(it -> hasHistory(handle, it, now));
        if (stream.isEmpty()) {
            return;
        }
        trainings.insert(
                handle,
                new Training(
                        tenant,
                        ids.get(),
                        id,
                        Training.State.QUEUED,
                        true,
                        now,
                        REQUESTED_BY,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        Optional.empty()));
    }

    private static boolean hasHistory(Handle handle, StreamDefinition stream, Instant now) {
        Instant recent = now.minus(LEAST_PAST);
        return hasResults(handle, stream, now.minus(TrainingRun.RANGE), recent)
                && hasResults(handle, stream, recent, now);
    }

    private static boolean hasResults(
            Handle handle, StreamDefinition stream, Instant from, Instant to) {
        return handle.createQuery(
                        """
                        SELECT EXISTS (
                            SELECT FROM aggregates WHERE tenant_id = :tenant AND stream_id = :stream
                                AND window_seconds = :window
                                AND window_start >= :from AND window_start < :to)\
                        """)
                .bind("tenant", stream.tenant().value())
                .bind("stream", stream.id().value())
                .bind("window", stream.spec().windows().getFirst().toSeconds())
                .bind("from", from.atOffset(ZoneOffset.UTC))
                .bind("to", to.atOffset(ZoneOffset.UTC))
                .mapTo(Boolean.class)
                .one();
    }
}
