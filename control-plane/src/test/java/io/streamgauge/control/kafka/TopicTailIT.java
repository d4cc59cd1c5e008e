package io.streamgauge.control.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.Results;
import io.streamgauge.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicTailIT {

    @Test
    void startsAtTheEndAndGoesOnWhereItWasAfterAnOutage(@TempDir Path folder) throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start(new EmbeddedKafka.Options(folder, 0));
        int port = kafka.port();
        KafkaConfig config = Backends.kafka(kafka.bootstrapServers());
        TopicProvisioner.provision(config);
        List<String> received = new CopyOnWriteArrayList<>();
        try (Results results = new Results(config)) {
            send(results, "before");
            try (TopicTail tail =
                    TopicTail.start(
                            config,
                            "test-tail",
                            List.of(config.topics().aggregates()),
                            record -> received.add(new String(record.value(), UTF_8)))) {
                send(results, "first");
                await().untilAsserted(() -> assertThat(received).containsExactly("first"));

                kafka.close();
                kafka = EmbeddedKafka.start(new EmbeddedKafka.Options(folder, port));
                send(results, "second");

                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(
                                () -> assertThat(received).containsExactly("first", "second"));
            }
        } finally {
            kafka.close();
        }
    }

    private static void send(Results results, String value) {
        results.sendAggregate("key", value.getBytes(UTF_8), "t", "s", "on-time");
    }
}
