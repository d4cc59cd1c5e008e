package io.streamgauge.control.detection;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.detection.DetectionSettingsCodec;
import io.streamgauge.contracts.detection.Exclusion;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.audit.AuditEntry;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.outbox.Outbox;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.problem.PreconditionFailed;
import io.streamgauge.control.rest.VersionTag;
import io.streamgauge.control.stream.StreamCatalog;
import io.streamgauge.control.stream.StreamService;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Changes how sensitive the detection of a stream is, and what it leaves out. Each change is one
 * transaction, which holds the stream, with the message that tells the job and with its entry in
 * the audit log.
 */
public final class DetectionService {

    private final Database database;
    private final StreamService streams;
    private final DetectionRepository rows = new DetectionRepository();
    private final Outbox outbox;
    private final AuditLog audit;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /**
     * @param ids makes the ids of new exclusions; never the same twice
     */
    public DetectionService(
            Database database,
            StreamService streams,
            Outbox outbox,
            AuditLog audit,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.database = database;
        this.streams = streams;
        this.outbox = outbox;
        this.audit = audit;
        this.clock = clock;
        this.ids = ids;
    }

    /** What is said of a stream. */
    Detection get(TenantId tenant, StreamId stream) {
        return database.inTenant(tenant, handle -> rows.find(handle, tenant, stream));
    }

    /** What the anomaly job says of a stream. */
    JobStatus status(TenantId tenant, StreamId stream) {
        return database.inTenant(tenant, handle -> JobStatus.of(handle, tenant, stream));
    }

    /**
     * Changes the sensitivity. What says the same changes nothing, the version neither.
     *
     * @param expected whether the present version is the one that the change was made for
     * @throws NotFound where there is no such stream
     * @throws InvalidRequest where it is wrong
     * @throws PreconditionFailed where the version is another one
     */
    Detection update(
            TenantId tenant,
            String stream,
            Predicate<VersionTag> expected,
            JsonNode body,
            Origin origin) {
        return change(
                tenant,
                stream,
                (handle, definition) -> {
                    Detection before = rows.find(handle, tenant, definition.id());
                    if (!expected.test(before.tag())) {
                        throw new PreconditionFailed(
                                "detection: at version %d, another one than If-Match names (expected: the ETag of the present version)"
                                        .formatted(before.version()));
                    }
                    DetectionSpec spec = DetectionSpec.of(body, definition);
                    if (before.version() > 0 && before.spec().equals(spec)) {
                        return before;
                    }
                    Detection after = publish(handle, with(before, spec), origin);
                    record(
                            handle,
                            tenant,
                            origin,
                            "update",
                            "detection",
                            definition.id().toString(),
                            Optional.of(before.toJson()),
                            Optional.of(after.toJson()));
                    return after;
                });
    }

    /**
     * Adds a time that is left out.
     *
     * @throws NotFound where there is no such stream
     * @throws InvalidRequest where it is wrong, or one too many
     */
    Exclusion exclude(TenantId tenant, String stream, JsonNode body, Origin origin) {
        return change(
                tenant,
                stream,
                (handle, definition) -> {
                    Exclusion added = ExclusionSpec.of(body, definition, now()).withId(ids.get());
                    rows.insert(handle, tenant, definition.id(), added, origin, now());
                    publish(handle, rows.find(handle, tenant, definition.id()), origin);
                    record(handle, tenant, origin, Optional.empty(), Optional.of(added));
                    return added;
                });
    }

    /**
     * @throws NotFound where there is no such stream or exclusion
     */
    Exclusion exclusion(TenantId tenant, StreamId stream, UUID id) {
        return find(
                database.inTenant(tenant, handle -> rows.exclusions(handle, tenant, stream)), id);
    }

    /**
     * Changes a time that is left out.
     *
     * @throws NotFound where there is no such stream or exclusion
     * @throws InvalidRequest where it is wrong
     */
    Exclusion change(TenantId tenant, String stream, UUID id, JsonNode body, Origin origin) {
        return change(
                tenant,
                stream,
                (handle, definition) -> {
                    Exclusion before = find(rows.exclusions(handle, tenant, definition.id()), id);
                    Exclusion after = ExclusionSpec.of(body, definition, now()).withId(id);
                    if (before.equals(after)) {
                        return before;
                    }
                    rows.update(handle, tenant, after);
                    publish(handle, rows.find(handle, tenant, definition.id()), origin);
                    record(handle, tenant, origin, Optional.of(before), Optional.of(after));
                    return after;
                });
    }

    /**
     * Leaves a time out no longer.
     *
     * @throws NotFound where there is no such stream or exclusion
     */
    void include(TenantId tenant, String stream, UUID id, Origin origin) {
        Exclusion unused =
                change(
                        tenant,
                        stream,
                        (handle, definition) -> {
                            Exclusion gone =
                                    find(rows.exclusions(handle, tenant, definition.id()), id);
                            rows.delete(handle, tenant, id);
                            publish(handle, rows.find(handle, tenant, definition.id()), origin);
                            record(handle, tenant, origin, Optional.of(gone), Optional.empty());
                            return gone;
                        });
    }

    static NotFound notFound(String id) {
        return new NotFound(
                "exclusion: %s does not exist (expected: the id of one of the stream)"
                        .formatted(id.length() <= 36 ? id : id.substring(0, 33) + "..."));
    }

    private static Exclusion find(List<Exclusion> exclusions, UUID id) {
        return exclusions.stream()
                .filter(it -> it.id().equals(id))
                .findFirst()
                .orElseThrow(() -> notFound(id.toString()));
    }

    private <T> T change(
            TenantId tenant, String stream, BiFunction<Handle, StreamDefinition, T> change) {
        T result =
                database.inTenant(
                        tenant,
                        handle ->
                                change.apply(
                                        handle,
                                        streams.holdAlone(handle, tenant, stream)
                                                .orElseThrow(
                                                        () -> StreamCatalog.notFound(stream))));
        outbox.committed();
        return result;
    }

    /** Saves under the next version, and tells the job. */
    private Detection publish(Handle handle, Detection detection, Origin origin) {
        byte[] message = DetectionSettingsCodec.toBytes(detection.settings());
        rows.save(handle, detection, origin, now());
        outbox.append(
                handle,
                detection.tenant(),
                new DetectionSettingsCodec.Key(detection.tenant(), detection.stream()).toString(),
                message);
        return rows.find(handle, detection.tenant(), detection.stream());
    }

    private static Detection with(Detection detection, DetectionSpec spec) {
        return new Detection(
                detection.tenant(),
                detection.stream(),
                detection.version(),
                spec,
                detection.changed(),
                detection.exclusions());
    }

    private void record(
            Handle handle,
            TenantId tenant,
            Origin origin,
            Optional<Exclusion> before,
            Optional<Exclusion> after) {
        String action = before.isEmpty() ? "create" : after.isEmpty() ? "delete" : "update";
        record(
                handle,
                tenant,
                origin,
                action,
                "exclusion",
                after.or(() -> before).orElseThrow().id().toString(),
                before.map(Detection::toJson),
                after.map(Detection::toJson));
    }

    private void record(
            Handle handle,
            TenantId tenant,
            Origin origin,
            String action,
            String type,
            String id,
            Optional<? extends JsonNode> before,
            Optional<? extends JsonNode> after) {
        audit.append(
                handle,
                new AuditEntry(
                        Optional.of(tenant),
                        origin,
                        action,
                        type,
                        id,
                        before.map(it -> it),
                        after.map(it -> it)));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
