package io.streamgauge.control.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesHashTest {

    private static final int MANY = 1_000_000;

    private final SeriesHash hash = new SeriesHash(42);

    /** By chance two of a million would be equal once in 37 million runs. */
    @ParameterizedTest
    @ValueSource(strings = {"", "{\"host\":\"", "{\"host\":\"a\",\"path\":\"/orders/"})
    void tellsAMillionSeriesApartThatDifferInTheirEndOnly(String prefix) {
        Set<Long> hashes = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            hashes.add(hash.of(prefix + i));
        }

        assertThat(hashes).hasSize(MANY);
    }

    @Test
    void tellsTextsOfZerosApartByTheirLength() {
        Set<Long> hashes = new HashSet<>();
        for (int length = 0; length < 1_000; length++) {
            hashes.add(hash.of("\0".repeat(length)));
        }

        assertThat(hashes).hasSize(1_000);
    }

    /** A table uses the low bits alone. */
    @Test
    void spreadsSeriesEvenlyOverTheLowBits() {
        int[] buckets = new int[1 << 10];
        for (int i = 0; i < MANY; i++) {
            buckets[(int) hash.of("{\"host\":\"" + i + "\"}") & (buckets.length - 1)]++;
        }

        double expected = (double) MANY / buckets.length;
        double chiSquared = 0;
        for (int bucket : buckets) {
            chiSquared += (bucket - expected) * (bucket - expected) / expected;
        }
        // 1,023 degrees of freedom: standard deviation 45, so six of them.
        assertThat(chiSquared).isBetween(1_023 - 272.0, 1_023 + 272.0);
    }

    @Test
    void changesHalfOfItsBitsWhereOneOfTheTextChanges() {
        String text = "{\"host\":\"db-7.example.org\"}";
        long changed = 0;
        int flips = 0;
        for (int at = 0; at < text.length(); at++) {
            for (int bit = 0; bit < 16; bit++) {
                char[] other = text.toCharArray();
                other[at] ^= (char) (1 << bit);
                changed += Long.bitCount(hash.of(text) ^ hash.of(new String(other)));
                flips++;
            }
        }

        assertThat((double) changed / flips).isBetween(31.0, 33.0);
    }

    @Test
    void dependsOnItsSeed() {
        assertThat(new SeriesHash(1).of("a")).isNotEqualTo(new SeriesHash(2).of("a"));
        assertThat(new SeriesHash(1).of("a")).isEqualTo(new SeriesHash(1).of("a"));
    }
}
