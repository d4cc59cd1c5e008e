package io.streamgauge.contracts.detection;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which series of a stream something holds for.
 *
 * @param where the values that a series must have, by dimension; all series where empty
 */
public record SeriesScope(SortedMap<String, String> where) {

    /** Every series. */
    public static final SeriesScope ALL = new SeriesScope(new TreeMap<>());

    public SeriesScope {
        where = Collections.unmodifiableSortedMap(new TreeMap<>(where));
    }

    /** A scope of these values. */
    public static SeriesScope of(Map<String, String> where) {
        return new SeriesScope(new TreeMap<>(where));
    }

    /**
     * Whether it holds for a series.
     *
     * @param dimensions the series' values
     */
    public boolean covers(Map<String, String> dimensions) {
        return dimensions.entrySet().containsAll(where.entrySet());
    }

    /** How many characters its names and values have. */
    int characters() {
        int characters = 0;
        for (Map.Entry<String, String> entry : where.entrySet()) {
            characters += entry.getKey().length() + entry.getValue().length();
        }
        return characters;
    }
}
