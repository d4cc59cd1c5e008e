package io.streamgauge.local.cli;

import io.streamgauge.contracts.aggregate.Aggregate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/** What is shown of one series: its latest window, and each measure's mean in the last windows. */
final class SeriesView {

    static final int TREND_WINDOWS = 16;

    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final SortedMap<String, String> dimensions;
    private final Map<String, Deque<Double>> means = new HashMap<>();
    private Aggregate latest;
    private Instant seen;

    SeriesView(Aggregate first, Instant now) {
        this.dimensions = first.series().dimensionValues();
        this.latest = first;
        this.seen = now;
        remember(first);
    }

    /** Takes an aggregate: a newer window, or a newer result of the latest one. */
    void put(Aggregate aggregate, Instant now) {
        seen = now;
        if (aggregate.start().isBefore(latest.start())) {
            return; // a late correction of what is not shown any more
        }
        if (aggregate.start().equals(latest.start())) {
            latest.measures().keySet().forEach(measure -> means(measure).removeLast());
        }
        latest = aggregate;
        remember(aggregate);
    }

    SortedMap<String, String> dimensions() {
        return dimensions;
    }

    Aggregate latest() {
        return latest;
    }

    /** Whether the series has said nothing for a minute and three windows. */
    boolean isSilent(Instant now) {
        return seen.plus(KEPT).plus(latest.window().multipliedBy(3)).isBefore(now);
    }

    /** The means of the last windows as bars, from the least of them to the greatest. */
    String trend(String measure) {
        Deque<Double> values = means(measure);
        double least = values.stream().mapToDouble(it -> it).min().orElse(0);
        double greatest = values.stream().mapToDouble(it -> it).max().orElse(0);
        double step = (greatest - least) / (BARS.length() - 1);
        StringBuilder bars = new StringBuilder();
        for (double value : values) {
            int bar = step == 0 ? 0 : (int) Math.round((value - least) / step);
            bars.append(BARS.charAt(Math.clamp(bar, 0, BARS.length() - 1)));
        }
        return bars.toString();
    }

    private void remember(Aggregate aggregate) {
        aggregate
                .measures()
                .forEach(
                        (measure, statistics) -> {
                            Deque<Double> values = means(measure);
                            values.addLast(statistics.mean());
                            if (values.size() > TREND_WINDOWS) {
                                values.removeFirst();
                            }
                        });
    }

    private Deque<Double> means(String measure) {
        return means.computeIfAbsent(measure, name -> new ArrayDeque<>());
    }
}
