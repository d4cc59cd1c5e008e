package io.streamgauge.control.explain;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.ExplainRequest;
import io.streamgauge.contracts.alert.ExplainRequestCodec;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import io.streamgauge.control.kafka.TopicTail;
import io.streamgauge.control.problem.GatewayTimeout;
import io.streamgauge.control.problem.RateLimited;
import io.streamgauge.control.problem.Unavailable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the alerting job and waits for its answer. A question and its answer go through topics and
 * have an id in common; every replica reads all answers and keeps those that it waits for. An
 * answer that does not name the tenant of its question is none.
 *
 * <p>Safe for use by many threads; the one that reads answers never waits.
 */
public final class QuestionClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QuestionClient.class);

    /** A job answers within a few of its clock's ticks; a checkpoint or a backlog takes longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    /** Questions under way at a time; each costs the job a look at one key. */
    private static final int MOST_AT_A_TIME = 32;

    private final Map<UUID, Waiting> waiting = new ConcurrentHashMap<>();
    private final Semaphore slots = new Semaphore(MOST_AT_A_TIME);
    private final String topic;
    private final Duration patience;
    private final KafkaProducer<byte[], byte[]> producer;
    private final TopicTail answers;

    private record Waiting(TenantId tenant, CompletableFuture<ObjectNode> answer) {}

    private QuestionClient(KafkaConfig config, Duration patience) {
        this.patience = patience;
        topic = config.topics().queries();
        answers =
                TopicTail.start(
                        config,
                        "streamgauge-answers",
                        List.of(config.topics().answers()),
                        this::take);
        producer =
                KafkaClients.producer(
                        config,
                        "streamgauge-queries",
                        Map.of(
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                patience.toMillis(),
                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                Math.toIntExact(patience.toMillis()),
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                Math.toIntExact(patience.toMillis())));
    }

    /**
     * Starts at the present end of the answers, whose topic has to be there.
     *
     * @throws KafkaException where Kafka cannot be reached
     */
    public static QuestionClient open(KafkaConfig config) {
        return open(config, PATIENCE);
    }

    static QuestionClient open(KafkaConfig config, Duration patience) {
        return new QuestionClient(config, patience);
    }

    /**
     * Asks, and waits.
     *
     * @throws GatewayTimeout where no answer comes in time
     * @throws Unavailable where Kafka is away
     * @throws RateLimited where too many questions are under way
     */
    ObjectNode ask(ExplainRequest question) {
        if (!slots.tryAcquire()) {
            throw new RateLimited(
                    "explain: %d questions are under way (expected: fewer)"
                            .formatted(MOST_AT_A_TIME),
                    List.of("explain-concurrency"),
                    Duration.ofSeconds(1),
                    Map.of());
        }
        CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
        waiting.put(question.id(), new Waiting(question.tenant(), answer));
        try {
            send(question, answer);
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new GatewayTimeout(
                    "explain: the alerting job has not answered within %d ms (expected: that it runs and keeps up)"
                            .formatted(patience.toMillis()),
                    e);
        } catch (ExecutionException | KafkaException e) {
            throw new Unavailable("explain: the alerting job could not be asked", RETRY_AFTER, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("explain: the server stops", RETRY_AFTER, e);
        } finally {
            waiting.remove(question.id());
            slots.release();
        }
    }

    /** Stops waiting for anything. */
    @Override
    public void close() {
        answers.close();
        producer.close(CLOSE_TIMEOUT);
    }

    private void send(ExplainRequest question, CompletableFuture<ObjectNode> answer) {
        List<Header> headers =
                List.of(
                        new RecordHeader(
                                RecordHeaders.TENANT, question.tenant().value().getBytes(UTF_8)));
        Future<?> unused = // the callback tells of a failure
                producer.send(
                        new ProducerRecord<>(
                                topic,
                                null,
                                question.id().toString().getBytes(UTF_8),
                                ExplainRequestCodec.toBytes(question),
                                headers),
                        (metadata, failure) -> {
                            if (failure != null) {
                                answer.completeExceptionally(failure);
                            }
                        });
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (waiting.isEmpty() || record.value() == null) {
            return;
        }
        try {
            if (Json.mapper().readTree(record.value()) instanceof ObjectNode answer) {
                take(answer);
            }
        } catch (IOException e) {
            LOG.warn(
                    "explain: an answer that is not JSON, at {}-{} offset {}",
                    record.topic(),
                    record.partition(),
                    record.offset());
        }
    }

    private void take(ObjectNode answer) {
        UUID id;
        try {
            id = UUID.fromString(answer.path("id").asText());
        } catch (IllegalArgumentException notOurs) {
            return;
        }
        Waiting asked = waiting.get(id);
        if (asked == null) {
            return; // another replica's, or too late
        }
        JsonNode tenant = answer.path("tenant");
        if (!tenant.asText().equals(asked.tenant().value())) {
            LOG.warn("explain: the answer to {} is of another tenant than the question", id);
            return;
        }
        asked.answer().complete(answer);
    }
}
