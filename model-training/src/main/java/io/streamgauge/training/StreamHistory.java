package io.streamgauge.training;

import io.streamgauge.detection.ContextFeatures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The past of a stream's series in bounded memory: {@value #MOST_SERIES} series, and about 32 MB of
 * features of all together. When there are more, every other point of each series is dropped, as
 * often as needed: what is kept lies at even distances over the whole time. Not for several threads
 * at once.
 */
public final class StreamHistory {

    /** Series that are learned from; of more, those that came first. */
    public static final int MOST_SERIES = 200;

    private static final int MOST_NUMBERS = 4_000_000;

    private final List<String> measures;
    private final int mostPoints;
    private final Map<UUID, SeriesHistory> histories = new LinkedHashMap<>();
    private int points;
    private long stride = 1;

    /**
     * @param measures from 1 to {@link ContextFeatures#MAX_MEASURES}, in the order of the model's
     */
    public StreamHistory(List<String> measures) {
        this(measures, MOST_NUMBERS / ContextFeatures.count(measures.size()));
    }

    StreamHistory(List<String> measures, int mostPoints) {
        this.measures = List.copyOf(measures);
        this.mostPoints = mostPoints;
    }

    /**
     * Adds a point of a series; see {@link SeriesHistory#add}.
     *
     * @return false where there are too many series already
     */
    public boolean add(UUID series, long timeMillis, Map<String, Double> values) {
        SeriesHistory history = of(series);
        if (history == null) {
            return false;
        }
        int before = history.size();
        history.add(timeMillis, values);
        points += history.size() - before;
        if (points > mostPoints) {
            thin();
        }
        return true;
    }

    /**
     * Adds a point of a series that is known to be usual; see {@link SeriesHistory#addUsual}.
     *
     * @return false where there are too many series already
     */
    public boolean addUsual(UUID series, long timeMillis, Map<String, Double> values) {
        SeriesHistory history = of(series);
        if (history == null) {
            return false;
        }
        history.addUsual(timeMillis, values);
        return true;
    }

    /** What comes next does not follow what was last, of any series. */
    public void interrupt() {
        histories.values().forEach(SeriesHistory::interrupt);
    }

    /** The series' histories, as far as they have any. */
    public List<SeriesHistory> series() {
        return List.copyOf(histories.values());
    }

    /** Points that are kept. */
    public int points() {
        return points;
    }

    private @Nullable SeriesHistory of(UUID series) {
        SeriesHistory history = histories.get(series);
        if (history == null && histories.size() < MOST_SERIES) {
            history = new SeriesHistory(measures, stride);
            histories.put(series, history);
        }
        return history;
    }

    private void thin() {
        stride *= 2;
        histories.values().forEach(SeriesHistory::thin);
        points = histories.values().stream().mapToInt(SeriesHistory::size).sum();
    }
}
