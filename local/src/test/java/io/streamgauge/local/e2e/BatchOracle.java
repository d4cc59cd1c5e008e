package io.streamgauge.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Computes in one go, from a list of events, what the system should have said of them. */
final class BatchOracle {

    /** An event in time. */
    record Sent(long timestamp, String dimensions, Map<String, Double> measures) {}

    private record Window(String dimensions, Duration size, Instant start) {}

    private final List<Duration> sizes;
    private final List<Sent> events = new ArrayList<>();

    BatchOracle(Duration... sizes) {
        this.sizes = List.of(sizes);
    }

    void add(Sent event) {
        events.add(event);
    }

    int size() {
        return events.size();
    }

    /** Compares with results of which the largest revision of each window counts. */
    void assertEquals(Collection<Aggregate> results) {
        Map<Window, Aggregate> last = new HashMap<>();
        for (Aggregate result : results) {
            last.merge(
                    new Window(result.series().dimensions(), result.window(), result.start()),
                    result,
                    (one, other) -> one.revision() > other.revision() ? one : other);
        }
        Map<Window, List<Sent>> expected = windows();
        assertThat(last.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (window, sent) ->
                        assertEquals(window, Objects.requireNonNull(last.get(window)), sent));
    }

    private Map<Window, List<Sent>> windows() {
        Map<Window, List<Sent>> windows = new HashMap<>();
        for (Sent event : events) {
            for (Duration size : sizes) {
                long start = Math.floorDiv(event.timestamp(), size.toMillis()) * size.toMillis();
                windows.computeIfAbsent(
                                new Window(event.dimensions(), size, Instant.ofEpochMilli(start)),
                                window -> new ArrayList<>())
                        .add(event);
            }
        }
        return windows;
    }

    private static void assertEquals(Window window, Aggregate result, List<Sent> events) {
        assertThat(result.count()).as("events in %s", window).isEqualTo(events.size());
        Map<String, List<Double>> values = new TreeMap<>();
        for (Sent event : events) {
            event.measures()
                    .forEach(
                            (name, value) ->
                                    values.computeIfAbsent(name, n -> new ArrayList<>())
                                            .add(value));
        }
        assertThat(result.measures().keySet())
                .as("measures in %s", window)
                .isEqualTo(values.keySet());
        values.forEach(
                (name, numbers) ->
                        assertEquals(
                                name + " in " + window,
                                Objects.requireNonNull(result.measures().get(name)),
                                MeasureStatistics.of(
                                        numbers.stream()
                                                .mapToDouble(Double::doubleValue)
                                                .toArray())));
    }

    private static void assertEquals(
            String what, MeasureStatistics actual, MeasureStatistics expected) {
        double scale = Math.max(Math.abs(expected.min()), Math.abs(expected.max()));
        assertThat(actual.count()).as("count of %s", what).isEqualTo(expected.count());
        assertThat(actual.min()).as("min of %s", what).isEqualTo(expected.min());
        assertThat(actual.max()).as("max of %s", what).isEqualTo(expected.max());
        assertNear("sum of " + what, actual.sum(), expected.sum(), 1e-9 * scale * expected.count());
        assertNear("mean of " + what, actual.mean(), expected.mean(), 1e-9 * scale);
        assertNear("stddev of " + what, actual.stddev(), expected.stddev(), 1e-6 * scale);
        assertNear(
                "p50 of " + what, actual.p50(), expected.p50(), 0.0101 * Math.abs(expected.p50()));
        assertNear(
                "p95 of " + what, actual.p95(), expected.p95(), 0.0101 * Math.abs(expected.p95()));
        assertNear(
                "p99 of " + what, actual.p99(), expected.p99(), 0.0101 * Math.abs(expected.p99()));
    }

    private static void assertNear(String what, double actual, double expected, double tolerance) {
        assertThat(actual).as(what).isCloseTo(expected, within(tolerance + 1e-12));
    }
}
