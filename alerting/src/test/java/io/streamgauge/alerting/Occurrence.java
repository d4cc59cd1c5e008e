package io.streamgauge.alerting;

import io.streamgauge.alerting.backtest.BacktestEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** An event of a generated log. */
record Occurrence(long arrival, long timestamp, int host, int value, int partition) {

    /** Logs in which time goes on in steps that are small against windows, or large. */
    static Arbitrary<List<Occurrence>> logs() {
        Arbitrary<Long> step =
                Arbitraries.frequencyOf(
                        Tuple.of(8, Arbitraries.longs().between(0, 2_000)),
                        Tuple.of(1, Arbitraries.longs().between(2_000, 60_000)));
        Arbitrary<Long> delay =
                Arbitraries.frequencyOf(
                        Tuple.of(6, Arbitraries.just(0L)),
                        Tuple.of(3, Arbitraries.longs().between(-1_000, 2_000)),
                        Tuple.of(1, Arbitraries.longs().between(2_000, 30_000)));
        Arbitrary<Occurrence> relative =
                Combinators.combine(
                                step,
                                delay,
                                Arbitraries.integers().between(0, 1),
                                Arbitraries.integers().between(0, 10),
                                Arbitraries.integers().between(0, 2))
                        .as(Occurrence::new);
        return relative.list().ofMaxSize(40).map(Occurrence::absolute);
    }

    private static List<Occurrence> absolute(List<Occurrence> steps) {
        List<Occurrence> log = new ArrayList<>();
        long clock = 100_000;
        for (Occurrence step : steps) {
            clock += step.arrival;
            log.add(
                    new Occurrence(
                            clock, clock - step.timestamp, step.host, step.value, step.partition));
        }
        log.sort(
                Comparator.comparingLong(Occurrence::arrival)
                        .thenComparingInt(Occurrence::partition));
        return log;
    }

    /** The log as it is judged; offsets count up. */
    static List<BacktestEvent> events(List<Occurrence> log) {
        List<BacktestEvent> events = new ArrayList<>();
        for (int i = 0; i < log.size(); i++) {
            Occurrence of = log.get(i);
            events.add(
                    new BacktestEvent(
                            TestAlerts.STREAM_ID,
                            TestAlerts.row(of.timestamp, "h" + of.host, of.value),
                            of.arrival,
                            of.partition,
                            i));
        }
        return events;
    }

    /** The events of one host. */
    static List<Occurrence> of(List<Occurrence> log, int host) {
        return log.stream().filter(event -> event.host == host).toList();
    }
}
