package io.streamgauge.local.cli;

import static java.util.stream.Collectors.joining;

import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The latest window of every series, as text: a row for each measure. Dimensions in which all
 * series agree stand above the table; a column that says the same in each row says nothing. For one
 * thread.
 */
final class WatchTable {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final List<String> HEADINGS =
            List.of("SERIES", "WINDOW", "COUNT", "MEASURE", "MEAN", "P95", "MAX", "TREND");
    private static final List<Boolean> RIGHT_ALIGNED =
            List.of(false, false, true, false, true, true, true, false);

    /** What a narrow terminal does without, the first first. */
    private static final List<String> DISPENSABLE = List.of("TREND", "P95", "WINDOW", "COUNT");

    private static final String GAP = "  ";

    /** Title, shared dimensions, headings, what did not fit, status. */
    private static final int LINES_AROUND_ROWS = 5;

    private final Map<String, SeriesView> series = new TreeMap<>();

    /** Takes an aggregate. */
    void put(Aggregate aggregate, Instant now) {
        String key = aggregate.series().toString();
        SeriesView view = series.get(key);
        if (view == null) {
            series.put(key, new SeriesView(aggregate, now));
        } else {
            view.put(aggregate, now);
        }
    }

    /** Forgets series that have been silent for a minute and three windows. */
    void forgetSilent(Instant now) {
        series.values().removeIf(view -> view.isSilent(now));
    }

    /**
     * Draws the table.
     *
     * @param title the first line
     * @param status the last line
     * @param width in characters; where the table is wider, columns go, and then lines are cut
     * @param height lines; rows that do not fit are counted instead
     */
    List<String> draw(String title, String status, int width, int height) {
        SortedMap<String, String> shared = shared(series.values());
        List<String> lines = new ArrayList<>();
        lines.add(title);
        lines.add(describe(shared));
        if (series.isEmpty()) {
            lines.add("waiting for the first window ...");
        } else {
            lines.addAll(layOut(rows(shared), width, Math.max(1, height - LINES_AROUND_ROWS)));
        }
        lines.add(status);
        return lines.stream().map(line -> cut(line, width)).toList();
    }

    /** One line for one aggregate, for where there is no terminal. */
    static String line(Aggregate aggregate) {
        String measures =
                aggregate.measures().entrySet().stream()
                        .map(
                                it ->
                                        "%s: mean=%s p95=%s max=%s"
                                                .formatted(
                                                        it.getKey(),
                                                        Units.format(
                                                                it.getKey(), it.getValue().mean()),
                                                        Units.format(
                                                                it.getKey(), it.getValue().p95()),
                                                        Units.format(
                                                                it.getKey(), it.getValue().max())))
                        .collect(joining("; "));
        return "%s %s count=%d %s"
                .formatted(
                        aggregate.start(),
                        describe(aggregate.series().dimensionValues()),
                        aggregate.count(),
                        measures)
                .stripTrailing();
    }

    private List<List<String>> rows(Map<String, String> shared) {
        List<List<String>> rows = new ArrayList<>();
        series.values().stream()
                .sorted(Comparator.comparing(view -> label(view, shared)))
                .forEach(view -> addRows(view, label(view, shared), rows));
        return rows;
    }

    private static void addRows(SeriesView view, String label, List<List<String>> rows) {
        Aggregate latest = view.latest();
        List<String> start =
                List.of(label, TIME.format(latest.start()), String.valueOf(latest.count()));
        if (latest.measures().isEmpty()) {
            rows.add(row(start, List.of("", "", "", "", "")));
        }
        for (Map.Entry<String, MeasureStatistics> measure : latest.measures().entrySet()) {
            String name = measure.getKey();
            MeasureStatistics statistics = measure.getValue();
            rows.add(
                    row(
                            start,
                            List.of(
                                    name,
                                    Units.format(name, statistics.mean()),
                                    Units.format(name, statistics.p95()),
                                    Units.format(name, statistics.max()),
                                    view.trend(name))));
            start = List.of("", "", "");
        }
    }

    private static List<String> row(List<String> start, List<String> end) {
        List<String> row = new ArrayList<>(start);
        row.addAll(end);
        return row;
    }

    private static List<String> layOut(List<List<String>> rows, int width, int room) {
        List<List<String>> shown = rows.subList(0, Math.min(room, rows.size()));
        int[] widths = new int[HEADINGS.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = HEADINGS.get(column).length();
            for (List<String> row : shown) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        List<Integer> columns = columnsThatFit(widths, width);
        List<String> lines = new ArrayList<>();
        lines.add(join(HEADINGS, columns, widths));
        shown.forEach(row -> lines.add(join(row, columns, widths)));
        int left = rows.size() - shown.size();
        lines.add(left == 0 ? "" : "... and " + left + " more rows; --where shows fewer");
        return lines;
    }

    private static List<Integer> columnsThatFit(int[] widths, int width) {
        List<Integer> columns = new ArrayList<>();
        for (int column = 0; column < widths.length; column++) {
            columns.add(column);
        }
        for (String dispensable : DISPENSABLE) {
            int needed =
                    columns.stream().mapToInt(it -> widths[it] + GAP.length()).sum() - GAP.length();
            if (needed > width) {
                columns.remove(Integer.valueOf(HEADINGS.indexOf(dispensable)));
            }
        }
        return columns;
    }

    private static String join(List<String> cells, List<Integer> columns, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column : columns) {
            String cell = cells.get(column);
            String padding = " ".repeat(widths[column] - cell.length());
            line.append(RIGHT_ALIGNED.get(column) ? padding + cell : cell + padding);
            line.append(GAP);
        }
        return line.toString().stripTrailing();
    }

    private static SortedMap<String, String> shared(Collection<SeriesView> views) {
        SortedMap<String, String> shared = new TreeMap<>();
        boolean first = true;
        for (SeriesView view : views) {
            if (first) {
                shared.putAll(view.dimensions());
                first = false;
            } else {
                shared.entrySet().retainAll(view.dimensions().entrySet());
            }
        }
        return shared;
    }

    private static String label(SeriesView view, Map<String, String> shared) {
        SortedMap<String, String> own = new TreeMap<>(view.dimensions());
        own.keySet().removeAll(shared.keySet());
        return own.isEmpty() ? "(all)" : describe(own);
    }

    private static String describe(SortedMap<String, String> dimensions) {
        return dimensions.entrySet().stream()
                .map(it -> it.getKey() + "=" + it.getValue())
                .collect(joining(" "));
    }

    private static String cut(String line, int width) {
        if (line.codePointCount(0, line.length()) <= width) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, Math.max(0, width - 1))) + "…";
    }
}
