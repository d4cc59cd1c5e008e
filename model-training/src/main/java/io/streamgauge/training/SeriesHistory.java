package io.streamgauge.training;

import io.streamgauge.detection.ContextFeatures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The past of one series: all its measures, in the order of time, as the features that serving
 * would have computed of each point. Points that training must not learn from, as of a maintenance,
 * are simply not added. Features are computed of every point that is; which of them are kept is
 * decided after that, so that thinning does not change what they say. Not for several threads at
 * once.
 */
public final class SeriesHistory {

    private final List<String> measures;
    private final List<Row> rows = new ArrayList<>();
    private final List<double[]> usual = new ArrayList<>();
    private ContextFeatures context;
    private long last = Long.MIN_VALUE;
    private long stride = 1;
    private long skipped;

    @SuppressWarnings("ArrayRecordComponent") // never compared, and seen by no one else
    private record Row(long timeMillis, double[] features) {}

    /**
     * @param measures in the order of the model's
     */
    public SeriesHistory(List<String> measures) {
        this(measures, 1);
    }

    /**
     * @param stride of so many points one is kept
     */
    SeriesHistory(List<String> measures, long stride) {
        this.measures = List.copyOf(measures);
        this.stride = stride;
        context = new ContextFeatures(measures.size());
    }

    /**
     * Adds a point.
     *
     * @param timeMillis after that of the last point
     * @param values by measure; others than this history's are ignored, absent ones are missing
     */
    public void add(long timeMillis, Map<String, Double> values) {
        double[] features = next(timeMillis, values);
        if (++skipped >= stride) {
            skipped = 0;
            rows.add(new Row(timeMillis, features));
        }
    }

    /**
     * As {@link #add}, of a point that somebody says was usual, though it seemed not to be: it is
     * always kept, learned from wherever it is, and weighs more than another.
     */
    public void addUsual(long timeMillis, Map<String, Double> values) {
        usual.add(next(timeMillis, values));
    }

    /** What comes next does not follow what was last: something in between was not read. */
    public void interrupt() {
        context = new ContextFeatures(measures.size());
    }

    /** Names of the measures. */
    public List<String> measures() {
        return measures;
    }

    /** How many points are kept, but for those that are known to be usual. */
    public int size() {
        return rows.size();
    }

    /** Drops every other point, and of what comes as much. */
    void thin() {
        List<Row> kept = new ArrayList<>(rows.size() / 2 + 1);
        for (int i = 1; i < rows.size(); i += 2) {
            kept.add(rows.get(i));
        }
        skipped += rows.size() % 2 == 1 ? stride : 0; // the last one is dropped, too
        rows.clear();
        rows.addAll(kept);
        stride *= 2;
    }

    long time(int point) {
        return rows.get(point).timeMillis();
    }

    /** The features of each point, by the class that serving uses. */
    List<double[]> features() {
        return rows.stream().map(Row::features).toList();
    }

    /** The features of what is known to be usual. */
    List<double[]> usual() {
        return Collections.unmodifiableList(usual);
    }

    private double[] next(long timeMillis, Map<String, Double> values) {
        if (timeMillis <= last) {
            throw new IllegalArgumentException(
                    "time: " + timeMillis + " (expected: > " + last + ")");
        }
        last = timeMillis;
        return context.next(
                timeMillis,
                measures.stream()
                        .mapToDouble(measure -> values.getOrDefault(measure, Double.NaN))
                        .toArray());
    }
}
