package io.streamgauge.control.model;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.detection.Lessons;
import io.streamgauge.training.StreamHistory;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Reads the stored results of a stream's smallest windows, as far as they are to be learned from.
 *
 * <p><b>Bounds.</b> At most {@value #MOST_ROWS} rows are read, in pages of {@value #PAGE}. The
 * range is cut into slices of an hour or more, and of each slice as many rows are read as are its
 * share, from its begin on: so every time of the day is seen, in pieces without gaps. Features
 * begin anew where a piece does. What is kept of it in memory is the business of {@link
 * StreamHistory}.
 */
final class HistoryReader {

    static final int MOST_ROWS = 1_000_000;

    private static final int PAGE = 5_000;
    private static final Duration SLICE = Duration.ofHours(1);

    /** As many as two weeks have hours. */
    private static final int MOST_SLICES = 336;

    private final Database database;
    private final int mostRows;

    /**
     * Whose windows.
     *
     * @param measures that are looked at
     */
    record Source(TenantId tenant, StreamId stream, Duration window, List<String> measures) {}

    /**
     * What was read.
     *
     * @param windows that were read
     * @param excluded of them, fell into exclusions
     * @param anomalies of them, were said to be some
     * @param usual of them, were said to be none
     * @param complete whether all of the range was read, of all series
     */
    record Lecture(
            StreamHistory history,
            long windows,
            long excluded,
            long anomalies,
            long usual,
            boolean complete) {}

    private record Row(Instant start, UUID series, SortedMap<String, MeasureStatistics> measures) {}

    HistoryReader(Database database) {
        this(database, MOST_ROWS);
    }

    HistoryReader(Database database, int mostRows) {
        this.database = database;
        this.mostRows = mostRows;
    }

    /**
     * Reads a range of windows.
     *
     * @throws TrainingProgress.Stopped where it was stopped
     */
    Lecture read(Source source, Instant from, Instant to, TrainingProgress progress) {
        Lessons lessons =
                database.inTenant(
                        source.tenant(),
                        handle ->
                                Lessons.read(
                                        handle,
                                        source.tenant(),
                                        source.stream(),
                                        from,
                                        to.plus(source.window())));
        Reading reading = new Reading(source, lessons);
        int slices = Math.clamp(Duration.between(from, to).dividedBy(SLICE), 1, MOST_SLICES);
        Duration length = Duration.between(from, to).dividedBy(slices);
        for (int i = 0; i < slices; i++) {
            Instant start = from.plus(length.multipliedBy(i));
            Instant end = i == slices - 1 ? to : start.plus(length);
            reading.slice(start, end, Math.max(1, mostRows / slices));
            progress.at((i + 1.0) / slices);
        }
        return reading.lecture();
    }

    /** The work on one range. */
    private final class Reading {

        private final Source source;
        private final Lessons lessons;
        private final StreamHistory history;
        private long windows;
        private long excluded;
        private long anomalies;
        private long usual;
        private boolean complete = true;

        Reading(Source source, Lessons lessons) {
            this.source = source;
            this.lessons = lessons;
            history = new StreamHistory(source.measures());
        }

        Lecture lecture() {
            return new Lecture(history, windows, excluded, anomalies, usual, complete);
        }

        /** Reads some rows of a slice, from its begin on. */
        void slice(Instant start, Instant end, int most) {
            int left = most;
            Optional<Row> last = Optional.empty();
            while (left > 0) {
                int limit = Math.min(left, PAGE);
                List<Row> page = page(start, end, last, limit);
                page.forEach(this::learn);
                if (page.size() < limit) {
                    return;
                }
                last = Optional.of(page.getLast());
                left -= limit;
            }
            complete = false;
            history.interrupt();
        }

        private void learn(Row row) {
            windows++;
            Map<String, Double> values = new HashMap<>();
            row.measures().forEach((measure, it) -> values.put(measure, it.mean()));
            long time = row.start().toEpochMilli();
            switch (lessons.of(row.series(), row.start(), source.window())) {
                case LEARN -> complete &= history.add(row.series(), time, values);
                case USUAL -> {
                    usual++;
                    complete &= history.addUsual(row.series(), time, values);
                }
                case EXCLUDED -> excluded++;
                case ANOMALY -> anomalies++;
            }
        }

        private List<Row> page(Instant start, Instant end, Optional<Row> after, int limit) {
            return database.inTenant(
                    source.tenant(), handle -> page(handle, start, end, after, limit));
        }

        private List<Row> page(
                Handle handle, Instant start, Instant end, Optional<Row> after, int limit) {
            Query query =
                    handle.createQuery(
                                    """
                                    SELECT window_start, series_id, measures FROM aggregates
                                    WHERE tenant_id = :tenant AND stream_id = :stream
                                        AND window_seconds = :window
                                        AND window_start >= :from AND window_start < :to %s
                                    ORDER BY window_start, series_id LIMIT :limit\
                                    """
                                            .formatted(
                                                    after.isPresent()
                                                            ? "AND (window_start, series_id) >"
                                                                    + " (:start, :series)"
                                                            : ""))
                            .bind("tenant", source.tenant().value())
                            .bind("stream", source.stream().value())
                            .bind("window", source.window().toSeconds())
                            .bind(
                                    "from",
                                    after.map(Row::start).orElse(start).atOffset(ZoneOffset.UTC))
                            .bind("to", end.atOffset(ZoneOffset.UTC))
                            .bind("limit", limit);
            after.ifPresent(
                    it ->
                            query.bind("start", it.start().atOffset(ZoneOffset.UTC))
                                    .bind("series", it.series()));
            return query.map((row, context) -> row(row)).list();
        }

        private static Row row(ResultSet row) throws SQLException {
            return new Row(
                    row.getObject("window_start", OffsetDateTime.class).toInstant(),
                    row.getObject("series_id", UUID.class),
                    AggregateCodec.measuresFromJson(row.getString("measures")));
        }
    }
}
