package io.streamgauge.jobs.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesCountTest {

    private static final int KEY_GROUPS = 128;
    private static final String STREAM = "acme/11111111-2222-4333-8444-555555555555";

    @Test
    void tellsTheStreamOfASeries() {
        assertThat(SeriesCount.stream(STREAM + "/{\"path\":\"/a/b\"}")).isEqualTo(STREAM);
    }

    @ParameterizedTest
    @CsvSource({
        "0,      1.0,  0",
        "1,      1.0,  1",
        "100000, 1.0,  100000",
        "10,     0.5,  10",
        "100,    0.25, 61",
        "100000, 0.25, 25955",
        "9223372036854775807, 1.0, 9223372036854775807"
    })
    void aTaskHasItsPartAndSixStandardDeviationsAndSixMore(long limit, double part, long share) {
        assertThat(SeriesCount.share(limit, part)).isEqualTo(share);
    }

    /** By the Chernoff bound for the number of series that hash to a task. */
    @Property
    void aStreamWithinItsLimitMeetsTheShareLessThanOnceInTenMillionTimes(
            @ForAll @IntRange(min = 1, max = 10_000_000) int limit,
            @ForAll @IntRange(min = 1, max = 1_000) int tasks) {
        double expected = (double) limit / tasks;
        double beyond = SeriesCount.share(limit, 1.0 / tasks) + 1.0;

        double logOfProbability =
                beyond > limit // cannot be
                        ? Double.NEGATIVE_INFINITY
                        : beyond - expected - beyond * Math.log(beyond / expected);

        assertThat(logOfProbability).isLessThan(Math.log(1e-7));
    }

    @Property(tries = 100)
    void countsAsASetWouldThroughRestoresOfAnyParallelism(@ForAll Random random) {
        Set<String> open = new HashSet<>();
        List<SeriesCount> tasks = tasks(1 + random.nextInt(5), List.of());
        for (int step = 0; step < 500; step++) {
            String series = "acme/stream-" + random.nextInt(3) + "/" + random.nextInt(100);
            if (random.nextInt(100) == 0) {
                List<OpenSeries> snapshots = new ArrayList<>();
                tasks.forEach(task -> snapshots.addAll(task.snapshot()));
                tasks = tasks(1 + random.nextInt(5), snapshots);
            } else if (open.add(series)) {
                tasks.get(owner(series, tasks.size())).opened(series);
            } else {
                open.remove(series);
                tasks.get(owner(series, tasks.size())).closed(series);
            }
            assertCounts(open, tasks);
        }
    }

    @Test
    void neverGoesBelowZeroWhereItDidNotCountTheOpening() {
        SeriesCount count = tasks(1, List.of()).getFirst();
        count.opened(STREAM + "/a");

        count.closed(STREAM + "/b"); // of another key group
        count.closed(STREAM + "/a");
        count.closed(STREAM + "/a");

        assertThat(count.open(STREAM)).isZero();
        assertThat(count.snapshot()).isEmpty();
    }

    private static void assertCounts(Set<String> open, List<SeriesCount> tasks) {
        Map<String, Long> expected = new HashMap<>();
        open.forEach(
                series ->
                        expected.merge(
                                owner(series, tasks.size()) + " " + SeriesCount.stream(series),
                                1L,
                                Long::sum));
        for (int task = 0; task < tasks.size(); task++) {
            for (int stream = 0; stream < 3; stream++) {
                String name = "acme/stream-" + stream;
                assertThat(tasks.get(task).open(name))
                        .isEqualTo(expected.getOrDefault(task + " " + name, 0L));
            }
        }
    }

    private static int owner(String series, int tasks) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(series, KEY_GROUPS, tasks);
    }

    private static List<SeriesCount> tasks(int parallelism, List<OpenSeries> snapshots) {
        List<SeriesCount> tasks = new ArrayList<>();
        for (int i = 0; i < parallelism; i++) {
            KeyGroupRange own =
                    KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                            KEY_GROUPS, parallelism, i);
            SeriesCount count = new SeriesCount(KEY_GROUPS, own);
            count.restore(snapshots);
            tasks.add(count);
        }
        return tasks;
    }
}
