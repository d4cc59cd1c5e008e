package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.ACME;
import static io.streamgauge.jobs.alerting.AlertFixtures.STREAM;
import static io.streamgauge.jobs.alerting.AlertFixtures.active;
import static io.streamgauge.jobs.alerting.AlertFixtures.alert;
import static io.streamgauge.jobs.alerting.AlertFixtures.id;
import static io.streamgauge.jobs.alerting.AlertFixtures.spec;
import static io.streamgauge.jobs.alerting.AlertFixtures.update;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
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
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.RuleStatus;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

/**
 * Hundreds of rules that the reader takes, some of which make no sense, run in the job, are changed
 * and restored: the job goes on, each rule is judged or says why it is not, and what a plain rule
 * among them fires is what it would fire alone. The same ones each time; {@code -Dfuzz.seed} for
 * others.
 *
 * <p>The events are of some hours that were before the test, so that windows and silences end.
 */
class FuzzedRulesIT {

    private static final int RULES = 300;
    private static final int COMPOSITES = 20;
    private static final int EVENTS = 400;
    private static final Duration LONG_AGO = Duration.ofHours(12);
    private static final AlertId CONTROL = id(9_999);

    private final long seed = Long.getLong("fuzz.seed", 1);
    private final Random random = new Random(seed);
    private final FuzzedAlerts fuzz = new FuzzedAlerts(seed);
    private final EventDecoder decoder = new EventDecoder(STREAM.spec());
    private final Map<AlertId, AlertDefinition> inForce = new HashMap<>();
    private final List<Pending> events = new ArrayList<>();
    private final AlertDefinition control =
            alert(
                    STREAM,
                    CONTROL,
                    1,
                    active(
                            1,
                            spec(
                                    "{'name':'control','stream':'s1','groupBy':['host'],'for':'1s','condition':{'kind':'threshold','measure':'m','op':'>','value':60,'recovery':40}}")));
    private long clock = System.currentTimeMillis() - LONG_AGO.toMillis();

    private record Pending(EventRow row, long stamp, Future<RecordMetadata> sent) {}

    @Test
    void leaveTheJobRunningAndTheOthersAlone() throws Exception {
        long from = clock;
        try (AlertingRig rig = new AlertingRig()) {
            rig.define(update(STREAM));
            rig.define(unlimited());
            define(rig, control);
            for (int i = 0; i < RULES; i++) {
                define(rig, alert(STREAM, id(i), 1, active(1, fuzz.next())));
            }
            for (int i = 0; i < COMPOSITES; i++) {
                define(rig, composite(RULES + i));
            }
            clock += 1_000;
            JobID job = rig.submit();
            send(rig, EVENTS / 2);
            awaitControl(rig, job, from);
            change(rig);
            rig.loseATaskManager();
            send(rig, EVENTS / 2);
            awaitControl(rig, job, from);

            assertThat(ownFailure(rig, job)).as("seed %d", seed).isEmpty();
            assertThat(rig.client().getJobStatus(job).get()).isEqualTo(JobStatus.RUNNING);
            await().atMost(60, TimeUnit.SECONDS)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(
                            () -> assertThat(unaccounted(rig)).as("seed %d", seed).isEmpty());
            Map<RuleStatus.State, Long> states = new TreeMap<>();
            latest(rig).values().forEach(status -> states.merge(status.state(), 1L, Long::sum));
            assertThat(states.get(RuleStatus.State.ACTIVE))
                    .as("seed %d", seed)
                    .isGreaterThan(RULES);
            assertThat(states.get(RuleStatus.State.QUARANTINED))
                    .as("seed %d", seed)
                    .isGreaterThan(RULES / 50);
            assertThat(latest(rig).values())
                    .as("seed %d: no mistakes of ours", seed)
                    .noneMatch(
                            status -> status.lastError().orElse("").startsWith("internal error"));
        }
    }

    /** All are judged, whatever they cost: what one may spend is another test's matter. */
    private DefinitionUpdate unlimited() {
        return new DefinitionUpdate(
                new TenantPolicyCodec.Key(ACME).toString(),
                TenantPolicyCodec.toBytes(
                        new TenantPolicy(ACME, 1, true, 1_000, 10, 1_000, Integer.MAX_VALUE)));
    }

    private void define(AlertingRig rig, AlertDefinition definition) throws Exception {
        rig.defineAsOf(
                new DefinitionUpdate(
                        AlertFixtures.key(ACME, definition.id()),
                        AlertDefinitionCodec.toBytes(definition),
                        clock));
        inForce.put(definition.id(), definition);
    }

    /** Of members that may not be there, or group otherwise. */
    private AlertDefinition composite(int number) {
        Map<String, AlertId> members =
                Map.of(
                        "a",
                        id(random.nextInt(RULES)),
                        "b",
                        id(random.nextInt(2 * RULES)),
                        "c",
                        CONTROL);
        return new AlertDefinition(
                ACME,
                id(number),
                Optional.empty(),
                members,
                1,
                false,
                List.of(
                        active(
                                1,
                                spec(
                                        "{'name':'x','groupBy':%s,'condition':{'kind':'composite','any':['a','c'],'none':['b']%s}}"
                                                .formatted(
                                                        random.nextBoolean() ? "['host']" : "[]",
                                                        random.nextInt(4) == 0
                                                                ? ",'all':['nobody']"
                                                                : "")))),
                Instant.ofEpochMilli(clock));
    }

    /** Half of the rules become others, some after what they began; a tenth are gone. */
    private void change(AlertingRig rig) throws Exception {
        for (int i = 0; i < RULES / 2; i++) {
            AlertVersion before = requireNonNull(inForce.get(id(i))).versions().getFirst();
            List<AlertVersion> versions = new ArrayList<>();
            if (random.nextBoolean()) {
                versions.add(new AlertVersion(1, AlertVersion.Mode.DRAINING, before.spec()));
            }
            versions.add(active(2, fuzz.next()));
            define(rig, alert(STREAM, id(i), 2, versions.toArray(AlertVersion[]::new)));
        }
        for (int i = RULES / 2; i < RULES / 2 + RULES / 10; i++) {
            rig.defineAsOf(new DefinitionUpdate(AlertFixtures.key(ACME, id(i)), null, clock));
            inForce.remove(id(i));
        }
        clock += 1_000;
    }

    private void send(AlertingRig rig, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            clock += random.nextInt(20) == 0 ? random.nextInt(60_000) : random.nextInt(1_500);
            String host =
                    List.of("h0", "h1", "\u5730\u7403", "\u00e9/{}\\\"", "x".repeat(256))
                            .get(random.nextInt(5));
            String json =
                    "{\"at\":%d,\"host\":\"%s\",\"m\":%s%s%s}"
                            .formatted(
                                    clock - random.nextInt(random.nextInt(10) == 0 ? 100_000 : 100),
                                    host,
                                    random.nextInt(30) == 0 ? "1e150" : random.nextInt(100),
                                    random.nextBoolean()
                                            ? ",\"kind\":\"k" + random.nextInt(3) + "\""
                                            : "",
                                    random.nextBoolean() ? ",\"code\":" + random.nextInt(5) : "");
            int partition = Math.floorMod(host.hashCode(), AlertingRig.PARTITIONS);
            events.add(
                    new Pending(
                            decoder.decodeRow(json.getBytes(UTF_8)),
                            clock,
                            rig.event(STREAM, partition, json, clock)));
            if (i % 20 == 0) {
                rig.heartbeats(clock);
            }
        }
        clock += 60_000;
        rig.heartbeats(clock);
    }

    private void awaitControl(AlertingRig rig, JobID job, long from) throws Exception {
        List<String> expected = expected(from);
        assertThat(expected).hasSizeGreaterThan(20);
        await().atMost(180, TimeUnit.SECONDS)
                .pollInterval(Duration.ofMillis(500))
                .failFast(() -> assertThat(ownFailure(rig, job)).as("seed %d", seed).isEmpty())
                .untilAsserted(
                        () -> {
                            rig.heartbeats(clock);
                            assertThat(new TreeSet<>(ofControl(rig)))
                                    .as("seed %d", seed)
                                    .containsExactlyElementsOf(new TreeSet<>(expected));
                        });
    }

    /**
     * Why the job was restarted, where it was by itself and not for the TaskManager that is lost.
     */
    private static Optional<String> ownFailure(AlertingRig rig, JobID job) throws Exception {
        return rig.failure(job).filter(trace -> trace.contains("at io.streamgauge"));
    }

    private static List<String> ofControl(AlertingRig rig) throws InvalidInputException {
        return rig.transitions().stream()
                .filter(transition -> transition.alert().equals(CONTROL))
                .map(FuzzedRulesIT::text)
                .toList();
    }

    private static String text(AlertTransition transition) {
        return "%s %s".formatted(AlertFixtures.summary(transition), transition.instance());
    }

    /** What the plain rule comes to alone. */
    private List<String> expected(long from) throws Exception {
        List<BacktestEvent> log = new ArrayList<>();
        for (Pending event : events) {
            RecordMetadata sent = event.sent().get(10, TimeUnit.SECONDS);
            log.add(
                    new BacktestEvent(
                            STREAM.id(),
                            event.row(),
                            event.stamp(),
                            sent.partition(),
                            sent.offset()));
        }
        log.sort(
                Comparator.comparingLong(BacktestEvent::arrival)
                        .thenComparingInt(BacktestEvent::partition)
                        .thenComparingLong(BacktestEvent::offset));
        RuleBook book = new RuleBook();
        book.putStream(STREAM);
        book.put(RuleRevision.of(control, from));
        List<String> expected = new ArrayList<>();
        Replay replay =
                new Replay(
                        ACME,
                        book,
                        Limits.NONE,
                        new Recorder(transition -> expected.add(text(transition))));
        log.forEach(replay::event);
        replay.advance(clock - 10);
        return expected;
    }

    /** The last word of each task on each version. */
    private static Map<String, RuleStatus> latest(AlertingRig rig) throws InvalidInputException {
        Map<String, RuleStatus> latest = new HashMap<>();
        rig.statuses()
                .forEach(
                        status ->
                                latest.put(
                                        name(status.alert(), status.version(), status.subtask()),
                                        status));
        return latest;
    }

    private static String name(AlertId alert, long version, int subtask) {
        return "%s/%d/%d".formatted(alert, version, subtask);
    }

    /** Versions in force of which some task does not say what becomes of them. */
    private List<String> unaccounted(AlertingRig rig) throws InvalidInputException {
        Map<String, RuleStatus> latest = latest(rig);
        List<String> unaccounted = new ArrayList<>();
        for (AlertDefinition definition : inForce.values()) {
            for (AlertVersion version : definition.versions()) {
                for (int subtask = 0; subtask < 2; subtask++) {
                    String name = name(definition.id(), version.number(), subtask);
                    RuleStatus status = latest.get(name);
                    boolean judged = status != null && status.state() == RuleStatus.State.ACTIVE;
                    boolean excused =
                            status != null
                                    && status.state() == RuleStatus.State.QUARANTINED
                                    && status.lastError().isPresent();
                    if (!judged && !excused) {
                        unaccounted.add(name + ": " + status + " " + version.spec());
                    }
                }
            }
        }
        return unaccounted;
    }
}
