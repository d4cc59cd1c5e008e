package io.streamgauge.control.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.detection.PublishedModel;
import io.streamgauge.contracts.detection.PublishedModelCodec;
import io.streamgauge.control.audit.AuditEntry;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.model.ModelRepository.Position;
import io.streamgauge.control.outbox.Outbox;
import io.streamgauge.control.problem.Conflict;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.stream.StreamService;
import io.streamgauge.detection.SeriesModel;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;

/**
 * Says by which model a stream is judged. Each change is one transaction, which holds the stream
 * alone, with the message that brings the model to the job and with its entry in the audit log.
 */
public final class ModelService {

    private final Database database;
    private final StreamService streams;
    private final ModelRepository models = new ModelRepository();
    private final Outbox outbox;
    private final AuditLog audit;
    private final InstantSource clock;

    public ModelService(
            Database database,
            StreamService streams,
            Outbox outbox,
            AuditLog audit,
            InstantSource clock) {
        this.database = database;
        this.streams = streams;
        this.outbox = outbox;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * @throws NotFound where there is no such model
     */
    Model get(TenantId tenant, UUID id) {
        return database.inTenant(tenant, handle -> models.find(handle, tenant, id))
                .orElseThrow(() -> notFound(id.toString()));
    }

    /** Models, the newest first. */
    List<Model> list(
            TenantId tenant,
            Optional<StreamId> stream,
            Optional<Model.State> state,
            Optional<Position> after,
            int limit) {
        return database.inTenant(
                tenant, handle -> models.list(handle, tenant, stream, state, after, limit));
    }

    /** Adds the model in force, if any, to what the API shows of a stream's detection. */
    public void describe(TenantId tenant, StreamId stream, ObjectNode json) {
        database.inTenant(tenant, handle -> models.active(handle, tenant, stream))
                .ifPresent(
                        it ->
                                json.putObject("model")
                                        .put("id", it.id().toString())
                                        .put("version", it.version()));
    }

    /**
     * Lets a stream be judged by a model. One that is active stays so.
     *
     * @param force also where there is an objection to it
     * @throws NotFound where there is no such model
     * @throws Conflict where there is an objection, or the jobs of this release cannot use it
     */
    Model activate(TenantId tenant, UUID id, boolean force, Origin origin) {
        return change(
                tenant,
                id,
                (handle, model) -> {
                    if (model.state() == Model.State.ACTIVE) {
                        return model;
                    }
                    if (model.state() == Model.State.CANDIDATE
                            && model.objection().isPresent()
                            && !force) {
                        throw new Conflict(
                                ErrorCode.WORSE_MODEL,
                                "model: version %d was not fit to become active: %s; force says that it shall"
                                        .formatted(model.version(), model.objection().get()));
                    }
                    return activate(handle, model, "activate", origin);
                });
    }

    /**
     * Lets a stream be judged by no model.
     *
     * @throws NotFound where there is no such model
     * @throws Conflict where it is not the active one
     */
    Model deactivate(TenantId tenant, UUID id, Origin origin) {
        return change(
                tenant,
                id,
                (handle, model) -> {
                    requireActive(model);
                    Model retired = retire(handle, model);
                    outbox.appendTombstone(handle, tenant, key(model));
                    record(handle, origin, "deactivate", Optional.of(model), retired);
                    return retired;
                });
    }

    /**
     * Goes back from the active model to the one that was active before it.
     *
     * @return the one that is active now
     * @throws NotFound where there is no such model
     * @throws Conflict where it is not the active one, or there is none to go back to
     */
    Model rollBack(TenantId tenant, UUID id, Origin origin) {
        return change(
                tenant,
                id,
                (handle, model) -> {
                    requireActive(model);
                    Model earlier =
                            models.before(handle, tenant, model.stream(), model.version())
                                    .orElseThrow(
                                            () ->
                                                    new Conflict(
                                                            ErrorCode.NO_MODEL,
                                                            "model: none before version %d was active (expected: one to go back to)"
                                                                    .formatted(model.version())));
                    return activate(handle, earlier, "roll-back", origin);
                });
    }

    /**
     * Adds what a training has made, in its transaction, which holds the stream alone.
     *
     * @param replaces the model that it was compared with
     * @param force whether it becomes active in spite of an objection
     */
    Model add(
            Handle handle,
            Model made,
            byte[] bytes,
            Optional<UUID> replaces,
            boolean force,
            Origin origin) {
        Optional<UUID> active = models.active(handle, made.tenant(), made.stream()).map(Model::id);
        models.insert(handle, made, bytes);
        record(handle, origin, "create", Optional.empty(), made);
        // What it was compared with may be outdated by now.
        boolean fit = made.objection().isEmpty() && active.equals(replaces);
        return fit || force ? activate(handle, made, "activate", origin) : made;
    }

    Optional<Model> active(Handle handle, TenantId tenant, StreamId stream) {
        return models.active(handle, tenant, stream);
    }

    byte[] bytes(Handle handle, Model model) {
        return models.bytes(handle, model.tenant(), model.id());
    }

    long nextVersion(Handle handle, TenantId tenant, StreamId stream) {
        return models.nextVersion(handle, tenant, stream);
    }

    /** Tells the relay that a transaction with {@link #add} has been committed. */
    void committed() {
        outbox.committed();
    }

    static NotFound notFound(String id) {
        return new NotFound(
                "model: %s does not exist (expected: the id of a model)"
                        .formatted(id.length() <= 36 ? id : id.substring(0, 33) + "..."));
    }

    private Model change(TenantId tenant, UUID id, BiFunction<Handle, Model, Model> change) {
        Model result =
                database.inTenant(
                        tenant,
                        handle -> {
                            Model seen =
                                    models.find(handle, tenant, id)
                                            .orElseThrow(() -> notFound(id.toString()));
                            // Then again: what is decided on is what is changed.
                            return streams.holdAlone(handle, tenant, seen.stream().toString())
                                    .flatMap(stream -> models.find(handle, tenant, id))
                                    .map(model -> change.apply(handle, model))
                                    .orElseThrow(() -> notFound(id.toString()));
                        });
        outbox.committed();
        return result;
    }

    private Model activate(Handle handle, Model model, String action, Origin origin) {
        byte[] bytes = models.bytes(handle, model.tenant(), model.id());
        try {
            SeriesModel unused = SeriesModel.ofBytes(bytes);
        } catch (IOException e) {
            throw new Conflict(
                    ErrorCode.NO_LONGER_VALID,
                    "model: version %d cannot be used any more: %s"
                            .formatted(model.version(), e.getMessage()));
        }
        models.active(handle, model.tenant(), model.stream())
                .ifPresent(
                        it -> {
                            Model unused = retire(handle, it);
                        });
        Model active = model.in(Model.State.ACTIVE, Optional.of(now()));
        models.updateState(handle, active);
        outbox.append(
                handle,
                model.tenant(),
                key(model),
                PublishedModelCodec.toBytes(
                        new PublishedModel(
                                model.tenant(),
                                model.stream(),
                                model.id(),
                                model.version(),
                                bytes)));
        record(handle, origin, action, Optional.of(model), active);
        return active;
    }

    private Model retire(Handle handle, Model model) {
        Model retired = model.in(Model.State.RETIRED, model.activatedAt());
        models.updateState(handle, retired);
        return retired;
    }

    private static void requireActive(Model model) {
        if (model.state() != Model.State.ACTIVE) {
            throw new Conflict(
                    ErrorCode.NO_MODEL,
                    "model: version %d is %s (expected: active)"
                            .formatted(model.version(), model.state().wireName()));
        }
    }

    private void record(
            Handle handle, Origin origin, String action, Optional<Model> before, Model after) {
        audit.append(
                handle,
                new AuditEntry(
                        Optional.of(after.tenant()),
                        origin,
                        action,
                        "model",
                        after.id().toString(),
                        before.map(Model::toJson),
                        Optional.of(after.toJson())));
    }

    private static String key(Model model) {
        return new PublishedModelCodec.Key(model.tenant(), model.stream()).toString();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
