package io.streamgauge.control.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TopicReader;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the jobs hear of streams. */
class StreamAnnouncementIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String STREAMS = "/api/v1/streams";
    private static final String SPEC =
            """
            {"name": "s", "description": "%s",
             "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
            """;

    @Test
    void tellsEveryChangeInOrderAndTheEndWithATombstone() throws Exception {
        TenantId tenant = SERVER.backends().newTenant();
        ApiClient client = SERVER.admin(tenant);
        String id = client.post(STREAMS, SPEC.formatted("one")).json().path("id").asText();
        client.put(STREAMS + "/s", SPEC.formatted("two"), "If-Match", "*");
        client.put(STREAMS + "/s", SPEC.formatted("two"), "If-Match", "*"); // says the same
        client.post(STREAMS, SPEC.formatted("refused: the name is taken"));
        client.put(STREAMS + "/s", "{}", "If-Match", "*"); // refused: not valid
        client.delete(STREAMS + "/s", "If-Match", "*");

        await().atMost(Duration.ofSeconds(30)).until(() -> announced(tenant).size() == 3);
        List<ConsumerRecord<byte[], byte[]>> records = announced(tenant);
        StreamDefinition first = StreamDefinitionCodec.fromBytes(records.get(0).value());
        StreamDefinition second = StreamDefinitionCodec.fromBytes(records.get(1).value());
        assertThat(first.id()).isEqualTo(StreamId.parse(id).orElseThrow());
        assertThat(first.version()).isEqualTo(1);
        assertThat(first.spec().description()).isEqualTo("one");
        assertThat(second.version()).isEqualTo(2);
        assertThat(second.spec().description()).isEqualTo("two");
        assertThat(records.get(2).value()).isNull();
    }

    @Test
    void reachesTheControlTopicWithoutAnotherChange() {
        TenantId tenant = SERVER.backends().newTenant();

        SERVER.admin(tenant).post(STREAMS, SPEC.formatted("soon"));

        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> announced(tenant).size() == 1);
    }

    private static List<ConsumerRecord<byte[], byte[]>> announced(TenantId tenant) {
        KafkaConfig kafka = SERVER.config().kafka();
        return TopicReader.all(kafka, kafka.topics().control()).stream()
                .filter(
                        record ->
                                StreamDefinitionCodec.Key.parse(new String(record.key(), UTF_8))
                                        .filter(key -> key.tenant().equals(tenant))
                                        .isPresent())
                .toList();
    }
}
