package io.streamgauge.control.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.ExplainRequest;
import io.streamgauge.contracts.alert.ExplainRequestCodec;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import io.streamgauge.control.kafka.TopicTail;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Stands for the alerting job where it is asked: answers whatever a test wants. */
public final class AnsweringJob implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final TopicTail questions;

    private AnsweringJob(KafkaConfig kafka, Function<ExplainRequest, ObjectNode> answer) {
        producer = KafkaClients.producer(kafka, "test-answers", Map.of());
        questions =
                TopicTail.start(
                        kafka,
                        "test-questions",
                        List.of(kafka.topics().queries()),
                        record -> {
                            byte[] json =
                                    answer.apply(read(record.value())).toString().getBytes(UTF_8);
                            Future<?> unused =
                                    producer.send(
                                            new ProducerRecord<>(kafka.topics().answers(), json));
                        });
    }

    /** Answers from now on. */
    public static AnsweringJob start(
            KafkaConfig kafka, Function<ExplainRequest, ObjectNode> answer) {
        return new AnsweringJob(kafka, answer);
    }

    /** That the key is pending. */
    public static ObjectNode pending(ExplainRequest asked) {
        return Json.mapper()
                .createObjectNode()
                .put("id", asked.id().toString())
                .put("tenant", asked.tenant().value())
                .put("alert", asked.alert().toString())
                .put("key", asked.key())
                .put("clock", 1_000)
                .put("state", "pending");
    }

    @Override
    public void close() {
        questions.close();
        producer.close();
    }

    private static ExplainRequest read(byte[] question) {
        try {
            return ExplainRequestCodec.fromBytes(question);
        } catch (InvalidInputException e) {
            throw new IllegalStateException("a question that is none", e);
        }
    }
}
