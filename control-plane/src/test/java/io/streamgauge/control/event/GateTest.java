package io.streamgauge.control.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GateTest {

    private final Gate gate = new Gate();

    @Test
    void letsThroughWhileOpen() throws Exception {
        assertThat(gate.await(Duration.ZERO)).isTrue();
    }

    @Test
    void letsThoseThroughWhoWaitedWhenItOpens() throws Exception {
        gate.close();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> waiting = threads.submit(() -> gate.await(Duration.ofMinutes(1)));
            gate.open();

            assertThat(waiting.get()).isTrue();
        }
    }

    @Test
    void letsNobodyWaitOnceItHasBeenClosedForTooLong() throws Exception {
        Duration limit = Duration.ofSeconds(1);
        gate.close();
        assertThat(gate.await(limit)).isFalse();
        gate.close(); // closing again does not start anew

        long before = System.nanoTime();
        assertThat(gate.await(limit)).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(limit);

        gate.open();
        await().until(() -> gate.await(limit));
    }
}
