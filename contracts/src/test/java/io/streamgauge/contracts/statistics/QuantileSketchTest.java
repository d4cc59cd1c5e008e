package io.streamgauge.contracts.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class QuantileSketchTest {

    @Property(tries = 300)
    void answersWithinItsRelativeAccuracy(
            @ForAll("numbers") List<Double> numbers,
            @ForAll @DoubleRange(min = 0, max = 1) double q) {
        double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();

        double answer = sketch(numbers).quantile(q);

        double exact = sorted[(int) Math.floor(q * (sorted.length - 1))];
        assertThat(answer)
                .isCloseTo(
                        exact, within(Math.abs(exact) * (QuantileSketch.RELATIVE_ACCURACY + 1e-9)));
    }

    @Property(tries = 300)
    void holdsTheSameWhateverTheOrderAndTheMerging(
            @ForAll("extremeNumbers") List<Double> numbers,
            @ForAll Random random,
            @ForAll @DoubleRange(max = 1) double cut)
            throws IOException {
        List<Double> shuffled = new ArrayList<>(numbers);
        Collections.shuffle(shuffled, random);
        int at = (int) (cut * shuffled.size());

        QuantileSketch merged = sketch(shuffled.subList(0, at));
        merged.merge(sketch(shuffled.subList(at, shuffled.size())));

        assertThat(bytes(merged)).isEqualTo(bytes(sketch(numbers)));
    }

    @Property(tries = 200)
    void survivesItsBytes(@ForAll("extremeNumbers") List<Double> numbers) throws IOException {
        byte[] bytes = bytes(sketch(numbers));

        QuantileSketch read =
                QuantileSketch.read(new DataInputStream(new ByteArrayInputStream(bytes)));

        assertThat(read.count()).isEqualTo(numbers.size());
        assertThat(bytes(read)).isEqualTo(bytes);
    }

    @Test
    void keepsTheLargestMagnitudesApartWhereThereAreTooManyDecades() throws IOException {
        QuantileSketch sketch = new QuantileSketch();
        for (int exponent = -140; exponent <= 140; exponent++) {
            for (int i = 1; i < 10; i++) {
                sketch.add(i * Math.pow(10, exponent));
            }
        }

        assertThat(sketch.quantile(1)).isCloseTo(9e140, within(9e138));
        assertThat(sketch.quantile(0.99)).isCloseTo(1e138, within(1e138));
        assertThat(bytes(sketch).length).isLessThan(4 * QuantileSketch.MAX_BUCKETS);
    }

    @Test
    void hasNoQuantileOfNothing() {
        assertThatThrownBy(() -> new QuantileSketch().quantile(0.5))
                .isInstanceOf(IllegalStateException.class);
    }

    @Provide
    Arbitrary<List<Double>> numbers() {
        // Within the decades that are told apart.
        return Arbitraries.doubles()
                .between(-1e6, 1e6)
                .ofScale(4)
                .list()
                .ofMinSize(1)
                .ofMaxSize(300);
    }

    @Provide
    Arbitrary<List<Double>> extremeNumbers() {
        return Arbitraries.oneOf(
                        Arbitraries.integers()
                                .between(-160, 150)
                                .map(exponent -> 3.3 * Math.pow(10, exponent - 1)),
                        Arbitraries.doubles().between(-1e150, 1e150),
                        Arbitraries.just(0.0))
                .list()
                .ofMinSize(1)
                .ofMaxSize(300);
    }

    private static QuantileSketch sketch(List<Double> numbers) {
        QuantileSketch sketch = new QuantileSketch();
        numbers.forEach(sketch::add);
        return sketch;
    }

    private static byte[] bytes(QuantileSketch sketch) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        sketch.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
