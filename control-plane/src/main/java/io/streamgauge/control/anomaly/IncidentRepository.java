package io.streamgauge.control.anomaly;

import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.anomaly.Incident.Member;
import io.streamgauge.control.anomaly.IncidentQuery.Grouped;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.rest.TimeRange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Groups stored anomalies into incidents while it reads them. There is nothing else to keep: an
 * anomaly that comes again has its row already, so it changes no incident, and one that comes late
 * is in the right one from then on.
 *
 * <p>In the order of their begin an anomaly belongs to the incident before it if that has not been
 * quiet for long: the time of its own window, at least two minutes (that an anomaly goes on is told
 * once a minute) and at most an hour. So that none is without end, an incident that has lasted for
 * a day ends with the next midnight (UTC), and another begins. Both are decided by what came
 * before, which is why no more than some days beside the range that is asked for need be read.
 *
 * <p>Where an incident begins another has not: a begin names it.
 */
final class IncidentRepository {

    /** The time before a range that decides what its incidents are; see {@link #read}. */
    private static final Duration BEFORE = Duration.ofHours(97);

    /** Two days and the longest window. */
    private static final Duration AFTER = Duration.ofDays(3);

    private static final String GROUPED =
            """
            tenant_id = :tenant AND stream_id = :stream AND score >= :minScore
                AND dimensions @> CAST(:where AS jsonb)\
            """;

    private static final String STARTS_AT = "window_end - make_interval(secs => window_seconds)";

    private static final String INCIDENTS =
            """
            WITH told AS (
                SELECT %s AS starts_at, window_end AS ends_at, anomaly_id, series_id, measure,
                    score, window_end + make_interval(
                        secs => least(greatest(window_seconds, 120), 3600)) AS holds_until
                FROM anomalies
                WHERE %s AND window_end >= :readFrom AND window_end < :readTo
            ), held AS (
                SELECT *, max(holds_until) OVER (
                    ORDER BY starts_at, anomaly_id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS held_until
                FROM told
            ), chained AS (
                SELECT *, count(*) FILTER (WHERE held_until IS NULL OR held_until < starts_at)
                    OVER (ORDER BY starts_at, anomaly_id ROWS UNBOUNDED PRECEDING) AS chain
                FROM held
            ), begun AS (
                SELECT *, min(starts_at) OVER (PARTITION BY chain) AS chain_begin,
                    date_trunc('day', starts_at, 'UTC') AS midnight
                FROM chained
            ), cut AS (
                SELECT *, CASE WHEN chain_begin <= midnight - interval '24 hours'
                    THEN midnight END AS piece
                FROM begun
            ), incidents AS (
                SELECT min(starts_at) AS begins_at, max(starts_at) AS last_begin,
                    max(ends_at) AS ends_at, max(score) AS score,
                    (array_agg(anomaly_id ORDER BY starts_at, anomaly_id))[1] AS id,
                    count(*) AS anomalies, count(DISTINCT series_id) AS series,
                    count(DISTINCT (series_id, measure)) AS measures
                FROM cut GROUP BY chain, piece
            )
            SELECT * FROM incidents
            WHERE begins_at < :before AND ends_at > :from AND series >= :minSeries
            ORDER BY begins_at DESC LIMIT :limit\
            """
                    .formatted(STARTS_AT, GROUPED);

    /** Of each incident, by its place in the page. */
    private static final String MEMBERS =
            """
            SELECT place, member.*
            FROM unnest(CAST(:begins AS timestamptz[]), CAST(:lasts AS timestamptz[]),
                CAST(:ends AS timestamptz[]))
                WITH ORDINALITY AS incident (begins_at, last_begin, ends_at, place)
            CROSS JOIN LATERAL (
                SELECT * FROM (
                    SELECT DISTINCT ON (series_id, measure) %s, series_id,
                        min(%s) OVER of_member AS member_begin,
                        max(window_end) OVER of_member AS member_end,
                        count(*) OVER of_member AS anomalies
                    FROM anomalies
                    WHERE %s AND window_end > incident.begins_at
                        AND window_end <= incident.ends_at
                        AND %s BETWEEN incident.begins_at AND incident.last_begin
                    WINDOW of_member AS (PARTITION BY series_id, measure)
                    ORDER BY series_id, measure, score DESC, window_end, anomaly_id) AS worst
                ORDER BY score DESC, member_begin, series_id, measure LIMIT :members) AS member
            ORDER BY place, member.score DESC, member_begin, series_id, measure\
            """
                    .formatted(AnomalyRows.COLUMNS, STARTS_AT, GROUPED, STARTS_AT);

    private final Database database;

    IncidentRepository(Database database) {
        this.database = database;
    }

    /** The newest first. */
    List<Incident> find(IncidentQuery query) {
        return database.inTenant(query.tenant(), handle -> find(handle, query));
    }

    /**
     * The incident that an anomaly belongs to.
     *
     * @return empty where there is no such anomaly among those that are grouped
     */
    Optional<Incident> find(
            TenantId tenant, StreamId stream, UUID anomaly, Grouped grouped, int members) {
        return database.inTenant(
                tenant,
                handle ->
                        begin(handle, tenant, stream, anomaly, grouped)
                                .map(
                                        begin ->
                                                new IncidentQuery(
                                                        tenant,
                                                        stream,
                                                        new TimeRange(
                                                                begin,
                                                                begin.plus(1, ChronoUnit.MICROS)),
                                                        grouped,
                                                        1,
                                                        Optional.empty(),
                                                        1,
                                                        members))
                                .flatMap(query -> find(handle, query).stream().findFirst()));
    }

    private static List<Incident> find(Handle handle, IncidentQuery query) {
        List<Incident> incidents = read(handle, query);
        if (incidents.isEmpty() || query.members() == 0) {
            return incidents;
        }
        List<List<Member>> members = members(handle, query, incidents);
        List<Incident> ranked = new ArrayList<>();
        for (int i = 0; i < incidents.size(); i++) {
            ranked.add(incidents.get(i).with(members.get(i)));
        }
        return ranked;
    }

    /**
     * Reads from so far back that whatever came before cannot matter. A piece that reaches into the
     * range begins three days before the range's own day at the earliest: a day of its own, or two
     * for the first, and a window of a day that reaches over its end. Whether it is one is decided
     * by the day before, and by the hour in which an incident may be quiet.
     */
    private static List<Incident> read(Handle handle, IncidentQuery query) {
        Instant before =
                query.before()
                        .filter(it -> it.isBefore(query.range().to()))
                        .orElse(query.range().to());
        Instant day = query.range().from().truncatedTo(ChronoUnit.DAYS);
        return bound(
                        handle.createQuery(INCIDENTS),
                        query.tenant(),
                        query.stream(),
                        query.anomalies())
                .bind("readFrom", atUtc(day.minus(BEFORE)))
                .bind("readTo", atUtc(before.plus(AFTER)))
                .bind("from", atUtc(query.range().from()))
                .bind("before", atUtc(before))
                .bind("minSeries", query.minSeries())
                .bind("limit", query.limit())
                .map((row, context) -> incident(row, query))
                .list();
    }

    private static List<List<Member>> members(
            Handle handle, IncidentQuery query, List<Incident> incidents) {
        List<List<Member>> members = new ArrayList<>();
        incidents.forEach(it -> members.add(new ArrayList<>()));
        bound(handle.createQuery(MEMBERS), query.tenant(), query.stream(), query.anomalies())
                .bindArray(
                        "begins",
                        String.class,
                        texts(incidents.stream().map(Incident::begin).toList()))
                .bindArray(
                        "lasts",
                        String.class,
                        texts(incidents.stream().map(Incident::lastBegin).toList()))
                .bindArray(
                        "ends", String.class, texts(incidents.stream().map(Incident::end).toList()))
                .bind("members", query.members())
                .map((row, context) -> members.get(row.getInt("place") - 1).add(member(row, query)))
                .list();
        return members;
    }

    private static Optional<Instant> begin(
            Handle handle, TenantId tenant, StreamId stream, UUID anomaly, Grouped grouped) {
        return bound(
                        handle.createQuery(
                                "SELECT %s AS starts_at FROM anomalies WHERE %s AND anomaly_id = :id"
                                        .formatted(STARTS_AT, GROUPED)),
                        tenant,
                        stream,
                        grouped)
                .bind("id", anomaly)
                .map((row, context) -> instant(row, "starts_at"))
                .findFirst();
    }

    private static Query bound(Query query, TenantId tenant, StreamId stream, Grouped grouped) {
        return query.bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .bind("minScore", grouped.minScore())
                .bind("where", Json.mapper().valueToTree(grouped.where()).toString());
    }

    private static Incident incident(ResultSet row, IncidentQuery query) throws SQLException {
        return new Incident(
                query.tenant(),
                query.stream(),
                row.getObject("id", UUID.class),
                instant(row, "begins_at"),
                instant(row, "last_begin"),
                instant(row, "ends_at"),
                row.getDouble("score"),
                row.getLong("series"),
                row.getLong("measures"),
                row.getLong("anomalies"),
                List.of());
    }

    private static Member member(ResultSet row, IncidentQuery query) throws SQLException {
        return new Member(
                AnomalyRows.anomaly(row, query.tenant(), query.stream()),
                instant(row, "member_begin"),
                instant(row, "member_end"),
                row.getLong("anomalies"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static List<String> texts(List<Instant> times) {
        return times.stream().map(Instant::toString).toList();
    }

    private static OffsetDateTime atUtc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
