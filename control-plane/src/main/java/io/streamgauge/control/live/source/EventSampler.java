package io.streamgauge.control.live.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import io.streamgauge.control.live.feed.LiveFeed;
import io.streamgauge.control.live.result.LiveRecord;
import io.streamgauge.control.live.result.StreamKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows subscriptions some of the events as they arrive. Reads the topic only while somebody wants
 * events, and no more of it in a second than a bound: where more arrives, it goes on at the end. So
 * what it costs does not grow with what tenants send.
 */
public final class EventSampler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventSampler.class);

    private static final Duration POLL = Duration.ofMillis(200);

    /** What bounds the reading: with the next, how many records of a second are looked at. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
    private static final int MAX_RECORDS = 2_000;

    private final KafkaConfig config;
    private final LiveFeed feed;
    private final Thread thread;
    private volatile boolean closing;

    private EventSampler(KafkaConfig config, LiveFeed feed) {
        this.config = config;
        this.feed = feed;
        thread = Thread.ofPlatform().name("live-events").daemon().unstarted(this::run);
    }

    public static EventSampler start(KafkaConfig config, LiveFeed feed) {
        EventSampler sampler = new EventSampler(config, feed);
        sampler.thread.start();
        return sampler;
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing) {
                feed.awaitWantedEvents();
                sampleWhileWanted();
            }
        } catch (InterruptedException e) {
            LOG.debug("live: the sampler was stopped", e);
        }
    }

    private void sampleWhileWanted() throws InterruptedException {
        try {
            readWhileWanted();
        } catch (InterruptException e) {
            LOG.debug("live: the sampler was stopped", e);
        } catch (RuntimeException e) {
            LOG.warn("live: events cannot be read, trying again", e);
            Thread.sleep(RETRY);
        }
    }

    private void readWhileWanted() throws InterruptedException {
        KafkaConsumer<byte[], byte[]> consumer =
                KafkaClients.consumer(
                        config,
                        "streamgauge-live-events",
                        Map.of(
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "latest",
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                MAX_RECORDS,
                                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                                4 << 20));
        try {
            readWhileWanted(consumer);
        } finally {
            // Whoever interrupts has set the flag of closing, too; Kafka, still interrupted, would
            // complain at length that it cannot close in peace.
            boolean unused = Thread.interrupted();
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }

    private void readWhileWanted(KafkaConsumer<byte[], byte[]> consumer)
            throws InterruptedException {
        String topic = config.topics().events();
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(it -> new TopicPartition(topic, it.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        for (Set<StreamKey> wanted = feed.streamsWithEvents();
                !wanted.isEmpty() && !closing;
                wanted = feed.streamsWithEvents()) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                show(record, wanted);
            }
            if (records.count() >= MAX_RECORDS) {
                Thread.sleep(PAUSE);
                consumer.seekToEnd(partitions);
            }
        }
    }

    private void show(ConsumerRecord<byte[], byte[]> record, Set<StreamKey> wanted) {
        Optional<StreamKey> stream = LiveRecord.streamOf(record).filter(wanted::contains);
        boolean heartbeat =
                LiveRecord.header(record, RecordHeaders.KIND).equals(RecordHeaders.HEARTBEAT);
        if (stream.isEmpty() || heartbeat || record.value() == null) {
            return;
        }
        try {
            JsonNode event = Json.mapper().readTree(record.value());
            if (event != null && event.isObject()) {
                feed.show(stream.get(), event, new String(record.value(), UTF_8));
            }
        } catch (IOException e) {
            LOG.trace("live: an event that is no JSON; the job rejects it", e);
        }
    }
}
