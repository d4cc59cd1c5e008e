package io.streamgauge.control.projection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Topics;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.alert.AlertTransitionCodec;
import io.streamgauge.contracts.alert.JobClock;
import io.streamgauge.contracts.alert.JobClockCodec;
import io.streamgauge.contracts.alert.RuleStatusCodec;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.contracts.detection.DetectionStatusCodec;
import io.streamgauge.contracts.rejection.RejectedEvent;
import io.streamgauge.contracts.rejection.RejectedEventCodec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes rows of records. Whatever a record holds, the rest goes on: what cannot be a row is counted
 * and left out. Used by one thread.
 */
final class ResultReader {

    private static final Logger LOG = LoggerFactory.getLogger(ResultReader.class);

    /** Every day gets a partition; the bounds keep wrong clocks from making thousands. */
    private static final int MAX_DAYS_OLD = 3_650;

    private static final int MAX_DAYS_AHEAD = 2;

    private static final int MAX_EVENT_CHARACTERS = 4_096;
    private static final int MAX_DETAIL_CHARACTERS = 1_024;
    private static final Duration MAX_WINDOW = Duration.ofDays(1);

    private static final byte[] EARLY = Timing.EARLY.wireName().getBytes(UTF_8);

    private final Topics topics;
    private final Clock clock;
    private final ProjectionStatistics statistics;
    private final OccasionalLog malformedLog = new OccasionalLog();

    ResultReader(Topics topics, Clock clock, ProjectionStatistics statistics) {
        this.topics = topics;
        this.clock = clock;
        this.statistics = statistics;
    }

    /** The row of a record; empty where it makes none. */
    Optional<ResultRow> read(ConsumerRecord<byte[], byte[]> record) {
        if (isEarly(record) || isForgottenStatus(record)) {
            return Optional.empty();
        }
        try {
            if (record.value() == null) {
                throw new IllegalArgumentException("value: none");
            }
            return row(record.topic(), record.value()).filter(this::isInRange);
        } catch (IllegalArgumentException | InvalidInputException e) {
            malformed(record, e);
            return Optional.empty();
        }
    }

    private void malformed(ConsumerRecord<byte[], byte[]> record, Exception e) {
        statistics.countSkipped(SkipReason.MALFORMED, 1);
        malformedLog.occurred(
                occurrences ->
                        LOG.warn(
                                "projection: {} malformed records skipped, the last at {}-{}"
                                        + " offset {}: {}",
                                occurrences,
                                record.topic(),
                                record.partition(),
                                record.offset(),
                                e.getMessage()));
    }

    /** Whether a record is about no tenant, but says how far the alerting job is. */
    boolean isClock(ConsumerRecord<byte[], byte[]> record) {
        return record.topic().equals(topics.alertStatus())
                && record.key() != null
                && JobClockCodec.isKey(new String(record.key(), UTF_8));
    }

    /** How far the alerting job is; empty where that cannot be read, or be true. */
    Optional<JobClock> clock(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            JobClock told = JobClockCodec.fromBytes(record.value());
            boolean possible =
                    isInRange(Instant.ofEpochMilli(told.clock()))
                            && isInRange(Instant.ofEpochMilli(told.at()));
            if (!possible) {
                statistics.countSkipped(SkipReason.OUT_OF_RANGE, 1);
            }
            return possible ? Optional.of(told) : Optional.empty();
        } catch (InvalidInputException e) {
            malformed(record, e);
            return Optional.empty();
        }
    }

    private Optional<ResultRow> row(String topic, byte[] value) throws InvalidInputException {
        if (topic.equals(topics.aggregates())) {
            return Optional.of(aggregate(AggregateCodec.fromBytes(value)));
        }
        if (topic.equals(topics.alerts())) {
            return Optional.of(new ResultRow.Instance(AlertTransitionCodec.fromBytes(value)));
        }
        if (topic.equals(topics.alertStatus())) {
            return Optional.of(new ResultRow.Status(RuleStatusCodec.fromBytes(value)));
        }
        if (topic.equals(topics.anomalies())) {
            return Optional.of(new ResultRow.Unusual(AnomalyCodec.anomaly(value)));
        }
        if (topic.equals(topics.detectionStatus())) {
            return Optional.of(new ResultRow.Judged(DetectionStatusCodec.fromBytes(value)));
        }
        return rejection(RejectedEventCodec.fromBytes(value));
    }

    /** Told by the header: most of what the topic holds may be early results. */
    private static boolean isEarly(ConsumerRecord<byte[], byte[]> record) {
        Header timing = record.headers().lastHeader(RecordHeaders.TIMING);
        return timing != null && Arrays.equals(timing.value(), EARLY);
    }

    /** A job has tidied up; the row ends with its alert or stream. */
    private boolean isForgottenStatus(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null
                && (record.topic().equals(topics.alertStatus())
                        || record.topic().equals(topics.detectionStatus()));
    }

    private static ResultRow aggregate(Aggregate aggregate) {
        Duration window = aggregate.window();
        if (window.isZero() || window.toNanosPart() != 0 || window.compareTo(MAX_WINDOW) > 0) {
            throw new IllegalArgumentException(
                    "window: %s (expected: whole seconds, at most a day)".formatted(window));
        }
        return new ResultRow.Aggregate(
                aggregate.series().tenant(),
                aggregate.series().stream().value(),
                Math.toIntExact(window.toSeconds()),
                aggregate.start(),
                aggregate.series().id(),
                aggregate.series().dimensions(),
                aggregate.revision(),
                aggregate.timing().wireName(),
                aggregate.count(),
                AggregateCodec.toJson(aggregate.measures()));
    }

    private Optional<ResultRow> rejection(RejectedEvent rejected) {
        Optional<StreamId> stream = StreamId.parse(rejected.stream());
        if (!TenantId.isValid(rejected.tenant()) || stream.isEmpty()) {
            statistics.countSkipped(SkipReason.UNATTRIBUTED, 1);
            return Optional.empty();
        }
        return Optional.of(
                new ResultRow.Rejection(
                        new TenantId(rejected.tenant()),
                        stream.get().value(),
                        rejected.partition(),
                        rejected.offset(),
                        rejected.reason().wireName(),
                        storable(rejected.detail(), MAX_DETAIL_CHARACTERS),
                        rejected.arrivedAt(),
                        storable(rejected.event(), MAX_EVENT_CHARACTERS)));
    }

    private boolean isInRange(ResultRow any) {
        if (!(any instanceof ResultRow.OfDay row)) {
            return true; // no table with a partition for each day
        }
        if (!isInRange(row.time())) {
            statistics.countSkipped(SkipReason.OUT_OF_RANGE, 1);
            return false;
        }
        return true;
    }

    private boolean isInRange(Instant time) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        Instant earliest = today.minusDays(MAX_DAYS_OLD).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = today.plusDays(MAX_DAYS_AHEAD + 1L).atStartOfDay(ZoneOffset.UTC).toInstant();
        return !time.isBefore(earliest) && time.isBefore(end);
    }

    /** Text as PostgreSQL takes it, with no NUL in it, cut between characters. */
    static String storable(String text, int maxCharacters) {
        String cut = text;
        if (text.length() > maxCharacters) {
            int end =
                    Character.isHighSurrogate(text.charAt(maxCharacters - 1))
                            ? maxCharacters - 1
                            : maxCharacters;
            cut = text.substring(0, end);
        }
        return cut.replace('\0', '\uFFFD');
    }
}
