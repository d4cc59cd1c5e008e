package io.streamgauge.control.backtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.rest.TimeRange;
import io.streamgauge.control.testing.Backends;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which events of the log a backtest judges. */
class StoredEventsIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final String SPEC =
            """
            {"name":"metrics","fields":[{"name":"v","type":"number","role":"measure"}]}
            """;

    private final Instant now = Instant.now();
    private final KafkaConfig kafka = BACKENDS.kafka();
    private final TenantId tenant = BACKENDS.newTenant();
    private final StreamDefinition stream = BACKENDS.newStream(tenant, SPEC);
    private final StoredEvents stored = new StoredEvents(kafka);
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void provision() {
        TopicProvisioner.provision(kafka);
        producer = KafkaClients.producer(kafka, "test-events", Map.of());
    }

    @AfterEach
    void close() {
        producer.close();
    }

    @Test
    void readsTheStreamsEventsInTheOrderOfTheirArrival() throws Exception {
        send(2, 30, "{\"v\":3}");
        send(0, 10, "{\"v\":1}");
        send(1, 20, "{\"v\":2}");
        sendTo(0, 15, "another-tenant", stream.id().toString(), "{\"v\":9}");
        sendTo(0, 16, tenant.value(), "another-stream", "{\"v\":9}");
        send(0, 17, "{\"w\":9}");
        sendTo(0, 40, tenant.value(), "metrics", "{\"v\":4}"); // as direct producers name it
        heartbeat(1, 45);

        EventScan scan = read(-3_600_000, 60_000, StoredEvents.Bounds.DEFAULT);

        assertThat(values(scan)).containsExactly(1.0, 2.0, 3.0, 4.0);
        assertThat(scan.invalid()).isEqualTo(1);
        assertThat(scan.records()).isEqualTo(8);
        assertThat(scan.stopped()).isEmpty();
        assertThat(scan.to()).isEqualTo(now.toEpochMilli() + 60_000);
    }

    @Test
    void keepsToTheRange() throws Exception {
        for (int i = 0; i < 10; i++) {
            send(i % 3, -100 + i * 10, "{\"v\":%d}".formatted(i));
        }

        EventScan scan = read(-80, -50, StoredEvents.Bounds.DEFAULT);

        assertThat(values(scan)).containsExactly(2.0, 3.0, 4.0);
        assertThat(scan.from()).isEqualTo(now.toEpochMilli() - 80);
    }

    @Test
    void isWholeUpToATimeWhereABoundEndsIt() throws Exception {
        for (int i = 0; i < 300; i++) {
            send(i % 3, -1_000 + i, "{\"v\":%d}".formatted(i));
        }

        EventScan scan =
                read(
                        -3_600_000,
                        60_000,
                        new StoredEvents.Bounds(150, 1 << 20, 1 << 20, Duration.ofSeconds(10)));

        long first = Math.max(scan.from(), now.toEpochMilli() - 1_000);
        assertThat(scan.stopped()).contains("events");
        List<Double> values = values(scan);
        for (int i = 0; i < values.size(); i++) {
            assertThat(values.get(i)).as("none is missing before the end").isEqualTo(i);
        }
        assertThat(scan.to()).isLessThan(now.toEpochMilli());
        assertThat(values).hasSize(Math.max(0, Math.toIntExact(scan.to() - first)));
    }

    @Test
    void endsWhereItsTimeIsUp() throws Exception {
        send(0, 0, "{\"v\":1}");

        EventScan scan =
                read(-1_000, 1_000, new StoredEvents.Bounds(150, 1 << 20, 1 << 20, Duration.ZERO));

        assertThat(scan.stopped()).contains("elapsed");
        assertThat(scan.events()).isEmpty();
    }

    @Test
    void readsNothingFromALogWithoutEvents() {
        EventScan scan = read(-1_000, 1_000, StoredEvents.Bounds.DEFAULT);

        assertThat(scan.events()).isEmpty();
        assertThat(scan.stopped()).isEmpty();
    }

    private EventScan read(long fromMillis, long toMillis, StoredEvents.Bounds bounds) {
        return stored.read(
                tenant,
                List.of(stream),
                new TimeRange(now.plusMillis(fromMillis), now.plusMillis(toMillis)),
                bounds);
    }

    private static List<Double> values(EventScan scan) {
        return scan.events().stream().map(BacktestEvent::row).map(row -> row.measure("v")).toList();
    }

    private void send(int partition, long arrivalMillis, String event) throws Exception {
        sendTo(partition, arrivalMillis, tenant.value(), stream.id().toString(), event);
    }

    private void sendTo(
            int partition, long arrivalMillis, String owner, String streamId, String event)
            throws Exception {
        send(
                partition,
                event,
                List.of(
                        header(RecordHeaders.TENANT, owner),
                        header(RecordHeaders.STREAM, streamId),
                        stamp(arrivalMillis)));
    }

    private void heartbeat(int partition, long arrivalMillis) throws Exception {
        send(
                partition,
                "",
                List.of(header(RecordHeaders.KIND, RecordHeaders.HEARTBEAT), stamp(arrivalMillis)));
    }

    private void send(int partition, String value, List<Header> headers) throws Exception {
        producer.send(
                        new ProducerRecord<>(
                                kafka.topics().events(),
                                partition,
                                "key".getBytes(UTF_8),
                                value.getBytes(UTF_8),
                                new ArrayList<>(headers)))
                .get();
    }

    private Header stamp(long millis) {
        // Never after the broker's own stamp, which would win.
        return header(RecordHeaders.ARRIVAL, Long.toString(now.plusMillis(millis).toEpochMilli()));
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }
}
