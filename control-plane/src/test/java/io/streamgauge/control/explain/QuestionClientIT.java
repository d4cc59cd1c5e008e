package io.streamgauge.control.explain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.ExplainRequest;
import io.streamgauge.contracts.alert.ExplainRequestCodec;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.kafka.TopicTail;
import io.streamgauge.control.problem.GatewayTimeout;
import io.streamgauge.control.testing.Backends;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Asking, with whatever it is that answers. */
class QuestionClientIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private final KafkaConfig kafka = BACKENDS.kafka();
    private final TenantId tenant = new TenantId("acme");
    private final ExplainRequest question =
            new ExplainRequest(
                    UUID.randomUUID(),
                    tenant,
                    new AlertId(UUID.randomUUID()),
                    "{\"host\":\"a\"}");

    @Test
    void takesTheAnswerToItsQuestion() {
        TopicProvisioner.provision(kafka);
        try (Answering job = new Answering(asked -> answer(asked, asked.tenant().value()));
                QuestionClient client = QuestionClient.open(kafka)) {
            ObjectNode answer = client.ask(question);

            assertThat(answer.path("state").asText()).isEqualTo("pending");
            assertThat(answer.path("key").asText()).isEqualTo(question.key());
            assertThat(job.producer.metrics()).isNotEmpty();
        }
    }

    @Test
    void doesNotTakeAnAnswerOfAnotherTenant() {
        TopicProvisioner.provision(kafka);
        try (Answering job = new Answering(asked -> answer(asked, "another"));
                QuestionClient client = QuestionClient.open(kafka, Duration.ofSeconds(2))) {
            assertThat(job.producer.metrics()).isNotEmpty();
            assertThatThrownBy(() -> client.ask(question)).isInstanceOf(GatewayTimeout.class);
        }
    }

    @Test
    void tellsThatNobodyAnswersAndGoesOn() {
        TopicProvisioner.provision(kafka);
        try (QuestionClient client = QuestionClient.open(kafka, Duration.ofSeconds(1))) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> client.ask(question))
                        .isInstanceOf(GatewayTimeout.class)
                        .hasMessageContaining("has not answered within 1000 ms");
            }
            try (Answering job = new Answering(asked -> answer(asked, asked.tenant().value()))) {
                assertThat(job.producer.metrics()).isNotEmpty();
                assertThat(client.ask(question).path("state").asText()).isEqualTo("pending");
            }
        }
    }

    private static ObjectNode answer(ExplainRequest asked, String tenant) {
        return Json.mapper()
                .createObjectNode()
                .put("id", asked.id().toString())
                .put("tenant", tenant)
                .put("key", asked.key())
                .put("state", "pending");
    }

    /** Stands for the job. */
    private final class Answering implements AutoCloseable {

        private final KafkaProducer<byte[], byte[]> producer =
                KafkaClients.producer(kafka, "test-answers", Map.of());
        private final TopicTail questions;

        Answering(Function<ExplainRequest, ObjectNode> answer) {
            questions =
                    TopicTail.start(
                            kafka,
                            "test-questions",
                            List.of(kafka.topics().queries()),
                            record -> {
                                try {
                                    ObjectNode json =
                                            answer.apply(
                                                    ExplainRequestCodec.fromBytes(record.value()));
                                    Future<?> unused =
                                            producer.send(
                                                    new ProducerRecord<>(
                                                            kafka.topics().answers(),
                                                            json.toString().getBytes(UTF_8)));
                                } catch (InvalidInputException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
        }

        @Override
        public void close() {
            questions.close();
            producer.close();
        }
    }
}
