package io.streamgauge.jobs.kafka;

import io.streamgauge.contracts.Topics;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.DefinitionUpdateDeserializer;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Sources and sinks of the jobs.
 *
 * @param group names the job to Kafka: consumer group and client ids. Positions live in Flink's
 *     checkpoints; those committed to the group are for lag monitors, and where a job starts
 *     without state
 */
public record KafkaEnds(String bootstrapServers, Topics topics, String group) {

    /** Wait this long for more before asking the broker again; new data is answered at once. */
    private static final String FETCH_WAIT_MILLIS = "100";

    /**
     * Events from the checkpoint's position. A job that starts without one counts the whole log
     * again: its results have the ids that they had before, so nothing is doubled and open windows
     * are complete.
     */
    public KafkaSource<SourceRecord> events() {
        return KafkaSource.<SourceRecord>builder()
                .setBootstrapServers(bootstrapServers)
                .setTopics(topics.events())
                .setGroupId(group)
                .setClientIdPrefix(group + "-events")
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new SourceRecordDeserializer())
                .setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS)
                .setProperty("partition.discovery.interval.ms", "30000")
                .build();
    }

    /** All definitions in force, then every change. */
    public KafkaSource<DefinitionUpdate> definitions() {
        return KafkaSource.<DefinitionUpdate>builder()
                .setBootstrapServers(bootstrapServers)
                .setTopics(topics.control())
                .setGroupId(group)
                .setClientIdPrefix(group + "-control")
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new DefinitionUpdateDeserializer())
                .setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS)
                .build();
    }

    /**
     * Questions from the checkpoint's position, and from now on where there is none: nobody waits
     * for an answer to an old one.
     */
    public KafkaSource<TimedValue> queries() {
        return values(topics.queries(), "queries", OffsetsInitializer.latest());
    }

    /** What the anomaly job has found, as far back as it is kept, like the events. */
    public KafkaSource<TimedValue> anomalies() {
        return values(topics.anomalies(), "anomalies", OffsetsInitializer.earliest());
    }

    /**
     * What the aggregation job has counted, without early results, as far back as it is kept: what
     * is learned of a series is learned of its past, too.
     */
    public KafkaSource<TimedValue> finalResults() {
        return values(
                topics.aggregates(),
                "results",
                OffsetsInitializer.earliest(),
                new FinalResultDeserializer());
    }

    private KafkaSource<TimedValue> values(
            String topic, String client, OffsetsInitializer startingOffsets) {
        return values(topic, client, startingOffsets, new ValueDeserializer());
    }

    private KafkaSource<TimedValue> values(
            String topic,
            String client,
            OffsetsInitializer startingOffsets,
            KafkaRecordDeserializationSchema<TimedValue> deserializer) {
        return KafkaSource.<TimedValue>builder()
                .setBootstrapServers(bootstrapServers)
                .setTopics(topic)
                .setGroupId(group)
                .setClientIdPrefix(group + "-" + client)
                .setStartingOffsets(startingOffsets)
                .setDeserializer(deserializer)
                .setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS)
                .build();
    }

    /**
     * A sink that writes at least once. With the deterministic ids of what is written that is
     * effectively once, and nobody waits for a checkpoint to see a result.
     */
    public KafkaSink<OutputRecord> sink(String topic) {
        Properties producer = new Properties();
        producer.put(ProducerConfig.LINGER_MS_CONFIG, "2");
        producer.put(ProducerConfig.CLIENT_ID_CONFIG, group + "-" + topic);
        return KafkaSink.<OutputRecord>builder()
                .setBootstrapServers(bootstrapServers)
                .setKafkaProducerConfig(producer)
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setRecordSerializer(new OutputRecordSerializer(topic))
                .build();
    }
}
