package io.streamgauge.training;

import io.streamgauge.detection.ContextFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The past of one series: all its measures, in the order of time. Points that training must not
 * learn from, as of a maintenance, are simply not added. Not for several threads at once.
 */
public final class SeriesHistory {

    private final List<String> measures;
    private final List<Point> points = new ArrayList<>();

    private record Point(long timeMillis, List<Double> values) {}

    /**
     * @param measures in the order of the model's
     */
    public SeriesHistory(List<String> measures) {
        this.measures = List.copyOf(measures);
    }

    /**
     * Adds a point.
     *
     * @param timeMillis after that of the last point
     * @param values by measure; others than this history's are ignored, absent ones are missing
     */
    public void add(long timeMillis, Map<String, Double> values) {
        if (!points.isEmpty() && timeMillis <= points.getLast().timeMillis()) {
            throw new IllegalArgumentException(
                    "time: " + timeMillis + " (expected: > " + points.getLast().timeMillis() + ")");
        }
        points.add(
                new Point(
                        timeMillis,
                        measures.stream()
                                .map(measure -> values.getOrDefault(measure, Double.NaN))
                                .toList()));
    }

    /** Names of the measures. */
    public List<String> measures() {
        return measures;
    }

    /** How many points. */
    public int size() {
        return points.size();
    }

    long time(int point) {
        return points.get(point).timeMillis();
    }

    /** The features of each point, by the class that serving uses. */
    List<double[]> features() {
        ContextFeatures features = new ContextFeatures(measures.size());
        List<double[]> rows = new ArrayList<>(points.size());
        for (Point point : points) {
            double[] values = point.values().stream().mapToDouble(Double::doubleValue).toArray();
            rows.add(features.next(point.timeMillis(), values));
        }
        return rows;
    }
}
