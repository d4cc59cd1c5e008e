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

import io.streamgauge.alerting.Limits;
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
                    "{'name':'absence','stream':'s1','groupBy':['host'],'condition':{'kind':'absence','duration':'4s','forgetAfter':'15s'}}");

    private final EventDecoder decoder = new EventDecoder(STREAM.spec());

    private record Sent(int partition, long offset, long arrival, String json) {}

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
        List<Sent> events = events(random);
        List<String> found = new ArrayList<>();
        try (AlertPipeline job = new AlertPipeline(update(STREAM))) {
            for (AlertDefinition alert : alerts) {
                job.define(update(alert, 0));
            }
            job.define(update(changed, 30_000));
            job.define(removal(alerts.get(1), 40_000));
            int next = 0;
            for (long clock = 100; clock <= END; clock += 100) {
                List<Sent> step = new ArrayList<>();
                while (next < events.size() && events.get(next).arrival() <= clock) {
                    step.add(events.get(next++));
                }
                Collections.shuffle(step, random); // partitions are read in any order
                for (Sent sent : step) {
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
            job.transitions().forEach(transition -> found.add(text(transition)));
            for (AlertDefinition alert : alerts) {
                job.define(removal(alert, END + 1_000));
            }
            job.clock(END + 2_000);
            job.clock(END + 2_100);

            assertThat(job.keyedStateEntries()).as("seed %d", seed).isZero();
            assertThat(job.timers()).as("seed %d", seed).isZero();
        }

        List<String> expected = replay(alerts, changed, events);
        assertThat(found).hasSizeGreaterThan(100);
        assertThat(found).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
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

    private List<String> replay(
            List<AlertDefinition> alerts, AlertDefinition changed, List<Sent> events)
            throws Exception {
        RuleBook book = new RuleBook();
        book.putStream(STREAM);
        alerts.forEach(alert -> book.put(RuleRevision.of(alert, ORIGIN)));
        book.put(RuleRevision.of(changed, ORIGIN + 30_000));
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
