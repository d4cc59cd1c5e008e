package io.streamgauge.jobs.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RejectionThrottleTest {

    private final RejectionThrottle throttle = new RejectionThrottle();

    @Test
    void letsTenPassInASecondAndTellsLaterHowManyDidNot() {
        for (int i = 0; i < 10; i++) {
            assertThat(throttle.pass("s", 1_000 + i)).hasValue(0);
        }
        for (int i = 0; i < 25; i++) {
            assertThat(throttle.pass("s", 1_999)).isEmpty();
        }

        assertThat(throttle.pass("s", 2_000)).hasValue(25);
        assertThat(throttle.pass("s", 2_001)).hasValue(0);
    }

    @Test
    void keepsStreamsApart() {
        for (int i = 0; i < 20; i++) {
            throttle.pass("s", 1_000);
        }

        assertThat(throttle.pass("other", 1_000)).hasValue(0);
    }

    @Test
    void givesAPartitionThatLagsBehindNoSecondOfItsOwn() {
        int passed = 0;
        for (int i = 0; i < 1_000; i++) { // stamps of two partitions in turn
            passed += throttle.pass("s", i % 2 == 0 ? 5_000 : 1_000 + i).isPresent() ? 1 : 0;
        }

        assertThat(passed).isEqualTo(10);
    }

    @Test
    void forgetsTheStreamThatWasQuietForLongest() {
        for (int i = 0; i < 11; i++) {
            throttle.pass("quiet", 1_000);
            throttle.pass("busy", 1_000);
        }
        for (int i = 0; i < 9_999; i++) {
            throttle.pass("stream-" + i, 1_000);
        }

        assertThat(throttle.pass("busy", 1_000)).isEmpty();
        assertThat(throttle.pass("quiet", 1_000)).hasValue(0);
    }
}
