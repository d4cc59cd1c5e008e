package io.streamgauge.control.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.ExplainRequest;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.problem.GatewayTimeout;
import io.streamgauge.control.testing.AnsweringJob;
import io.streamgauge.control.testing.Backends;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Asking, with whatever it is that answers. */
class QuestionClientIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private final KafkaConfig kafka = BACKENDS.kafka();
    private final TenantId tenant = new TenantId("acme");
    private final ExplainRequest question =
            new ExplainRequest(
                    UUID.randomUUID(), tenant, new AlertId(UUID.randomUUID()), "{\"host\":\"a\"}");

    @Test
    void takesTheAnswerToItsQuestion() {
        TopicProvisioner.provision(kafka);
        try (AnsweringJob job = AnsweringJob.start(kafka, AnsweringJob::pending);
                QuestionClient client = QuestionClient.open(kafka)) {
            ObjectNode answer = client.ask(question);

            assertThat(answer.path("state").asText()).isEqualTo("pending");
            assertThat(answer.path("key").asText()).isEqualTo(question.key());
            assertThat(job).isNotNull();
        }
    }

    @Test
    void doesNotTakeAnAnswerOfAnotherTenant() {
        TopicProvisioner.provision(kafka);
        try (AnsweringJob job =
                        AnsweringJob.start(
                                kafka,
                                asked -> AnsweringJob.pending(asked).put("tenant", "another"));
                QuestionClient client = QuestionClient.open(kafka, Duration.ofSeconds(2))) {
            assertThat(job).isNotNull();
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
            try (AnsweringJob job = AnsweringJob.start(kafka, AnsweringJob::pending)) {
                assertThat(job).isNotNull();
                assertThat(client.ask(question).path("state").asText()).isEqualTo("pending");
            }
        }
    }
}
