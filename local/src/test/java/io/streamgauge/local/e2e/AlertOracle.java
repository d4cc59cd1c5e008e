package io.streamgauge.local.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.alerting.AlertSink;
import io.streamgauge.alerting.Limits;
import io.streamgauge.alerting.RuleBook;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.alerting.RuleRevision;
import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.alerting.backtest.Replay;
import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertTransitionCodec;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * What a stream's alerts should have said, by one replay over memory of what the topics of events
 * and definitions hold, however often the jobs were ended in between.
 */
final class AlertOracle {

    /** After the last event, for what ends by the clock alone. */
    private static final long REST_MILLIS = 60_000;

    private final Map<Identity, AlertTransition> expected = new HashMap<>();

    private record Identity(UUID instance, InstanceState state) {}

    /** What is stored of an instance. */
    record Stored(String state, Instant startedAt, String firedAt, String endedAt) {}

    /**
     * Replays.
     *
     * @param control the records of the topic of definitions
     * @param events those of the topic of events
     * @param inForce the alerts of the stream by id, and since when they are in force
     */
    AlertOracle(
            String stream,
            List<ConsumerRecord<byte[], byte[]>> control,
            List<ConsumerRecord<byte[], byte[]>> events,
            Map<String, Instant> inForce)
            throws Exception {
        StreamDefinition definition = stream(stream, control);
        RuleBook book = new RuleBook();
        book.putStream(definition);
        for (Map.Entry<String, Instant> alert : inForce.entrySet()) {
            book.put(
                    RuleRevision.of(
                            alert(alert.getKey(), control), alert.getValue().toEpochMilli()));
        }
        Replay replay = new Replay(definition.tenant(), book, Limits.NONE, new Expecting());
        List<BacktestEvent> log = log(definition, events);
        log.forEach(replay::event);
        replay.advance(log.getLast().arrival() + REST_MILLIS);
    }

    private static StreamDefinition stream(
            String name, List<ConsumerRecord<byte[], byte[]>> control) throws Exception {
        for (ConsumerRecord<byte[], byte[]> record : control) {
            if (record.value() != null
                    && StreamDefinitionCodec.Key.parse(new String(record.key(), UTF_8))
                            .isPresent()) {
                StreamDefinition definition = StreamDefinitionCodec.fromBytes(record.value());
                if (definition.spec().name().equals(name)) {
                    return definition;
                }
            }
        }
        throw new AssertionError("not on the control topic: " + name);
    }

    private static AlertDefinition alert(String id, List<ConsumerRecord<byte[], byte[]>> control)
            throws Exception {
        for (ConsumerRecord<byte[], byte[]> record : control) {
            String key = new String(record.key(), UTF_8);
            if (record.value() != null && key.startsWith("alert/") && key.endsWith("/" + id)) {
                return AlertDefinitionCodec.fromBytes(record.value());
            }
        }
        throw new AssertionError("not on the control topic: " + id);
    }

    private static List<BacktestEvent> log(
            StreamDefinition stream, List<ConsumerRecord<byte[], byte[]>> events) throws Exception {
        EventDecoder decoder = new EventDecoder(stream.spec());
        List<BacktestEvent> log = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : events) {
            Header of = record.headers().lastHeader(RecordHeaders.STREAM);
            Header arrival = record.headers().lastHeader(RecordHeaders.ARRIVAL);
            if (of != null && new String(of.value(), UTF_8).equals(stream.id().toString())) {
                long stamp = Long.parseLong(new String(arrival.value(), UTF_8));
                log.add(
                        new BacktestEvent(
                                stream.id(),
                                decoder.decodeRow(record.value()),
                                Math.min(stamp, record.timestamp()),
                                record.partition(),
                                record.offset()));
            }
        }
        log.sort(
                Comparator.comparingLong(BacktestEvent::arrival)
                        .thenComparingInt(BacktestEvent::partition)
                        .thenComparingLong(BacktestEvent::offset));
        return log;
    }

    /** How many instances fired of those that had begun by some time, and had not ended. */
    long open(Instant at) {
        return expected.values().stream()
                .filter(it -> it.state() == InstanceState.FIRING)
                .filter(it -> it.at() < at.toEpochMilli())
                .filter(
                        it -> {
                            AlertTransition end =
                                    expected.get(
                                            new Identity(it.instance(), InstanceState.RESOLVED));
                            return end == null || end.at() > at.toEpochMilli();
                        })
                .count();
    }

    /** How many transitions to a state an alert had. */
    long count(String alert, InstanceState state) {
        return expected.values().stream()
                .filter(it -> it.name().equals(alert) && it.state() == state)
                .count();
    }

    /** Each transition is on the topic; where it is repeated, it is not changed. */
    void assertTold(List<ConsumerRecord<byte[], byte[]>> alerts) throws Exception {
        Map<Identity, AlertTransition> told = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : alerts) {
            AlertTransition transition = AlertTransitionCodec.fromBytes(record.value());
            AlertTransition before = told.put(identity(transition), transition);
            if (before != null) {
                assertThat(transition).isEqualTo(before);
            }
        }
        assertThat(told).isEqualTo(expected);
    }

    /** Each instance is stored once, as its transitions say. */
    void assertStored(List<JsonNode> instances) {
        Map<UUID, Stored> stored = new HashMap<>();
        for (JsonNode instance : instances) {
            Stored before =
                    stored.put(
                            UUID.fromString(instance.path("id").asText()),
                            new Stored(
                                    instance.path("state").asText(),
                                    Instant.parse(instance.path("startedAt").asText()),
                                    instance.path("firedAt").asText(),
                                    instance.path("endedAt").asText()));
            assertThat(before).as("stored twice: %s", instance).isNull();
        }
        Map<UUID, Stored> should = new HashMap<>();
        expected.forEach(
                (identity, transition) -> {
                    if (identity.state() == InstanceState.FIRING) {
                        Optional<AlertTransition> end =
                                Optional.ofNullable(
                                        expected.get(
                                                new Identity(
                                                        identity.instance(),
                                                        InstanceState.RESOLVED)));
                        should.put(
                                identity.instance(),
                                new Stored(
                                        end.isPresent() ? "resolved" : "firing",
                                        Instant.ofEpochMilli(transition.startedAt()),
                                        Instant.ofEpochMilli(transition.at()).toString(),
                                        end.map(it -> Instant.ofEpochMilli(it.at()).toString())
                                                .orElse("")));
                    }
                });
        assertThat(stored).isEqualTo(should);
    }

    private static Identity identity(AlertTransition transition) {
        return new Identity(transition.instance(), transition.state());
    }

    private final class Expecting implements AlertSink {

        @Override
        public void transition(AlertTransition transition) {
            assertThat(expected.put(identity(transition), transition)).isNull();
        }

        @Override
        public void evaluationFailed(RuleKey rule, String reason) {
            throw new AssertionError(rule + ": " + reason);
        }

        @Override
        public void partialMatchesDropped(RuleKey rule, long count) {
            throw new AssertionError(rule + " dropped " + count);
        }

        @Override
        public void instanceRefused(RuleKey rule) {
            throw new AssertionError(rule + " was refused an instance");
        }

        @Override
        public void opened(RuleKey rule, UUID instance) {
            // Of no matter here.
        }

        @Override
        public void closed(RuleKey rule, UUID instance) {
            // Of no matter here.
        }
    }
}
