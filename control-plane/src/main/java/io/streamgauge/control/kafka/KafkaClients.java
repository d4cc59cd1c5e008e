package io.streamgauge.control.kafka;

import io.streamgauge.control.config.KafkaConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes Kafka clients with the settings that all of the control plane's share. Keys and values are
 * bytes: the codecs of the contracts know what is in them.
 *
 * <p>A broker that is away is an outage and not a failure: clients keep trying for as long as they
 * live, at least once a second, and each caller bounds its own waiting.
 */
public final class KafkaClients {

    /** After this long without an answer, a request is tried again, perhaps elsewhere. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    /** Bound of blocking calls that name none themselves. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration MAX_RECONNECT_BACKOFF = Duration.ofSeconds(1);

    private KafkaClients() {}

    /**
     * A producer whose records are acknowledged by every replica in sync and stand once and in
     * order, whatever is retried. It sends at once; what comes while requests are under way goes
     * with the next.
     *
     * @param clientId names the client in the broker's logs and metrics
     * @param settings added to the shared ones, or in their place
     */
    public static KafkaProducer<byte[], byte[]> producer(
            KafkaConfig config, String clientId, Map<String, Object> settings) {
        Map<String, Object> all = shared(config, clientId);
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        all.putAll(settings);
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * A consumer that commits nothing to Kafka and never starts at a place that it was not told: it
     * throws where it is not told one.
     *
     * @param clientId names the client in the broker's logs and metrics
     * @param settings added to the shared ones, or in their place
     */
    public static KafkaConsumer<byte[], byte[]> consumer(
            KafkaConfig config, String clientId, Map<String, Object> settings) {
        Map<String, Object> all = shared(config, clientId);
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(CALL_TIMEOUT));
        all.putAll(settings);
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** A client for topics and their configuration. */
    public static Admin admin(KafkaConfig config, String clientId) {
        Map<String, Object> all = shared(config, clientId);
        all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(CALL_TIMEOUT));
        return Admin.create(all);
    }

    private static Map<String, Object> shared(KafkaConfig config, String clientId) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, millis(REQUEST_TIMEOUT));
        settings.put(
                CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                (long) millis(MAX_RECONNECT_BACKOFF));
        // Otherwise each client asks the broker every five minutes whether it wants metrics pushed.
        settings.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        return settings;
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
