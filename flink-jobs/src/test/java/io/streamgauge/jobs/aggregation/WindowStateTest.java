package io.streamgauge.jobs.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamgauge.contracts.aggregate.MeasureStatistics;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class WindowStateTest {

    @Property(tries = 300)
    void countsAsABatchComputationDoes(
            @ForAll @Size(min = 1, max = 200)
                    List<@DoubleRange(min = -1e9, max = 1e9) Double> values)
            throws IOException {
        WindowState state = new WindowState(0, 0, "m");
        for (double value : values) {
            state.add("m", new double[] {value});
            state = WindowState.fromBytes(state.toBytes(new DataOutputSerializer(64)));
        }

        MeasureStatistics statistics = statistics(state, "m");

        assertThat(state.events()).isEqualTo(values.size());
        assertClose(
                statistics,
                MeasureStatistics.of(values.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    @Test
    void sumsWithoutLosingSmallValuesBesideLargeOnes() {
        WindowState state = new WindowState(0, 0, "m");
        for (double value : new double[] {1e16, 1, 1, -1e16}) {
            state.add("m", new double[] {value});
        }

        assertThat(statistics(state, "m").sum()).isEqualTo(2);
    }

    @Test
    void countsEventsWithoutAMeasureButNotTheMeasure() {
        WindowState state = new WindowState(0, 0, "a,b");
        state.add("a,b", new double[] {1, Double.NaN});
        state.add("a,b", new double[] {2, Double.NaN});

        assertThat(state.events()).isEqualTo(2);
        assertThat(state.statistics()).containsOnlyKeys("a");
    }

    @Test
    void keepsEachMeasuresValuesWhereADefinitionAddsAndMovesMeasures() {
        WindowState state = new WindowState(0, 0, "a,b");
        state.add("a,b", new double[] {1, 10});
        state.add("c,b,a", new double[] {100, 20, 2});
        state.add("a,b", new double[] {3, 30}); // decoded before the change, arrived after it

        assertThat(statistics(state, "a").sum()).isEqualTo(6);
        assertThat(statistics(state, "b").sum()).isEqualTo(60);
        assertThat(statistics(state, "c").sum()).isEqualTo(100);
    }

    @Test
    void takesEventsOfAStreamWithoutMeasures() throws IOException {
        WindowState state = new WindowState(0, 0, "");
        state.add("", new double[0]);

        WindowState read = WindowState.fromBytes(state.toBytes(new DataOutputSerializer(64)));

        assertThat(read.events()).isEqualTo(1);
        assertThat(read.statistics()).isEmpty();
    }

    @Test
    void refusesBytesOfANewerVersion() throws IOException {
        byte[] bytes = new WindowState(0, 0, "m").toBytes(new DataOutputSerializer(64));
        bytes[0] = 2;

        assertThatThrownBy(() -> WindowState.fromBytes(bytes))
                .hasMessageContaining("version 2 (expected: 1)");
    }

    private static MeasureStatistics statistics(WindowState state, String measure) {
        return Objects.requireNonNull(state.statistics().get(measure), measure);
    }

    static void assertClose(MeasureStatistics actual, MeasureStatistics expected) {
        double scale = Math.max(Math.abs(expected.min()), Math.abs(expected.max()));
        assertThat(actual.count()).isEqualTo(expected.count());
        assertThat(actual.min()).isEqualTo(expected.min());
        assertThat(actual.max()).isEqualTo(expected.max());
        assertThat(actual.sum()).isCloseTo(expected.sum(), within(1e-9 * scale + 1e-12));
        assertThat(actual.mean()).isCloseTo(expected.mean(), within(1e-9 * scale + 1e-12));
        assertThat(actual.stddev()).isCloseTo(expected.stddev(), within(1e-6 * scale + 1e-9));
        assertThat(actual.p50())
                .isCloseTo(expected.p50(), within(0.0101 * Math.abs(expected.p50())));
        assertThat(actual.p95())
                .isCloseTo(expected.p95(), within(0.0101 * Math.abs(expected.p95())));
        assertThat(actual.p99())
                .isCloseTo(expected.p99(), within(0.0101 * Math.abs(expected.p99())));
    }
}
