package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.ACME;
import static io.streamgauge.jobs.alerting.AlertFixtures.STREAM;
import static io.streamgauge.jobs.alerting.AlertFixtures.active;
import static io.streamgauge.jobs.alerting.AlertFixtures.alert;
import static io.streamgauge.jobs.alerting.AlertFixtures.id;
import static io.streamgauge.jobs.alerting.AlertFixtures.spec;
import static io.streamgauge.jobs.alerting.AlertFixtures.update;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.alerting.Limits;
import io.streamgauge.alerting.RuleBook;
import io.streamgauge.alerting.RuleRevision;
import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.alerting.backtest.Replay;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rules are made, changed and removed ten times a second while events flow; then with a TaskManager
 * that is lost in between. What comes of it is what a replay over memory finds, which knows when
 * each version was in force. For ten seconds; {@code -Dstreamgauge.fire.seconds=60} for longer.
 */
class ChangeUnderFireIT {

    private static final Duration FIRE =
            Duration.ofSeconds(Long.getLong("streamgauge.fire.seconds", 10));
    private static final int CHANGES_PER_SECOND = 10;
    private static final int EVENTS_PER_STEP = 20;
    private static final long STEP_MILLIS = 20;
    private static final int ALERTS = 10;
    private static final int HOSTS = 8;

    private final Random random = new Random(7);
    private final EventDecoder decoder = new EventDecoder(STREAM.spec());
    private final List<Pending> events = new ArrayList<>();
    private final List<RuleRevision> revisions = new ArrayList<>();
    private final Map<Integer, AlertDefinition> alerts = new TreeMap<>();
    private int nextAlert;

    private record Pending(String json, long stamp, Future<RecordMetadata> sent) {}

    private record Identity(UUID instance, InstanceState state) {}

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void comesToWhatAReplayComesTo(boolean loss) throws Exception {
        try (AlertingRig rig = new AlertingRig()) {
            rig.define(update(STREAM));
            rig.submit();
            await().atMost(60, TimeUnit.SECONDS)
                    .pollInterval(Duration.ofMillis(50))
                    .until(
                            () -> {
                                change(rig);
                                rig.heartbeats();
                                return !rig.statuses().isEmpty();
                            });

            fire(rig, loss);

            Map<Identity, AlertTransition> expected = expected();
            assertThat(expected.size()).isGreaterThan(200);
            await().atMost(90, TimeUnit.SECONDS)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(
                            () -> {
                                rig.heartbeats();
                                assertThat(found(rig)).isEqualTo(expected);
                            });
        }
    }

    private void fire(AlertingRig rig, boolean loss) throws Exception {
        long start = System.nanoTime();
        long steps = FIRE.toMillis() / STEP_MILLIS;
        for (int step = 0; step < steps; step++) {
            long due = start + TimeUnit.MILLISECONDS.toNanos(step * STEP_MILLIS);
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> System.nanoTime() >= due);
            for (int i = 0; i < EVENTS_PER_STEP; i++) {
                send(rig);
            }
            rig.heartbeats();
            if (step % (1_000 / STEP_MILLIS / CHANGES_PER_SECOND) == 0) {
                change(rig);
            }
            if (loss && step == steps / 2) {
                rig.loseATaskManager();
            }
        }
    }

    /** Mostly close to a level, so that conditions come and go. */
    private void send(AlertingRig rig) {
        long now = System.currentTimeMillis();
        String host = "h" + random.nextInt(HOSTS);
        String json =
                "{\"at\":%d,\"host\":\"%s\",\"m\":%d,\"kind\":\"k%d\"}"
                        .formatted(
                                now - random.nextInt(3),
                                host,
                                random.nextInt(100),
                                random.nextInt(3));
        int partition = Math.floorMod(host.hashCode(), AlertingRig.PARTITIONS);
        events.add(new Pending(json, now, rig.event(STREAM, partition, json, now)));
    }

    private void change(AlertingRig rig) throws Exception {
        int slot = random.nextInt(ALERTS);
        AlertDefinition known = alerts.get(slot);
        int what = random.nextInt(6);
        if (known == null) {
            put(rig, slot, alert(STREAM, id(100 + nextAlert++), 1, active(1, spec())));
        } else if (what == 0) {
            DefinitionUpdate removal =
                    new DefinitionUpdate(AlertFixtures.key(ACME, known.id()), null, 0);
            long from = rig.define(removal);
            revisions.add(RuleRevision.removal(ACME, known.id(), from));
            alerts.remove(slot);
        } else if (what == 1) { // paused
            put(rig, slot, alert(STREAM, known.id(), known.revision() + 1));
        } else {
            long version = known.revision() + 1;
            List<AlertVersion> versions = new ArrayList<>();
            if (what > 3) { // what the one before has begun, it finishes
                known.versions().stream()
                        .filter(of -> of.mode() == AlertVersion.Mode.ACTIVE)
                        .map(of -> draining(of))
                        .forEach(versions::add);
            }
            versions.add(active(version, spec()));
            put(
                    rig,
                    slot,
                    alert(STREAM, known.id(), version, versions.toArray(AlertVersion[]::new)));
        }
    }

    private static AlertVersion draining(AlertVersion active) {
        return new AlertVersion(active.number(), AlertVersion.Mode.DRAINING, active.spec());
    }

    private AlertSpec spec() {
        if (random.nextInt(3) == 0) {
            return AlertFixtures.spec(
                    "{'name':'n','stream':'s1','groupBy':%s,'keepFiringFor':'100ms','condition':{'kind':'sequence','within':'200ms','on':'%s','steps':[{'name':'a','where':'event.m > %d'},{'name':'b','contiguity':'%s','where':'event.m < steps.a[0].m - 75'}]}}"
                            .formatted(
                                    random.nextBoolean() ? "['host']" : "[]",
                                    random.nextBoolean() ? "both" : "match",
                                    80 + random.nextInt(15),
                                    random.nextBoolean() ? "followedBy" : "next"));
        }
        String text =
                "{'name':'n','stream':'s1','groupBy':%s%s%s,'condition':{'kind':'threshold','measure':'m','op':'>','value':%d,'recovery':%d}}"
                        .formatted(
                                random.nextBoolean() ? "['host']" : "[]",
                                random.nextBoolean()
                                        ? ",'where':'event.kind == \\'k"
                                                + random.nextInt(3)
                                                + "\\''"
                                        : "",
                                random.nextBoolean() ? ",'for':'30ms'" : "",
                                60 + random.nextInt(30),
                                40 + random.nextInt(20));
        return AlertFixtures.spec(text);
    }

    private void put(AlertingRig rig, int slot, AlertDefinition definition) throws Exception {
        DefinitionUpdate update =
                new DefinitionUpdate(
                        AlertFixtures.key(ACME, definition.id()),
                        AlertDefinitionCodec.toBytes(definition),
                        0);
        long from = rig.define(update);
        revisions.add(RuleRevision.of(definition, from));
        alerts.put(slot, definition);
    }

    private Map<Identity, AlertTransition> expected() throws Exception {
        List<BacktestEvent> log = new ArrayList<>();
        for (Pending event : events) {
            RecordMetadata sent = event.sent().get(10, TimeUnit.SECONDS);
            log.add(
                    new BacktestEvent(
                            STREAM.id(),
                            decoder.decodeRow(event.json().getBytes(UTF_8)),
                            Math.min(event.stamp(), sent.timestamp()),
                            sent.partition(),
                            sent.offset()));
        }
        log.sort(
                Comparator.comparingLong(BacktestEvent::arrival)
                        .thenComparingInt(BacktestEvent::partition)
                        .thenComparingLong(BacktestEvent::offset));
        RuleBook book = new RuleBook();
        book.putStream(STREAM);
        revisions.forEach(book::put);
        Map<Identity, AlertTransition> expected = new HashMap<>();
        Replay replay =
                new Replay(
                        ACME,
                        book,
                        Limits.NONE,
                        new Recorder(
                                transition ->
                                        assertThat(expected.put(identity(transition), transition))
                                                .isNull()));
        log.forEach(replay::event);
        replay.advance(log.getLast().arrival() + 5_000);
        return expected;
    }

    private static Map<Identity, AlertTransition> found(AlertingRig rig)
            throws InvalidInputException {
        Map<Identity, AlertTransition> found = new HashMap<>();
        for (AlertTransition transition : rig.transitions()) {
            AlertTransition before = found.put(identity(transition), transition);
            if (before != null) {
                assertThat(transition).isEqualTo(before); // repeated, and not changed
            }
        }
        return found;
    }

    private static Identity identity(AlertTransition transition) {
        return new Identity(transition.instance(), transition.state());
    }
}
