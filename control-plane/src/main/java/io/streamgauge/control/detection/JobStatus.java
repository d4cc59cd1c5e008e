package io.streamgauge.control.detection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.detection.DetectionStatus.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * What the subtasks of the anomaly job say of a stream.
 *
 * @param reports the last of each that there ever was
 */
record JobStatus(List<Report> reports) {

    /** What one subtask said. */
    record Report(
            int subtask,
            int parallelism,
            State state,
            OptionalLong version,
            Optional<String> reason,
            long failures,
            long seriesBeyondLimit,
            long learning,
            long active,
            long constant,
            long invalidValues,
            long outOfOrder,
            Instant at) {}

    JobStatus {
        reports = List.copyOf(reports);
    }

    /** Reads what was said last. */
    static JobStatus of(Handle handle, TenantId tenant, StreamId stream) {
        return new JobStatus(
                handle.createQuery(
                                """
                                SELECT subtask, parallelism, state, version, reason, failures,
                                    series_beyond_limit, learning, active, constant,
                                    invalid_values, out_of_order, at
                                FROM detection_status
                                WHERE tenant_id = :tenant AND stream_id = :stream
                                ORDER BY subtask\
                                """)
                        .bind("tenant", tenant.value())
                        .bind("stream", stream.value())
                        .map(JobStatus::report)
                        .list());
    }

    /**
     * Adds {@code status}: on how many subtasks which version is in force, which are refused and
     * why, and what the series are like. Adds nothing where the job has said nothing.
     */
    void write(ObjectNode json) {
        Optional<Report> latest = reports.stream().max(Comparator.comparing(Report::at));
        if (latest.isEmpty()) {
            return;
        }
        // A job with another parallelism has left reports of subtasks that are no more.
        int subtasks = latest.get().parallelism();
        List<Report> present = reports.stream().filter(it -> it.subtask() < subtasks).toList();
        ObjectNode status = json.putObject("status");
        status.put("subtasks", subtasks);
        writeModels(status, present);
        ObjectNode measures = status.putObject("measures");
        measures.put("learning", sum(present, Report::learning));
        measures.put("active", sum(present, Report::active));
        measures.put("constant", sum(present, Report::constant));
        status.put("invalidValues", sum(present, Report::invalidValues));
        status.put("outOfOrder", sum(present, Report::outOfOrder));
        status.put("seriesBeyondLimit", sum(present, Report::seriesBeyondLimit));
        status.put("failures", sum(present, Report::failures));
        status.put("reportedAt", latest.get().at().toString());
    }

    private static void writeModels(ObjectNode status, List<Report> present) {
        SortedMap<Long, Integer> inForce = new TreeMap<>();
        ArrayNode refused = status.arrayNode();
        for (Report report : present) {
            if (report.state() == State.ACTIVE && report.version().isPresent()) {
                inForce.merge(report.version().getAsLong(), 1, Integer::sum);
            }
            if (report.state() == State.REFUSED || report.reason().isPresent()) {
                ObjectNode item = refused.addObject();
                item.put("subtask", report.subtask());
                report.version().ifPresent(it -> item.put("version", it));
                report.reason().ifPresent(it -> item.put("reason", it));
            }
        }
        ArrayNode models = status.putArray("models");
        inForce.forEach(
                (version, number) ->
                        models.addObject().put("version", version).put("subtasks", number));
        status.set("refused", refused);
    }

    private static long sum(List<Report> reports, ToLongFunction<Report> number) {
        return reports.stream().mapToLong(number).sum();
    }

    private static Report report(ResultSet row, StatementContext context) throws SQLException {
        long version = row.getLong("version");
        OptionalLong given = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(version);
        return new Report(
                row.getInt("subtask"),
                row.getInt("parallelism"),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                given,
                Optional.ofNullable(row.getString("reason")),
                row.getLong("failures"),
                row.getLong("series_beyond_limit"),
                row.getLong("learning"),
                row.getLong("active"),
                row.getLong("constant"),
                row.getLong("invalid_values"),
                row.getLong("out_of_order"),
                row.getObject("at", OffsetDateTime.class).toInstant());
    }
}
