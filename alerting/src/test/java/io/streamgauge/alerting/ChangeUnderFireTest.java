package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.definition;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.AlertVersion.Mode;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Skip;
import io.streamgauge.contracts.alert.Condition.Step;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.alert.Statistic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Definitions that change while events flow, against each version judged by itself, by the events
 * of its own time.
 */
class ChangeUnderFireTest {

    private static final long END = 100_000 + 40 * 60_000 + 100_000;

    /** From some time on, a version by its number is in force; none where it is 0. */
    record Revision(long after, int version) {}

    @Provide
    Arbitrary<List<Occurrence>> logs() {
        return Occurrence.logs();
    }

    @Provide
    Arbitrary<List<Revision>> revisions() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 15_000),
                        Arbitraries.integers().between(0, 6))
                .as(Revision::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    private static AlertSpec version(int number) {
        Duration none = Duration.ZERO;
        Duration some = Duration.ofSeconds(3);
        List<String> byHost = List.of("host");
        return switch (number) {
            case 1 -> spec(TestAlerts.raw(Comparison.GREATER, 4), byHost, some, some);
            case 2 -> spec(TestAlerts.raw(Comparison.LESS, 7), byHost, none, some);
            case 3 ->
                    spec(
                            TestAlerts.windowed(
                                    TestAlerts.window(Statistic.MAX, 6, 2), Comparison.GREATER, 5),
                            byHost,
                            some,
                            none);
            case 4 ->
                    spec(
                            TestAlerts.windowed(
                                    TestAlerts.window(Statistic.COUNT, 4, 1), Comparison.LESS, 2),
                            byHost);
            case 5 ->
                    spec(
                            new Condition.Absence(Duration.ofSeconds(4), Duration.ofMinutes(1)),
                            List.of(),
                            none,
                            some);
            default ->
                    spec(
                            new Condition.Sequence(
                                    List.of(
                                            step("low", "event.value < 4.0"),
                                            step("high", "event.value > steps.low[0].value + 3.0")),
                                    Optional.of(
                                            new Condition.Within(
                                                    Optional.of(Duration.ofSeconds(5)),
                                                    Optional.empty())),
                                    new Skip(Skip.Strategy.NO_SKIP, Optional.empty()),
                                    Condition.Outcome.BOTH),
                            byHost,
                            none,
                            some);
        };
    }

    private static Step step(String name, String where) {
        return new Step(
                name, Contiguity.FOLLOWED_BY, new Step.Single(Optional.of(where)), Quantifier.ONCE);
    }

    private static AlertDefinition revision(int number, int version) {
        return definition(
                1,
                number,
                version == 0
                        ? List.of()
                        : List.of(new AlertVersion(version, Mode.ACTIVE, version(version))));
    }

    @Property(tries = 400)
    void eachVersionIsJudgedByTheEventsOfItsOwnTime(
            @ForAll("logs") List<Occurrence> log, @ForAll("revisions") List<Revision> revisions) {
        List<BacktestEvent> events = Occurrence.events(log);
        TestRun run = new TestRun();
        long at = 100_000;
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < revisions.size(); i++) {
            times.add(at);
            run.book.put(RuleRevision.of(revision(i + 1, revisions.get(i).version()), at));
            at += revisions.get(i).after();
        }
        events.forEach(run.replay::event);
        run.advance(END);

        List<String> expected = new ArrayList<>();
        int i = 0;
        while (i < revisions.size()) {
            int version = revisions.get(i).version();
            int next = i + 1;
            // The same version without a break is one; of two revisions at one time the later
            // counts.
            while (next < revisions.size()
                    && (revisions.get(next).version() == version
                            || times.get(next).equals(times.get(i)))) {
                if (times.get(next).equals(times.get(i))) {
                    version = revisions.get(next).version();
                }
                next++;
            }
            long from = times.get(i);
            long until = next < revisions.size() ? times.get(next) : Long.MAX_VALUE;
            String reason =
                    next == revisions.size()
                            ? ""
                            : lastAt(revisions, times, next) == 0 ? "rule-paused" : "rule-changed";
            expected.addAll(alone(events, version, from, until, reason));
            i = next;
        }
        assertThat(run.lines()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static int lastAt(List<Revision> revisions, List<Long> times, int first) {
        int last = first;
        while (last + 1 < revisions.size() && times.get(last + 1).equals(times.get(first))) {
            last++;
        }
        return revisions.get(last).version();
    }

    private static List<String> alone(
            List<BacktestEvent> events, int version, long from, long until, String reason) {
        if (version == 0) {
            return List.of();
        }
        TestRun run = new TestRun();
        run.book.put(RuleRevision.of(revision(1, version), from));
        events.stream()
                .filter(event -> event.arrival() >= from && event.arrival() < until)
                .forEach(run.replay::event);
        run.advance(Math.min(END, until - 1));
        List<String> lines = new ArrayList<>(run.lines());
        if (until > END) {
            return lines;
        }
        Map<UUID, AlertTransition> open = new LinkedHashMap<>();
        for (AlertTransition transition : run.sink.transitions) {
            switch (transition.state()) {
                case PENDING, FIRING -> open.put(transition.instance(), transition);
                case RESOLVED, DISMISSED -> open.remove(transition.instance());
            }
        }
        open.values()
                .forEach(
                        last ->
                                lines.add(
                                        "%s %s %s since %d at %d"
                                                .formatted(
                                                        last.key(),
                                                        last.state() == InstanceState.FIRING
                                                                ? "resolved"
                                                                : "dismissed",
                                                        reason,
                                                        last.startedAt(),
                                                        Math.max(until, last.at()))));
        return lines;
    }

    @Property(tries = 200)
    void thePaceOfTheClockMakesNoDifferenceNorDoesForgettingEverythingButTheState(
            @ForAll("logs") List<Occurrence> log) {
        List<BacktestEvent> events = Occurrence.events(log);
        AlertDefinition[] alerts =
                Stream.of(1, 2, 3, 4, 6)
                        .map(of -> TestAlerts.alert(of, version(of)))
                        .toArray(AlertDefinition[]::new);
        TestRun atOnce = new TestRun(alerts);
        TestRun inSteps = new TestRun(alerts);

        events.forEach(atOnce.replay::event);
        atOnce.advance(END);
        for (BacktestEvent event : events) {
            for (int part = 5; part > 0; part--) {
                inSteps.advance(Math.max(event.arrival() - 700L * part, 99_000));
            }
            inSteps.replay.event(event);
        }
        inSteps.advance(END);

        assertThat(inSteps.lines()).containsExactlyInAnyOrderElementsOf(atOnce.lines());
        assertThat(new ForgetfulRun(alerts).run(events, END))
                .containsExactlyInAnyOrderElementsOf(atOnce.lines());
    }

    @Property(tries = 200)
    void drainingFinishesWhatItHasBegunAndBeginsNothing(@ForAll("logs") List<Occurrence> log) {
        List<BacktestEvent> events = Occurrence.events(log);
        long drain = 110_000;
        for (int version = 1; version <= 6; version++) {
            TestRun undisturbed = new TestRun(revision(1, version));
            events.forEach(undisturbed.replay::event);
            undisturbed.advance(END);
            TestRun drained = new TestRun(revision(1, version));
            AlertVersion old = new AlertVersion(version, Mode.DRAINING, version(version));
            drained.book.put(RuleRevision.of(definition(1, 2, List.of(old)), drain));
            events.forEach(drained.replay::event);
            drained.advance(END);

            List<UUID> begun =
                    undisturbed.sink.transitions.stream()
                            .filter(of -> of.evidence().clock() < drain)
                            .map(AlertTransition::instance)
                            .toList();
            boolean sequence = version == 6;
            List<String> expected =
                    undisturbed.sink.transitions.stream()
                            .filter(of -> begun.contains(of.instance()))
                            .map(TestSink::line)
                            .toList();
            if (sequence) {
                assertThat(drained.lines()).containsAll(expected);
                assertThat(drained.sink.transitions)
                        .allSatisfy(of -> assertThat(of.startedAt()).isLessThan(drain));
            } else {
                assertThat(drained.lines()).containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }
}
