package io.streamgauge.jobs.aggregation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Counts the open series of each stream in one task, and says whether the task may open one more.
 * On the heap; for one task's thread. For every job that keeps something for each series, with its
 * own meaning of open.
 *
 * <p><b>The share.</b> A stream's limit is meant for all tasks together, and none knows the others'
 * counts; asking them would cost more than the limit saves. But series fall into key groups by
 * hash, so of {@code n} series a task that has the part {@code p} of the key groups gets about
 * {@code n p}, with a standard deviation below {@code sqrt(n p)}. A task therefore lets a stream
 * have {@code limit p} series, six standard deviations, and six more where these are few. A stream
 * within its limit meets that less than once in ten million times, whatever the limit and the part.
 * One that explodes is held to little more than its limit in all: to the limit exactly where there
 * is one task, and else to {@code limit + 6 sqrt(limit tasks) + 6 tasks}. A tenant who picks names
 * that fall into one task only meets that task's share earlier.
 *
 * <p><b>The key groups.</b> Counts are kept for each key group, so that they can be shared out anew
 * with the series themselves when the parallelism changes, and stay exact.
 */
public final class SeriesCount {

    /** How far a task's number of series may be from what is expected, and how many more. */
    private static final double DEVIATIONS = 6;

    private final int keyGroups;
    private final KeyGroupRange own;
    private final Map<String, Counts> byStream = new HashMap<>();

    /** Of one stream. */
    private static final class Counts {

        private final Map<Integer, Long> byKeyGroup = new HashMap<>();
        private long all;
    }

    /**
     * @param keyGroups of all tasks together: the maximal parallelism
     * @param own the task's
     */
    public SeriesCount(int keyGroups, KeyGroupRange own) {
        this.keyGroups = keyGroups;
        this.own = own;
    }

    /** The stream of a series: tenant and id, as they begin the series key's text. */
    public static String stream(String series) {
        return series.substring(0, series.indexOf('/', series.indexOf('/') + 1));
    }

    /** Whether one more series of a stream may be opened. */
    public boolean hasRoom(String stream, long limit) {
        return open(stream) < share(limit, (double) own.getNumberOfKeyGroups() / keyGroups);
    }

    /** How many series a task with a part of the key groups may have of a limit. */
    static long share(long limit, double part) {
        double expected = limit * part;
        return Math.min(
                limit, (long) Math.ceil(expected + DEVIATIONS * Math.sqrt(expected) + DEVIATIONS));
    }

    /** How many series of a stream are open in this task. */
    long open(String stream) {
        Counts counts = byStream.get(stream);
        return counts == null ? 0 : counts.all;
    }

    /** Counts a series that is opened. */
    public void opened(String series) {
        add(stream(series), keyGroup(series), 1);
    }

    /** Ends what {@link #opened} began. What was not counted then makes no difference now. */
    public void closed(String series) {
        String stream = stream(series);
        int keyGroup = keyGroup(series);
        Counts counts = byStream.get(stream);
        if (counts != null && counts.byKeyGroup.containsKey(keyGroup)) {
            add(stream, keyGroup, -1);
        }
    }

    /** What {@link #restore} needs. */
    public List<OpenSeries> snapshot() {
        List<OpenSeries> snapshot = new ArrayList<>();
        byStream.forEach(
                (stream, counts) ->
                        counts.byKeyGroup.forEach(
                                (keyGroup, series) ->
                                        snapshot.add(new OpenSeries(stream, keyGroup, series))));
        return snapshot;
    }

    /** Takes over those counts, of whichever tasks, that are about key groups of this one. */
    public void restore(Iterable<OpenSeries> snapshots) {
        for (OpenSeries counted : snapshots) {
            if (own.contains(counted.keyGroup())) {
                add(counted.stream(), counted.keyGroup(), counted.series());
            }
        }
    }

    private int keyGroup(String series) {
        return KeyGroupRangeAssignment.assignToKeyGroup(series, keyGroups);
    }

    private void add(String stream, int keyGroup, long series) {
        Counts counts = byStream.computeIfAbsent(stream, unknown -> new Counts());
        counts.all += series;
        counts.byKeyGroup.merge(keyGroup, series, Long::sum);
        counts.byKeyGroup.remove(keyGroup, 0L);
        if (counts.all == 0) {
            byStream.remove(stream);
        }
    }
}
