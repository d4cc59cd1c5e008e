package io.streamgauge.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TailCalibratorTest {

    @Test
    void theRarityOfExponentialValuesIsThatOfTheirDistribution() {
        TailCalibrator tail = new TailCalibrator();
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            tail.add(-Math.log(1 - random.nextDouble()));
        }

        for (double decades = 0.5; decades < 5; decades += 0.5) {
            double feature = decades * Math.log(10);
            assertThat(tail.rarity(feature)).isCloseTo(decades, within(0.15 + 0.06 * decades));
            if (decades >= 2) {
                assertThat(tail.ofRarity(tail.rarity(feature)))
                        .isCloseTo(feature, within(1e-6 * feature));
            }
        }
    }

    @Test
    void rarityNeverFallsWithTheFeature() {
        TailCalibrator tail = new TailCalibrator();
        Random random = new Random(2);
        for (int i = 0; i < 5_000; i++) {
            tail.add(Math.abs(random.nextGaussian()));
        }

        double last = 0;
        for (double feature = 0; feature < 20; feature += 0.01) {
            double rarity = tail.rarity(feature);
            // Where the fitted tail begins it may be a trifle below what was counted.
            assertThat(rarity).isGreaterThan(last - 0.1);
            last = rarity;
        }
    }

    @Test
    void theScaleFollowsASeriesThatGrows() {
        TailCalibrator tail = new TailCalibrator();
        Random random = new Random(3);
        for (int i = 0; i < 1_000; i++) {
            tail.add(1e-9 * (1 + random.nextDouble()));
        }
        for (int i = 0; i < 3_000; i++) {
            tail.add(1e6 * (1 + random.nextDouble()));
        }

        assertThat(tail.rarity(1.5e6)).isBetween(0.2, 0.8);
        assertThat(tail.rarity(1e7)).isGreaterThan(3);
    }

    @Test
    void oneHugeValueCountsOnceAndDoesNotMoveTheScale() {
        TailCalibrator tail = new TailCalibrator();
        Random random = new Random(4);
        for (int i = 0; i < 5_000; i++) {
            tail.add(i == 2_500 ? 1e30 : Math.abs(random.nextGaussian()));
        }

        assertThat(tail.rarity(1)).isCloseTo(0.5, within(0.1));
        assertThat(tail.rarity(8)).isGreaterThan(3.4);
    }
}
