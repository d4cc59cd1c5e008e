package io.streamgauge.contracts.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.contracts.alert.Statistic;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MeasureAccumulatorTest {

    @Property(tries = 300)
    void mergedPartsGiveWhatTheWholeGives(
            @ForAll("numbers") List<Double> first,
            @ForAll("numbers") List<Double> second,
            @ForAll("numbers") List<Double> third) {
        MeasureAccumulator merged = accumulator(first);
        merged.merge(accumulator(List.of()));
        merged.merge(accumulator(second));
        merged.merge(accumulator(third));
        double[] all =
                List.of(first, second, third).stream()
                        .flatMap(List::stream)
                        .mapToDouble(Double::doubleValue)
                        .toArray();
        if (all.length == 0) {
            assertThat(merged.isEmpty()).isTrue();
            return;
        }

        MeasureStatistics exact = MeasureStatistics.of(all);

        assertThat(merged.count()).isEqualTo(exact.count());
        assertThat(merged.sum()).isCloseTo(exact.sum(), within(1e-6));
        assertThat(merged.min()).isEqualTo(exact.min());
        assertThat(merged.max()).isEqualTo(exact.max());
        assertThat(merged.mean()).isCloseTo(exact.mean(), within(1e-6));
        assertThat(merged.stddev()).isCloseTo(exact.stddev(), within(1e-4));
        assertThat(merged.quantile(0.95))
                .isCloseTo(exact.p95(), within(1e-6 + Math.abs(exact.p95()) / 90));
        assertThat(Statistic.P95.of(merged)).isEqualTo(merged.statistics().p95());
        assertThat(Statistic.MEAN.of(merged)).isEqualTo(merged.statistics().mean());
    }

    @Property(tries = 100)
    void survivesItsBytes(@ForAll("numbers") List<Double> numbers) throws IOException {
        byte[] bytes = bytes(accumulator(numbers));

        MeasureAccumulator read =
                MeasureAccumulator.read(new DataInputStream(new ByteArrayInputStream(bytes)));

        assertThat(bytes(read)).isEqualTo(bytes);
        assertThat(read.count()).isEqualTo(numbers.size());
    }

    @Test
    void mergesIntoAnEmptyOneWithoutLoss() throws IOException {
        MeasureAccumulator empty = new MeasureAccumulator();
        MeasureAccumulator other = accumulator(List.of(1e150, 1.0, -1e150));

        empty.merge(other);

        assertThat(empty.sum()).isEqualTo(1.0);
        assertThat(empty.stddev()).isEqualTo(other.stddev());
        assertThat(bytes(empty)).isEqualTo(bytes(other));
    }

    @Test
    void ofNothingThereIsACountAlone() {
        MeasureAccumulator empty = new MeasureAccumulator();

        for (Statistic statistic : Statistic.values()) {
            if (statistic == Statistic.COUNT) {
                assertThat(statistic.of(empty)).isZero();
            } else {
                assertThat(statistic.of(empty)).isNaN();
            }
        }
    }

    @Provide
    Arbitrary<List<Double>> numbers() {
        return Arbitraries.doubles().between(-1e6, 1e6).ofScale(3).list().ofMaxSize(100);
    }

    private static MeasureAccumulator accumulator(List<Double> numbers) {
        MeasureAccumulator accumulator = new MeasureAccumulator();
        numbers.forEach(accumulator::add);
        return accumulator;
    }

    private static byte[] bytes(MeasureAccumulator accumulator) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        accumulator.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
