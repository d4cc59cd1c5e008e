package io.streamgauge.detection;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PeakGateTest {

    @Property
    void tellsTheSameAsLookingThroughAllOfTheLast(
            @ForAll @Size(max = 60) @FloatRange(min = 0, max = 5) float[] scores) {
        int length = 7;
        PeakGate gate = new PeakGate(length);

        for (int i = 0; i < scores.length; i++) {
            boolean peak = true;
            for (int j = Math.max(0, i - length); j < i; j++) {
                peak &= scores[i] > scores[j];
            }
            assertThat(gate.offer(scores[i])).as("score %s", i).isEqualTo(peak);
        }
    }

    @Test
    void aFallingSeriesFillsItAndNoMore() {
        PeakGate gate = new PeakGate(7);

        assertThat(gate.offer(1_000)).isTrue();
        for (int i = 1; i < 50; i++) {
            assertThat(gate.offer(1_000 - i)).isFalse();
        }
    }
}
