package io.streamgauge.control.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertTransitionCodec;
import io.streamgauge.contracts.alert.JobClock;
import io.streamgauge.contracts.alert.JobClockCodec;
import io.streamgauge.contracts.alert.RuleStatus;
import io.streamgauge.contracts.alert.RuleStatusCodec;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.contracts.detection.DetectionStatus;
import io.streamgauge.contracts.detection.DetectionStatusCodec;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.rejection.RejectedEvent;
import io.streamgauge.contracts.rejection.RejectedEventCodec;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Writes results to their topics as the jobs do. */
public final class Results implements AutoCloseable {

    private final KafkaConfig config;
    private final KafkaProducer<byte[], byte[]> producer;

    public Results(KafkaConfig config) {
        this.config = config;
        producer = KafkaClients.producer(config, "test-results", Map.of());
    }

    /** An aggregate of one measure {@code v}. */
    public static Aggregate aggregate(
            StreamDefinition stream,
            String dimensions,
            Instant start,
            Duration window,
            Timing timing,
            int revision,
            long count) {
        return new Aggregate(
                new SeriesKey(stream.tenant(), stream.id(), dimensions),
                start,
                window,
                timing,
                revision,
                count,
                new TreeMap<>(
                        Map.of(
                                "v",
                                new MeasureStatistics(
                                        count, count * 2.0, 1, 3, 2, 0.5, 2, 2.9, 3))));
    }

    public RecordMetadata send(Aggregate aggregate) {
        return sendAggregate(
                aggregate.series().toString(),
                AggregateCodec.toBytes(aggregate),
                aggregate.series().tenant().value(),
                aggregate.series().stream().toString(),
                aggregate.timing().wireName());
    }

    /** As {@link #send(Aggregate)}, without waiting; what is sent later comes later. */
    public void sendAsync(Aggregate aggregate) {
        Future<?> unused =
                producer.send(
                        record(
                                config.topics().aggregates(),
                                aggregate.series().toString(),
                                AggregateCodec.toBytes(aggregate),
                                List.of(
                                        header(
                                                RecordHeaders.TENANT,
                                                aggregate.series().tenant().value()),
                                        header(
                                                RecordHeaders.STREAM,
                                                aggregate.series().stream().toString()),
                                        header(
                                                RecordHeaders.TIMING,
                                                aggregate.timing().wireName()))));
    }

    /** Bytes in the place of an aggregate. */
    public RecordMetadata sendAggregate(
            String key, byte[] value, String tenant, String stream, String timing) {
        return send(
                config.topics().aggregates(),
                key,
                value,
                List.of(
                        header(RecordHeaders.TENANT, tenant),
                        header(RecordHeaders.STREAM, stream),
                        header(RecordHeaders.TIMING, timing)));
    }

    public RecordMetadata send(RejectedEvent rejected) {
        return send(
                config.topics().late(),
                rejected.tenant() + "/" + rejected.stream(),
                RejectedEventCodec.toBytes(rejected),
                List.of(
                        header(RecordHeaders.TENANT, rejected.tenant()),
                        header(RecordHeaders.STREAM, rejected.stream())));
    }

    /** A transition of an alert's instance. */
    public RecordMetadata send(AlertTransition transition) {
        List<Header> headers = new ArrayList<>();
        headers.add(header(RecordHeaders.TENANT, transition.tenant().value()));
        transition.stream()
                .ifPresent(it -> headers.add(header(RecordHeaders.STREAM, it.toString())));
        return send(
                config.topics().alerts(),
                "%s/%s/%s".formatted(transition.tenant(), transition.alert(), transition.key()),
                AlertTransitionCodec.toBytes(transition),
                headers);
    }

    /** What a subtask of the anomaly job says of a stream. */
    public RecordMetadata send(DetectionStatus status) {
        return send(
                config.topics().detectionStatus(),
                DetectionStatusCodec.key(status),
                DetectionStatusCodec.toBytes(status),
                List.of(
                        header(RecordHeaders.TENANT, status.tenant().value()),
                        header(RecordHeaders.STREAM, status.stream().toString())));
    }

    /** What was unusual. */
    public RecordMetadata send(Anomaly anomaly) {
        return sendScore(
                config.topics().anomalies(), anomaly.series(), AnomalyCodec.toBytes(anomaly));
    }

    /** What was expected. */
    public RecordMetadata send(Band band) {
        return sendScore(config.topics().bands(), band.series(), AnomalyCodec.toBytes(band));
    }

    /** Bytes in the place of an anomaly. */
    public RecordMetadata sendAnomaly(byte @Nullable [] value, SeriesKey series) {
        return sendScore(config.topics().anomalies(), series, value);
    }

    private RecordMetadata sendScore(String topic, SeriesKey series, byte @Nullable [] value) {
        return send(
                topic,
                series.toString(),
                value,
                List.of(
                        header(RecordHeaders.TENANT, series.tenant().value()),
                        header(RecordHeaders.STREAM, series.stream().toString())));
    }

    /** What a subtask of the alerting job says of a version. */
    public RecordMetadata send(RuleStatus status) {
        return send(
                config.topics().alertStatus(),
                "%s/%s/%d/%d"
                        .formatted(
                                status.tenant(),
                                status.alert(),
                                status.version(),
                                status.subtask()),
                RuleStatusCodec.toBytes(status),
                List.of(header(RecordHeaders.TENANT, status.tenant().value())));
    }

    /** How far a subtask of the alerting job says that it is. */
    public RecordMetadata send(JobClock clock) {
        return send(
                config.topics().alertStatus(),
                "clock/" + clock.subtask(),
                JobClockCodec.toBytes(clock),
                List.of());
    }

    /** Bytes in the place of a transition. */
    public RecordMetadata sendAlert(byte @Nullable [] value, String tenant) {
        return send(
                config.topics().alerts(),
                "key",
                value,
                List.of(header(RecordHeaders.TENANT, tenant)));
    }

    /** A record of the control topic; without a value it says that the stream is gone. */
    public RecordMetadata sendTombstone(String key) {
        return send(config.topics().control(), key, null, List.of());
    }

    @Override
    public void close() {
        producer.close();
    }

    private RecordMetadata send(
            String topic, String key, byte @Nullable [] value, List<Header> headers) {
        try {
            return producer.send(record(topic, key, value, headers)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("a result could not be written", e);
        }
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, String key, byte @Nullable [] value, List<Header> headers) {
        return new ProducerRecord<>(topic, null, key.getBytes(UTF_8), value, headers);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }
}
