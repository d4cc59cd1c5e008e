package io.streamgauge.jobs.aggregation;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The operator against a plain batch computation of the same events. */
class WindowAggregationPropertyTest {

    private static final long OUT_OF_ORDERNESS = 300;
    private static final long LATENESS = 2_000;
    private static final List<Duration> SIZES = List.of(ofSeconds(1), ofSeconds(3), ofSeconds(10));
    private static final StreamDefinition SPEC =
            WindowHarness.stream(
                    ofMillis(OUT_OF_ORDERNESS),
                    ofMillis(LATENESS),
                    false,
                    SIZES.toArray(Duration[]::new));

    private record Sent(long timestamp, long arrival, double value) {}

    private record Window(long start, Duration size) {}

    @Property(tries = 30)
    void lastResultsEqualABatchComputationOfTheEventsThatWereInTime(
            @ForAll Random random, @ForAll @IntRange(min = 1, max = 300) int count)
            throws Exception {
        List<Sent> events = events(random, count);

        Run run = run(events, random, events.size());

        Map<Window, List<Double>> expected = new HashMap<>();
        int late = 0;
        for (Sent event : events) {
            boolean counted = false;
            for (Duration size : SIZES) {
                long start = Math.floorDiv(event.timestamp(), size.toMillis()) * size.toMillis();
                if (event.arrival() < start + size.toMillis() + OUT_OF_ORDERNESS + LATENESS) {
                    expected.computeIfAbsent(new Window(start, size), window -> new ArrayList<>())
                            .add(event.value());
                    counted = true;
                }
            }
            late += counted ? 0 : 1;
        }
        Map<Window, Aggregate> last = last(run.results());
        assertThat(last.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (window, values) -> {
                    Aggregate aggregate = Objects.requireNonNull(last.get(window));
                    assertThat(aggregate.count()).isEqualTo(values.size());
                    WindowStateTest.assertClose(
                            Objects.requireNonNull(aggregate.measures().get("m")),
                            MeasureStatistics.of(
                                    values.stream().mapToDouble(Double::doubleValue).toArray()));
                });
        assertThat(run.rejected()).isEqualTo(late);
    }

    @Property(tries = 30)
    void aReplayGivesTheSameResultsWithTheSameRevisions(
            @ForAll Random random, @ForAll @IntRange(min = 2, max = 200) int count)
            throws Exception {
        List<Sent> events = events(random, count);

        Run first = run(events, new Random(1), events.size());
        Run again = run(events, new Random(2), random.nextInt(events.size()));

        assertThat(byId(again.results())).isEqualTo(byId(first.results()));
        assertThat(again.rejected()).isEqualTo(first.rejected());
    }

    @Property(tries = 20)
    void revisionsOfAWindowCountUpFromZeroWithoutAHole(@ForAll Random random) throws Exception {
        List<Aggregate> results = run(events(random, 300), random, 300).results();

        results.stream()
                .collect(groupingBy(aggregate -> aggregate.start() + " " + aggregate.window()))
                .values()
                .forEach(
                        revisions -> {
                            for (int i = 0; i < revisions.size(); i++) {
                                assertThat(revisions.get(i).revision()).isEqualTo(i);
                            }
                        });
    }

    private record Run(List<Aggregate> results, int rejected) {}

    /**
     * Feeds the events in the order of their arrival, with watermarks that lag by a random amount,
     * and with one restart from a snapshot.
     */
    private static Run run(List<Sent> events, Random lag, int restartAfter) throws Exception {
        List<Aggregate> results = new ArrayList<>();
        int rejected = 0;
        WindowHarness harness = WindowHarness.start();
        try {
            for (int i = 0; i < events.size(); i++) {
                Sent event = events.get(i);
                harness.clock(event.arrival() - lag.nextInt(500));
                harness.event(SPEC, event.timestamp(), event.arrival(), event.value());
                if (i == restartAfter) {
                    results.addAll(harness.results());
                    rejected += harness.rejections().size();
                    var snapshot = harness.snapshot();
                    harness.close();
                    harness = WindowHarness.restore(snapshot);
                }
            }
            harness.clock(1_000_000);
            results.addAll(harness.results());
            rejected += harness.rejections().size();
            assertThat(harness.keyedStateEntries()).isZero();
        } finally {
            harness.close();
        }
        return new Run(results, rejected);
    }

    private static List<Sent> events(Random random, int count) {
        List<Sent> events = new ArrayList<>();
        long arrival = 100_000;
        for (int i = 0; i < count; i++) {
            arrival += random.nextInt(10) == 0 ? random.nextInt(3_000) : random.nextInt(50);
            long age = random.nextInt(4) == 0 ? random.nextInt(8_000) : random.nextInt(400) - 100;
            events.add(new Sent(arrival - age, arrival, random.nextGaussian() * 100));
        }
        return events;
    }

    private static Map<Window, Aggregate> last(List<Aggregate> results) {
        Map<Window, Aggregate> last = new HashMap<>();
        for (Aggregate aggregate : results) {
            last.put(
                    new Window(
                            aggregate.start().toEpochMilli() - WindowHarness.ORIGIN,
                            aggregate.window()),
                    aggregate);
        }
        return last;
    }

    private static Map<String, Aggregate> byId(List<Aggregate> results) {
        Map<String, Aggregate> byId = new TreeMap<>();
        results.forEach(aggregate -> byId.put(aggregate.id(), aggregate));
        assertThat(byId).hasSameSizeAs(results);
        return byId;
    }
}
