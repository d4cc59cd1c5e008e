package io.streamgauge.control.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A tenant with a stream that alerts can be made of, and what tests do with these. */
record AlertFixture(TenantId tenant, ApiClient client) {

    static final String STREAMS = "/api/v1/streams";
    static final String ALERTS = "/api/v1/alerts";

    static final String ORDERS =
            """
            {"name": "orders", "fields": [
                {"name": "time", "type": "timestamp", "role": "timestamp"},
                {"name": "shop", "type": "string", "role": "dimension"},
                {"name": "currency", "type": "string", "role": "dimension", "required": false},
                {"name": "amount", "type": "number", "role": "measure"},
                {"name": "status", "type": "string", "role": "attribute"}]}\
            """;

    static AlertFixture create(RunningControlPlane server) {
        TenantId tenant = server.backends().newTenant();
        AlertFixture fixture = new AlertFixture(tenant, server.admin(tenant));
        Answer created = fixture.client.post(STREAMS, ORDERS);
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        return fixture;
    }

    /** A threshold of the stream. */
    static ObjectNode threshold(String name) {
        return read(
                """
                {"name": "%s", "stream": "orders", "groupBy": ["shop"], "severity": "critical",
                 "labels": {"team": "sales"},
                 "annotations": {"summary": "{{ key.shop }}: {{ value }}"},
                 "condition": {"kind": "threshold", "measure": "amount", "op": ">", "value": 90}}\
                """
                        .formatted(name));
    }

    /** The same with another level. */
    static ObjectNode threshold(String name, int level) {
        return with(threshold(name), json -> condition(json).put("value", level));
    }

    static ObjectNode composite(String name, String... members) {
        ObjectNode json =
                read(
                        """
                        {"name": "%s", "groupBy": ["shop"], "condition": {"kind": "composite"}}\
                        """
                                .formatted(name));
        condition(json).set("all", Json.mapper().valueToTree(members));
        return json;
    }

    static ObjectNode with(ObjectNode json, Consumer<ObjectNode> change) {
        change.accept(json);
        return json;
    }

    static ObjectNode condition(ObjectNode json) {
        return (ObjectNode) json.path("condition");
    }

    static ObjectNode read(String json) {
        try {
            return (ObjectNode) Json.mapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates an alert, which has to work. */
    Answer create(ObjectNode spec) {
        Answer created = client.post(ALERTS, spec.toString());
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        return created;
    }

    Answer get(String path) {
        return client.get(ALERTS + "/" + path);
    }

    Answer put(String path, ObjectNode spec) {
        return client.put(ALERTS + "/" + path, spec.toString(), "If-Match", "*");
    }

    Answer post(String path) {
        return client.send("POST", ALERTS + "/" + path, null);
    }

    Answer delete(String path) {
        return client.delete(ALERTS + "/" + path, "If-Match", "*");
    }

    /** What the jobs hear of the tenant's alerts, in order; empty ones are tombstones. */
    List<Optional<AlertDefinition>> messages(RunningControlPlane server, int count) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(messages(server)).hasSize(count));
        return messages(server);
    }

    private List<Optional<AlertDefinition>> messages(RunningControlPlane server) {
        KafkaConfig kafka = server.config().kafka();
        List<Optional<AlertDefinition>> messages = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                TopicReader.all(kafka, kafka.topics().control())) {
            boolean ours =
                    AlertDefinitionCodec.Key.parse(new String(record.key(), UTF_8))
                            .filter(key -> key.tenant().equals(tenant))
                            .isPresent();
            if (ours) {
                messages.add(definition(record.value()));
            }
        }
        return messages;
    }

    private static Optional<AlertDefinition> definition(byte @Nullable [] bytes) {
        try {
            return bytes == null
                    ? Optional.empty()
                    : Optional.of(AlertDefinitionCodec.fromBytes(bytes));
        } catch (InvalidInputException e) {
            throw new IllegalStateException(e);
        }
    }
}
