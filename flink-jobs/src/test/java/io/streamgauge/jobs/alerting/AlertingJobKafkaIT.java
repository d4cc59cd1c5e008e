package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.STREAM;
import static io.streamgauge.jobs.alerting.AlertFixtures.above;
import static io.streamgauge.jobs.alerting.AlertFixtures.active;
import static io.streamgauge.jobs.alerting.AlertFixtures.alert;
import static io.streamgauge.jobs.alerting.AlertFixtures.id;
import static io.streamgauge.jobs.alerting.AlertFixtures.update;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertTransitionCodec;
import io.streamgauge.contracts.alert.ExplainRequest;
import io.streamgauge.contracts.alert.ExplainRequestCodec;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.alert.RuleStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole job between real Kafka topics. */
class AlertingJobKafkaIT {

    private static final Logger LOG = LoggerFactory.getLogger(AlertingJobKafkaIT.class);

    @Test
    void judgesByARuleThatIsMadeWhileItRuns() throws Exception {
        AlertDefinition high = alert(STREAM, id(1), 1, active(1, above(10)));
        try (AlertingRig rig = new AlertingRig()) {
            rig.define(update(STREAM));
            rig.submit();
            rig.heartbeats();

            long cold = firstFiring(rig, high);
            // The job has just started, and its first classes with it. Once more, warm.
            AlertDefinition other = alert(STREAM, id(2), 1, active(1, above(20)));
            long warm = firstFiring(rig, other);
            LOG.warn(
                    "from an alert's record to its first firing's: {} ms after the start, then {} ms",
                    cold,
                    warm);

            assertThat(rig.statuses())
                    .filteredOn(status -> status.alert().equals(other.id()))
                    .extracting(RuleStatus::subtask, RuleStatus::state)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.api.Assertions.tuple(0, RuleStatus.State.ACTIVE),
                            org.assertj.core.api.Assertions.tuple(1, RuleStatus.State.ACTIVE));
            assertThat(explain(rig, high)).contains("firing");
        }
    }

    /** How long after the definition's record the first record of a transition was written. */
    private static long firstFiring(AlertingRig rig, AlertDefinition alert) throws Exception {
        long defined = rig.define(update(alert, 0)) - RuleDesk.EFFECT_DELAY_MILLIS;
        List<Long> written = new ArrayList<>();
        await().atMost(60, TimeUnit.SECONDS)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> {
                            for (int i = 0; i < 20; i++) { // some time between two looks
                                sendAbove(rig);
                            }
                            for (ConsumerRecord<byte[], byte[]> record :
                                    rig.read(AlertingRig.TOPICS.alerts())) {
                                AlertTransition transition =
                                        AlertTransitionCodec.fromBytes(record.value());
                                if (transition.alert().equals(alert.id())
                                        && transition.state() == InstanceState.FIRING) {
                                    written.add(record.timestamp());
                                }
                            }
                            return !written.isEmpty();
                        });
        return written.getFirst() - defined;
    }

    private static String explain(AlertingRig rig, AlertDefinition alert) throws Exception {
        UUID question = UUID.randomUUID();
        byte[] json =
                ExplainRequestCodec.toBytes(
                        new ExplainRequest(
                                question, alert.tenant(), alert.id(), "{\"host\":\"a\"}"));
        rig.send(AlertingRig.TOPICS.queries(), 0, question.toString(), json, Map.of());
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> !rig.read(AlertingRig.TOPICS.answers()).isEmpty());
        assertThat(rig.read(AlertingRig.TOPICS.answers()))
                .singleElement()
                .satisfies(
                        answer ->
                                assertThat(new String(answer.key(), UTF_8))
                                        .isEqualTo(question.toString()));
        JsonNode answer =
                Json.mapper().readTree(rig.read(AlertingRig.TOPICS.answers()).getFirst().value());
        return answer.path("versions").path(0).path("state").toString();
    }

    private static void sendAbove(AlertingRig rig) throws Exception {
        long now = System.currentTimeMillis();
        rig.event(STREAM, 0, "{\"at\":%d,\"host\":\"a\",\"m\":50}".formatted(now), now)
                .get(10, TimeUnit.SECONDS);
        rig.heartbeats();
    }
}
