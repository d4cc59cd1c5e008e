package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Statistic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The level conditions against computations from the whole list of events. */
class LevelOracleTest {

    private static final long OOO = TestAlerts.OUT_OF_ORDERNESS;
    private static final long END = 100_000 + 40L * 60_000 + 30L * 3_600_000;
    private static final long DAY = 86_400_000;

    /** No percentile of small numbers is within a sketch's error of it. */
    private static final double LEVEL = 4.37;

    private static final List<String> BY_HOST = List.of("host");

    @Provide
    Arbitrary<List<Occurrence>> logs() {
        return Occurrence.logs();
    }

    private static List<String> lines(TestRun run, int host) {
        return run.lines().stream().filter(line -> line.startsWith(key(host))).toList();
    }

    private static String key(int host) {
        return "{\"host\":\"h" + host + "\"}";
    }

    private static AlertDefinition definition(
            Condition condition, int forSeconds, int keepSeconds) {
        return alert(
                1,
                spec(
                        condition,
                        BY_HOST,
                        Duration.ofSeconds(forSeconds),
                        Duration.ofSeconds(keepSeconds)));
    }

    private static TestRun run(List<Occurrence> log, AlertDefinition alert) {
        TestRun run = new TestRun(alert);
        Occurrence.events(log).forEach(run.replay::event);
        run.advance(END);
        assertThat(run.replay.keys()).isZero();
        ForgetfulRun forgetful = new ForgetfulRun(alert);
        if (!(alert.versions().getFirst().spec().condition() instanceof Condition.Absence)) {
            assertThat(forgetful.run(Occurrence.events(log), END))
                    .containsExactlyInAnyOrderElementsOf(run.lines());
            assertThat(forgetful.isEmpty()).isTrue();
        }
        return run;
    }

    @Property(tries = 300)
    void rawThresholds(
            @ForAll("logs") List<Occurrence> log,
            @ForAll Comparison comparison,
            @ForAll @IntRange(min = 0, max = 8) int forSeconds,
            @ForAll @IntRange(min = 0, max = 8) int keepSeconds,
            @ForAll boolean hysteresis) {
        OptionalDouble recovery =
                hysteresis && comparison == Comparison.GREATER
                        ? OptionalDouble.of(3)
                        : OptionalDouble.empty();
        // Values that fire hold for ever, so each host ends with one that does not.
        List<Occurrence> closed = new ArrayList<>(log);
        long last = log.isEmpty() ? 100_000 : log.getLast().arrival() + 40_000;
        int calm = comparison == Comparison.LESS || comparison == Comparison.AT_MOST ? 9 : 1;
        calm = comparison == Comparison.NOT_EQUAL ? 5 : calm;
        closed.add(new Occurrence(last, last, 0, calm, 0));
        closed.add(new Occurrence(last, last, 1, calm, 0));
        TestRun run =
                run(
                        closed,
                        definition(
                                new Condition.Threshold(
                                        new Condition.Subject.Raw("value"),
                                        comparison,
                                        5,
                                        recovery),
                                forSeconds,
                                keepSeconds));

        for (int host = 0; host < 2; host++) {
            LifecycleOracle oracle =
                    new LifecycleOracle(key(host), forSeconds * 1_000L, keepSeconds * 1_000L);
            Occurrence before = null;
            for (Occurrence event : Occurrence.of(closed, host)) {
                long timer = oracle.timer();
                while (timer >= 0 && timer < event.arrival()) {
                    oracle.timer(timer);
                    timer = oracle.timer();
                }
                boolean remembered =
                        oracle.isActive()
                                || (before != null && event.arrival() <= before.arrival() + 60_000);
                if (before != null && remembered && event.timestamp() < before.timestamp()) {
                    continue;
                }
                oracle.evaluate(
                        new LifecycleOracle.Point(
                                event.arrival(),
                                event.timestamp(),
                                comparison.holds(event.value(), 5),
                                comparison.holds(event.value(), recovery.orElse(5))));
                before = event;
            }
            for (long timer = oracle.timer(); timer >= 0; timer = oracle.timer()) {
                oracle.timer(timer);
            }
            assertThat(lines(run, host)).isEqualTo(oracle.lines());
        }
    }

    @Property(tries = 300)
    void windowedThresholds(
            @ForAll("logs") List<Occurrence> log,
            @ForAll Statistic statistic,
            @ForAll Comparison comparison,
            @ForAll @IntRange(min = 1, max = 5) int panes,
            @ForAll @IntRange(min = 0, max = 8) int forSeconds,
            @ForAll @IntRange(min = 0, max = 8) int keepSeconds) {
        long every = 3_000;
        TestRun run =
                run(
                        log,
                        definition(
                                TestAlerts.windowed(
                                        TestAlerts.window(statistic, panes * 3L, 3),
                                        comparison,
                                        LEVEL),
                                forSeconds,
                                keepSeconds));

        boolean small = comparison != Comparison.GREATER && comparison != Comparison.AT_LEAST;
        boolean whole = small && (statistic == Statistic.COUNT || statistic == Statistic.SUM);
        for (int host = 0; host < 2; host++) {
            WindowOracle oracle =
                    new WindowOracle(Occurrence.of(log, host), every, panes, 0, statistic, whole);
            LifecycleOracle lifecycle =
                    new LifecycleOracle(key(host), forSeconds * 1_000L, keepSeconds * 1_000L);
            oracle.evaluate(lifecycle, (value, before) -> comparison.holds(value, LEVEL));
            assertThat(lines(run, host)).isEqualTo(lifecycle.lines());
        }
    }

    @Property(tries = 300)
    void changes(
            @ForAll("logs") List<Occurrence> log,
            @ForAll boolean percent,
            @ForAll @IntRange(min = 1, max = 3) int panes,
            @ForAll @IntRange(min = 1, max = 4) int offset,
            @ForAll @IntRange(min = 0, max = 5) int keepSeconds) {
        TestRun run =
                run(
                        log,
                        definition(
                                new Condition.Change(
                                        TestAlerts.window(Statistic.MAX, panes * 3L, 3),
                                        Duration.ofSeconds(offset * 3L),
                                        percent,
                                        Comparison.GREATER,
                                        2,
                                        OptionalDouble.empty()),
                                0,
                                keepSeconds));

        for (int host = 0; host < 2; host++) {
            WindowOracle oracle =
                    new WindowOracle(
                            Occurrence.of(log, host), 3_000, panes, offset, Statistic.MAX, true);
            LifecycleOracle lifecycle = new LifecycleOracle(key(host), 0, keepSeconds * 1_000L);
            oracle.evaluate(
                    lifecycle,
                    (value, before) ->
                            percent
                                    ? before != 0 && (value - before) / Math.abs(before) * 100 > 2
                                    : value - before > 2);
            assertThat(lines(run, host)).isEqualTo(lifecycle.lines());
        }
    }

    @Property(tries = 300)
    void absence(
            @ForAll("logs") List<Occurrence> log,
            @ForAll @IntRange(min = 4, max = 20) int seconds,
            @ForAll @IntRange(min = 0, max = 10) int forSeconds,
            @ForAll @IntRange(min = 0, max = 10) int keepSeconds,
            @ForAll @IntRange(min = 0, max = 30) int blindFrom,
            @ForAll @IntRange(min = 0, max = 30) int blindFor) {
        long duration = seconds * 1_000L;
        long from = 100_000 + blindFrom * 1_000L;
        long to = from + blindFor * 1_000L;
        List<Occurrence> heard =
                log.stream()
                        .filter(event -> event.arrival() <= from || event.arrival() >= to)
                        .toList();
        AlertDefinition alert =
                alert(
                        1,
                        spec(
                                new Condition.Absence(
                                        Duration.ofSeconds(seconds), Duration.ofHours(1)),
                                List.of(),
                                Duration.ofSeconds(forSeconds),
                                Duration.ofSeconds(keepSeconds)));
        TestRun run = new TestRun(alert);
        run.replay.blind(from, to);
        Occurrence.events(heard).forEach(run.replay::event);
        run.advance(END);

        LifecycleOracle oracle =
                new LifecycleOracle("{}", forSeconds * 1_000L, keepSeconds * 1_000L);
        for (int i = 0; i < heard.size(); i++) {
            long last = heard.get(i).arrival();
            long next = i + 1 < heard.size() ? heard.get(i + 1).arrival() : Long.MAX_VALUE;
            oracle.evaluate(new LifecycleOracle.Point(last, last, false, false));
            long due = last + duration;
            while (due - last - Math.max(0, Math.min(due, to) - Math.max(last, from)) < duration) {
                due++;
            }
            long forget = last + 3_600_000;
            forget += Math.max(0, Math.min(forget, to) - Math.max(last, from));
            boolean absent = false;
            while (true) {
                long timer = oracle.timer();
                long at = absent ? Long.MAX_VALUE : due;
                at = timer >= 0 ? Math.min(at, timer) : at;
                if (at >= next || at == Long.MAX_VALUE || at > forget) {
                    break;
                }
                absent |= at == due;
                oracle.evaluate(new LifecycleOracle.Point(at, at, absent, absent));
            }
            if (next > forget) {
                oracle.end("key-forgotten", forget);
            }
        }
        assertThat(run.lines()).isEqualTo(oracle.lines());
        assertThat(run.replay.keys()).isZero();
    }

    /** Windows computed from the list of events. */
    private record WindowOracle(
            List<Occurrence> events,
            long every,
            long panes,
            long offset,
            Statistic statistic,
            boolean wholeOnly) {

        /** Whether a condition is true of a window's value and that of the window before. */
        interface Test {

            boolean holds(double value, double before);
        }

        private long pane(Occurrence event) {
            return Math.floorDiv(event.timestamp(), every);
        }

        /** The first instant that was not decided when an event arrived. */
        private long undecided(Occurrence event) {
            return Math.ceilDiv(event.arrival() - OOO, every);
        }

        void evaluate(LifecycleOracle lifecycle, Test test) {
            // An event that came too late for all windows does not make a key known.
            List<Occurrence> useful = new ArrayList<>();
            long knownUntil = Long.MIN_VALUE;
            for (Occurrence event : events) {
                long first = Math.max(pane(event) + 1, undecided(event));
                boolean known = first - 1 <= knownUntil;
                if (first <= pane(event) + panes
                        || (known && first <= pane(event) + panes + offset)) {
                    useful.add(event);
                    long memory = statistic == Statistic.COUNT ? DAY / every : panes + offset;
                    knownUntil = Math.max(knownUntil, pane(event) + memory);
                }
            }
            if (useful.isEmpty()) {
                return;
            }
            long first =
                    useful.stream()
                            .mapToLong(e -> Math.max(pane(e) + 1, undecided(e)))
                            .min()
                            .orElseThrow();
            long last = useful.stream().mapToLong(this::pane).max().orElseThrow();
            long end = last + (statistic == Statistic.COUNT ? DAY / every : panes + 30);
            for (long instant = first; instant <= end; instant++) {
                evaluate(instant, useful, lifecycle, test);
            }
            if (statistic == Statistic.COUNT) {
                lifecycle.end("key-forgotten", (last + DAY / every + 1) * every);
            }
        }

        private void evaluate(
                long instant, List<Occurrence> useful, LifecycleOracle lifecycle, Test test) {
            List<Occurrence> arrived =
                    useful.stream()
                            .filter(event -> event.arrival() <= instant * every + OOO)
                            .toList();
            if (arrived.isEmpty()) {
                return;
            }
            long known = arrived.stream().mapToLong(this::pane).min().orElseThrow();
            double[] values = values(arrived, instant);
            boolean holds = false;
            if (values.length > 0 || statistic == Statistic.COUNT) {
                boolean whole = instant - panes - offset >= known;
                double[] before = values(arrived, instant - offset);
                holds =
                        (whole || !wholeOnly)
                                && (offset == 0 || before.length > 0)
                                && test.holds(reduce(values), offset == 0 ? 0 : reduce(before));
            }
            lifecycle.evaluate(
                    new LifecycleOracle.Point(instant * every, instant * every, holds, holds));
        }

        private double[] values(List<Occurrence> arrived, long instant) {
            return arrived.stream()
                    .filter(e -> pane(e) >= instant - panes && pane(e) < instant)
                    .mapToDouble(Occurrence::value)
                    .toArray();
        }

        private double reduce(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            double sum = Arrays.stream(values).sum();
            return switch (statistic) {
                case COUNT -> values.length;
                case SUM -> sum;
                case MEAN -> sum / values.length;
                case MIN -> sorted[0];
                case MAX -> sorted[sorted.length - 1];
                case STDDEV -> {
                    double mean = sum / values.length;
                    yield Math.sqrt(
                            Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum()
                                    / values.length);
                }
                case P50 -> quantile(sorted, 0.5);
                case P90 -> quantile(sorted, 0.9);
                case P95 -> quantile(sorted, 0.95);
                case P99 -> quantile(sorted, 0.99);
            };
        }

        private static double quantile(double[] sorted, double q) {
            return sorted[(int) Math.floor(q * (sorted.length - 1))];
        }
    }
}
