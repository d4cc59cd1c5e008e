package io.streamgauge.control.detection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.AuditEntry;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.detection.FeedbackRepository.Position;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.stream.StreamCatalog;
import io.streamgauge.control.stream.StreamService;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Keeps what people say of anomalies. Each change is one transaction with its entry in the audit
 * log. The next training of the stream's model heeds what was said until then.
 */
public final class FeedbackService {

    private final Database database;
    private final StreamService streams;
    private final FeedbackRepository rows = new FeedbackRepository();
    private final AuditLog audit;
    private final InstantSource clock;

    public FeedbackService(
            Database database, StreamService streams, AuditLog audit, InstantSource clock) {
        this.database = database;
        this.streams = streams;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Says whether an anomaly was one, in the place of what was said before. What says the same
     * changes nothing.
     *
     * @throws NotFound where there is no such stream or anomaly
     */
    Feedback say(
            TenantId tenant,
            String stream,
            UUID anomaly,
            boolean verdict,
            String note,
            Origin origin) {
        return database.inTenant(
                tenant,
                handle -> {
                    StreamId id = hold(handle, tenant, stream);
                    Optional<Feedback> before = rows.find(handle, tenant, id, anomaly);
                    if (before.filter(it -> it.verdict() == verdict && it.note().equals(note))
                            .isPresent()) {
                        return before.get();
                    }
                    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
                    Feedback said =
                            before.or(() -> rows.anomaly(handle, tenant, id, anomaly))
                                    .orElseThrow(() -> notFound(anomaly.toString()))
                                    .saying(verdict, note, now, origin.actor());
                    rows.save(handle, tenant, id, said);
                    record(handle, tenant, origin, before, Optional.of(said));
                    return said;
                });
    }

    /**
     * Takes back what was said.
     *
     * @throws NotFound where there is no such stream, or nothing was said
     */
    void takeBack(TenantId tenant, String stream, UUID anomaly, Origin origin) {
        database.useTenant(
                tenant,
                handle -> {
                    StreamId id = hold(handle, tenant, stream);
                    Feedback before =
                            rows.find(handle, tenant, id, anomaly)
                                    .orElseThrow(() -> notFound(anomaly.toString()));
                    rows.delete(handle, tenant, id, anomaly);
                    record(handle, tenant, origin, Optional.of(before), Optional.empty());
                });
    }

    /** What was said of a stream's anomalies, the last first. */
    List<Feedback> list(
            TenantId tenant,
            StreamId stream,
            Optional<Boolean> verdict,
            Optional<Position> after,
            int limit) {
        return database.inTenant(
                tenant, handle -> rows.list(handle, tenant, stream, verdict, after, limit));
    }

    static NotFound notFound(String id) {
        return new NotFound(
                "anomaly: %s does not exist (expected: the id of one that is stored)"
                        .formatted(id.length() <= 36 ? id : id.substring(0, 33) + "..."));
    }

    private StreamId hold(Handle handle, TenantId tenant, String stream) {
        return streams.hold(handle, tenant, stream)
                .orElseThrow(() -> StreamCatalog.notFound(stream))
                .id();
    }

    private void record(
            Handle handle,
            TenantId tenant,
            Origin origin,
            Optional<Feedback> before,
            Optional<Feedback> after) {
        String action = before.isEmpty() ? "create" : after.isEmpty() ? "delete" : "update";
        Optional<ObjectNode> was = before.map(Feedback::toJson);
        Optional<ObjectNode> is = after.map(Feedback::toJson);
        audit.append(
                handle,
                new AuditEntry(
                        Optional.of(tenant),
                        origin,
                        action,
                        "feedback",
                        after.or(() -> before).orElseThrow().anomaly().toString(),
                        was.map(it -> it),
                        is.map(it -> it)));
    }
}
