package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.ACME;
import static io.streamgauge.jobs.alerting.AlertFixtures.ORIGIN;
import static io.streamgauge.jobs.alerting.AlertFixtures.STREAM;
import static io.streamgauge.jobs.alerting.AlertFixtures.active;
import static io.streamgauge.jobs.alerting.AlertFixtures.alert;
import static io.streamgauge.jobs.alerting.AlertFixtures.id;
import static io.streamgauge.jobs.alerting.AlertFixtures.removal;
import static io.streamgauge.jobs.alerting.AlertFixtures.spec;
import static io.streamgauge.jobs.alerting.AlertFixtures.update;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.alerting.Hearing;
import io.streamgauge.alerting.KeyJudge;
import io.streamgauge.alerting.Limits;
import io.streamgauge.alerting.MemoryKeyStore;
import io.streamgauge.alerting.RuleBook;
import io.streamgauge.alerting.RuleRevision;
import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.alerting.backtest.Replay;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.event.EventDecoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Generated events, of all kinds of conditions at once, out of order between partitions, with a
 * restart now and then and a changed and a removed rule: the operators come to what a replay over
 * memory comes to, and leave nothing behind where all rules are gone.
 */
class AlertPipelinePropertyTest {

    private static final int PARTITIONS = 3;
    private static final long END = 60_000;

    private static final List<String> SPECS =
            List.of(
                    "{'name':'raw','stream':'s1','groupBy':['host'],'for':'300ms','keepFiringFor':'200ms','condition':{'kind':'threshold','measure':'m','op':'>','value':70,'recovery':50}}",
                    "{'name':'mean','stream':'s1','groupBy':['host'],'condition':{'kind':'threshold','measure':'m','aggregate':'mean','window':'5s','every':'1s','op':'>','value':55}}",
                    "{'name':'count','stream':'s1','where':'event.kind =="
                        + " \\'k1\\'','condition':{'kind':'threshold','aggregate':'count','window':'3s','every':'1s','op':'<','value':4}}",
                    "{'name':'change','stream':'s1','groupBy':['host'],'condition':{'kind':'change','measure':'m','aggregate':'max','window':'2s','every':'1s','offset':'4s','mode':'percent','op':'>','value':10}}",
                    "{'name':'absence','stream':'s1','groupBy':['host'],'condition':{'kind':'absence','duration':'4s','forgetAfter':'15s'}}",
                    "{'name':'swing','stream':'s1','groupBy':['host'],'keepFiringFor':'2s','condition':{'kind':'sequence','within':'3s','on':'both','steps':[{'name':'a','where':'event.m"
                        + " > 80'},{'name':'b','where':'event.m < steps.a[0].m - 60'}]}}",
                    "{'name':'strict','stream':'s1','keepFiringFor':'1s','condition':{'kind':'sequence','within':'2s','steps':[{'name':'a','where':'event.m"
                        + " > 70'},{'name':'b','contiguity':'next','where':'event.m > 70'}]}}",
                    "{'name':'run','stream':'s1','groupBy':['host'],'keepFiringFor':'500ms','condition':{'kind':'sequence','within':'4s','skip':'skipToNext','steps':[{'name':'a','where':'event.m"
                        + " > 60','oneOrMore':true},{'name':'b','contiguity':'notFollowedBy','where':'event.kind"
                        + " == \\'k2\\''},{'name':'c','where':'event.m < 20'}]}}",
                    "{'name':'odd','stream':'s1','groupBy':['host'],'for':'20s','condition':{'kind':'anomaly','score':0.9,'kinds':['spike','drop']}}");

    private static final int SWING = 6;
    private static final int ODD = 9;

    private final EventDecoder decoder = new EventDecoder(STREAM.spec());

    private record Sent(int partition, long offset, long arrival, String json) {}

    /** What the anomaly job finds. */
    private record Found(long written, String host, double score, String kind) {

        long arrival() {
            return written + RuleDesk.EFFECT_DELAY_MILLIS;
        }

        String json() {
            return "{\"tenant\":\"acme\",\"stream\":\"%s\",\"dimensions\":{\"host\":\"%s\"},\"measure\":\"m\",\"timestamp\":%d,\"score\":%s,\"kind\":\"%s\"}"
                    .formatted(STREAM.id(), host, ORIGIN + written - 300, score, kind);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void comesToWhatAReplayComesTo(long seed) throws Exception {
        Random random = new Random(seed);
        List<AlertDefinition> alerts = alerts();
        AlertDefinition changed =
                alert(
                        STREAM,
                        id(1),
                        2,
                        new AlertVersion(1, AlertVersion.Mode.DRAINING, spec(SPECS.getFirst())),
                        active(2, AlertFixtures.above(60)));
        AlertDefinition drained =
                alert(
                        STREAM,
                        id(SWING),
                        2,
                        new AlertVersion(1, AlertVersion.Mode.DRAINING, spec(SPECS.get(SWING - 1))),
                        active(2, spec(SPECS.get(SWING - 1).replace("> 80", "> 90"))));
        Map<Long, AlertDefinition> changes = Map.of(30_000L, changed, 25_000L, drained);
        List<Sent> events = events(random);
        List<Found> anomalies = anomalies(random);
        List<String> told = new ArrayList<>();
        try (AlertPipeline job = new AlertPipeline(update(STREAM))) {
            for (AlertDefinition alert : alerts) {
                job.define(update(alert, 0));
            }
            for (Map.Entry<Long, AlertDefinition> change : changes.entrySet()) {
                job.define(update(change.getValue(), change.getKey()));
            }
            job.define(removal(alerts.get(1), 40_000));
            int next = 0;
            int nextAnomaly = 0;
            for (long clock = 100; clock <= END; clock += 100) {
                List<Sent> step = new ArrayList<>();
                while (next < events.size() && events.get(next).arrival() <= clock) {
                    step.add(events.get(next++));
                }
                while (nextAnomaly < anomalies.size()
                        && anomalies.get(nextAnomaly).written() <= clock) {
                    Found found = anomalies.get(nextAnomaly++);
                    job.anomaly(found.json(), found.written());
                }
                for (Sent sent : shuffled(step, random)) {
                    job.send(sent.partition(), sent.offset(), sent.arrival(), sent.json());
                }
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    job.heartbeat(partition, clock); // or it would be taken for blind
                }
                if (random.nextInt(100) == 0) {
                    job.restart();
                }
                job.clock(clock);
            }
            job.transitions().forEach(transition -> told.add(text(transition)));
            for (AlertDefinition alert : alerts) {
                job.define(removal(alert, END + 1_000));
            }
            job.clock(END + 2_000);
            job.clock(END + 2_100);

            assertThat(job.keyedStateEntries()).as("seed %d", seed).isZero();
            assertThat(job.timers()).as("seed %d", seed).isZero();
        }

        List<String> expected = replay(alerts, changes, events);
        expected.addAll(judged(alerts.get(ODD - 1), anomalies));
        assertThat(told).hasSizeGreaterThan(100);
        for (String name : List.of("swing", "strict", "run", "odd")) {
            assertThat(told)
                    .as("seed %d", seed)
                    .anyMatch(text -> text.startsWith(name + " firing"));
        }
        assertThat(told).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Partitions are read in any order, but each in its own. */
    private static List<Sent> shuffled(List<Sent> step, Random random) {
        List<Integer> partitions =
                new ArrayList<>(step.stream().map(sent -> sent.partition()).toList());
        Collections.shuffle(partitions, random);
        List<Sent> rest = new ArrayList<>(step);
        List<Sent> shuffled = new ArrayList<>();
        for (int partition : partitions) {
            Sent next =
                    rest.stream()
                            .filter(sent -> sent.partition() == partition)
                            .findFirst()
                            .orElseThrow();
            rest.remove(next);
            shuffled.add(next);
        }
        return shuffled;
    }

    private static List<AlertDefinition> alerts() {
        List<AlertDefinition> alerts = new ArrayList<>();
        for (String spec : SPECS) {
            alerts.add(alert(STREAM, id(alerts.size() + 1), 1, active(1, spec(spec))));
        }
        AlertVersion composite =
                active(
                        1,
                        spec(
                                "{'name':'both','groupBy':['host'],'condition':{'kind':'composite','all':['mean'],'none':['absence']}}"));
        alerts.add(
                new AlertDefinition(
                        ACME,
                        id(50),
                        Optional.empty(),
                        Map.of("mean", id(2), "absence", id(5)),
                        1,
                        false,
                        List.of(composite),
                        Instant.ofEpochMilli(ORIGIN)));
        return alerts;
    }

    /** Some late, some in bursts, and hosts that are silent for a while. */
    private static List<Sent> events(Random random) {
        List<Sent> events = new ArrayList<>();
        long[] offsets = new long[PARTITIONS];
        for (long arrival = 20; arrival < END; arrival += 1 + random.nextInt(120)) {
            int host = random.nextInt(4);
            boolean silent = (arrival / 8_000 + host) % 4 == 0 || (arrival / 1_000) % 20 > 14;
            if (silent) {
                continue;
            }
            int partition = host % PARTITIONS;
            long at =
                    arrival - (random.nextInt(10) == 0 ? random.nextInt(400) : random.nextInt(90));
            String json =
                    "{\"at\":%d,\"host\":\"h%d\",\"m\":%d,\"kind\":\"k%d\"}"
                            .formatted(ORIGIN + at, host, random.nextInt(100), random.nextInt(3));
            events.add(new Sent(partition, offsets[partition]++, arrival, json));
        }
        return events;
    }

    /** Few, so that one host has none for long enough to recover, and no two at once. */
    private static List<Found> anomalies(Random random) {
        List<Found> anomalies = new ArrayList<>();
        for (long written = 1_000; written < END - 1_000; written += 500 + random.nextInt(4_000)) {
            anomalies.add(
                    new Found(
                            written,
                            "h" + random.nextInt(3),
                            List.of(0.5, 0.9, 0.97).get(random.nextInt(3)),
                            List.of("spike", "drop", "shift").get(random.nextInt(3))));
        }
        return anomalies;
    }

    /** What one key's judge after the other says of all anomalies. */
    private static List<String> judged(AlertDefinition odd, List<Found> anomalies)
            throws Exception {
        RuleBook book = new RuleBook();
        book.putStream(STREAM);
        book.put(RuleRevision.of(odd, ORIGIN));
        List<String> told = new ArrayList<>();
        for (int host = 0; host < 3; host++) {
            KeyJudge judge =
                    new KeyJudge(
                            book,
                            Limits.NONE,
                            Hearing.PERFECT,
                            new Recorder(transition -> told.add(text(transition))));
            judge.select("{\"host\":\"h%d\"}".formatted(host), new MemoryKeyStore());
            for (Found found : anomalies) {
                long arrival = ORIGIN + found.arrival();
                if (found.host().equals("h" + host)) {
                    judge.onAnomaly(
                            Anomalies.read(found.json().getBytes(UTF_8)),
                            arrival,
                            book.rules(ACME, STREAM.id(), arrival));
                }
            }
            judge.advance(ORIGIN + END);
        }
        return told;
    }

    private List<String> replay(
            List<AlertDefinition> alerts, Map<Long, AlertDefinition> changes, List<Sent> events)
            throws Exception {
        RuleBook book = new RuleBook();
        book.putStream(STREAM);
        alerts.forEach(alert -> book.put(RuleRevision.of(alert, ORIGIN)));
        changes.forEach((at, changed) -> book.put(RuleRevision.of(changed, ORIGIN + at)));
        book.put(RuleRevision.removal(ACME, alerts.get(1).id(), ORIGIN + 40_000));
        List<String> expected = new ArrayList<>();
        Replay replay =
                new Replay(
                        ACME,
                        book,
                        Limits.NONE,
                        new Recorder(transition -> expected.add(text(transition))));
        List<BacktestEvent> log = new ArrayList<>();
        for (Sent sent : events) {
            log.add(
                    new BacktestEvent(
                            STREAM.id(),
                            decoder.decodeRow(sent.json().getBytes(UTF_8)),
                            ORIGIN + sent.arrival(),
                            sent.partition(),
                            sent.offset()));
        }
        log.sort(
                Comparator.comparingLong(BacktestEvent::arrival)
                        .thenComparingInt(BacktestEvent::partition)
                        .thenComparingLong(BacktestEvent::offset));
        log.forEach(replay::event);
        replay.advance(ORIGIN + END);
        return expected;
    }

    private static String text(AlertTransition transition) {
        return "%s %s %s %s %s"
                .formatted(
                        transition.name(),
                        AlertFixtures.summary(transition),
                        transition.instance(),
                        transition.severity(),
                        transition.evidence());
    }
}
