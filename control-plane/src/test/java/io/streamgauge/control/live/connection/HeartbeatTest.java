package io.streamgauge.control.live.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a client is asked whether it is there. */
class HeartbeatTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void asksEachIntervalAndEndsAfterASilence() {
        Heartbeat heartbeat = new Heartbeat(LiveOptions.DEFAULT, true, 0);

        assertThat(heartbeat.next(15 * SECOND)).isEqualTo(Heartbeat.Due.NOTHING);
        assertThat(heartbeat.next(16 * SECOND)).isEqualTo(Heartbeat.Due.PING);
        heartbeat.heard(17 * SECOND);
        assertThat(heartbeat.next(32 * SECOND)).isEqualTo(Heartbeat.Due.PING);
        assertThat(heartbeat.next(48 * SECOND)).isEqualTo(Heartbeat.Due.PING);
        assertThat(heartbeat.next(62 * SECOND)).isEqualTo(Heartbeat.Due.NOTHING);
        assertThat(heartbeat.next(63 * SECOND)).isEqualTo(Heartbeat.Due.END);
    }

    @Test
    void neverEndsForWantOfAnAnswerWhereNoneCanBeGiven() {
        Heartbeat heartbeat = new Heartbeat(LiveOptions.DEFAULT, false, 0);

        for (int second = 16; second < 1_000; second += 16) {
            assertThat(heartbeat.next(second * SECOND)).isEqualTo(Heartbeat.Due.PING);
        }
    }
}
