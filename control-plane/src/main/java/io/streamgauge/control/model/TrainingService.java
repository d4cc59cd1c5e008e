package io.streamgauge.control.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.AuditEntry;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.model.TrainingRepository.Position;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.problem.RateLimited;
import io.streamgauge.control.stream.StreamCatalog;
import io.streamgauge.control.stream.StreamService;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Takes requests for trainings, which wait in the database until a {@link Trainer} has time, in
 * this process or another.
 */
public final class TrainingService {

    /** That a tenant may have waiting, the running one included. */
    private static final int MOST_OPEN = 20;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final Database database;
    private final StreamService streams;
    private final TrainingRepository trainings = new TrainingRepository();
    private final AuditLog audit;
    private final InstantSource clock;
    private final Supplier<UUID> ids;
    private final Runnable wake;

    /**
     * @param ids makes the ids of trainings; never the same twice
     * @param wake tells the trainer of this process that there is work
     */
    public TrainingService(
            Database database,
            StreamService streams,
            AuditLog audit,
            InstantSource clock,
            Supplier<UUID> ids,
            Runnable wake) {
        this.database = database;
        this.streams = streams;
        this.audit = audit;
        this.clock = clock;
        this.ids = ids;
        this.wake = wake;
    }

    /**
     * Asks for a training. The same that waits or runs already is not asked for again.
     *
     * @return the one that waits or runs
     * @throws NotFound where there is no such stream
     * @throws RateLimited where another of the stream's is open, or too many of the tenant's
     */
    Training request(TenantId tenant, TrainingRequest request, Origin origin) {
        Training training =
                database.inTenant(
                        tenant,
                        handle -> {
                            // Alone: two of them would not see each other's.
                            StreamId stream =
                                    streams.holdAlone(handle, tenant, request.stream())
                                            .orElseThrow(
                                                    () -> StreamCatalog.notFound(request.stream()))
                                            .id();
                            Training wanted = wanted(tenant, stream, request, origin);
                            Optional<Training> open = trainings.open(handle, tenant, stream);
                            if (open.isPresent()) {
                                if (open.get().isLike(wanted)) {
                                    return open.get();
                                }
                                throw refused(
                                        "stream-trainings",
                                        "%s of the stream is under way".formatted(open.get().id()));
                            }
                            if (trainings.countOpen(handle, tenant) >= MOST_OPEN) {
                                throw refused(
                                        "tenant-trainings",
                                        "%d of the tenant wait".formatted(MOST_OPEN));
                            }
                            trainings.insert(handle, wanted);
                            record(handle, wanted, origin);
                            return wanted;
                        });
        wake.run();
        return training;
    }

    /**
     * @throws NotFound where there is no such training
     */
    Training get(TenantId tenant, UUID id) {
        return database.inTenant(tenant, handle -> trainings.find(handle, tenant, id))
                .orElseThrow(() -> notFound(id.toString()));
    }

    /** Trainings, the newest first. */
    List<Training> list(
            TenantId tenant, Optional<StreamId> stream, Optional<Position> after, int limit) {
        return database.inTenant(
                tenant, handle -> trainings.list(handle, tenant, stream, after, limit));
    }

    static NotFound notFound(String id) {
        return new NotFound(
                "training: %s does not exist (expected: the id of a training)"
                        .formatted(id.length() <= 36 ? id : id.substring(0, 33) + "..."));
    }

    private Training wanted(
            TenantId tenant, StreamId stream, TrainingRequest request, Origin origin) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return new Training(
                tenant,
                ids.get(),
                stream,
                Training.State.QUEUED,
                false,
                now,
                origin.actor(),
                request.from(),
                request.to(),
                request.force(),
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty());
    }

    private void record(Handle handle, Training training, Origin origin) {
        Optional<JsonNode> asked = Optional.of(training.toJson());
        audit.append(
                handle,
                new AuditEntry(
                        Optional.of(training.tenant()),
                        origin,
                        "create",
                        "training",
                        training.id().toString(),
                        Optional.empty(),
                        asked));
    }

    private static RateLimited refused(String policy, String reason) {
        return new RateLimited(
                "training: %s (expected: wait for its end)".formatted(reason),
                List.of(policy),
                RETRY_AFTER,
                Map.of());
    }
}
