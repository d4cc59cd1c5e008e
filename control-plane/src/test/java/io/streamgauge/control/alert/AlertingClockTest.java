package io.streamgauge.control.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class AlertingClockTest {

    private static final Instant TOLD = Instant.parse("2026-01-07T10:00:00Z");
    private static final AlertingClock CLOCK = new AlertingClock(TOLD.minusMillis(150), TOLD);

    @Test
    void isAsFarBehindAsItWasWhenItToldWhileTheNextIsNotDue() {
        assertThat(CLOCK.behind(TOLD)).hasMillis(150);
        assertThat(CLOCK.behind(TOLD.plusMillis(3_900))).hasMillis(150);
    }

    @Test
    void isFurtherBehindTheLongerItTellsNothing() {
        assertThat(CLOCK.behind(TOLD.plusSeconds(60))).hasMillis(56_150);
        assertThat(CLOCK.behind(TOLD.plusSeconds(120))).hasMillis(116_150);
    }

    @Test
    void isNotAheadWhateverTheMachinesClocksSay() {
        assertThat(CLOCK.behind(TOLD.minusSeconds(5))).isZero();
        assertThat(new AlertingClock(TOLD.plusSeconds(1), TOLD).behind(TOLD)).isZero();
    }
}
