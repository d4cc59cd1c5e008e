package io.streamgauge.control.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WaitTest {

    private final Wait wait = new Wait();

    @Test
    void isOverWhenItsTimeIs() {
        wait.begin(100);

        assertThat(Wait.isOver(wait.present(), 100)).isFalse();
        assertThat(Wait.isOver(wait.present(), 101)).isTrue();
    }

    @Test
    void isNotThereBeforeItBeginsAndAfterItEnds() {
        assertThat(Wait.isOver(wait.present(), Long.MAX_VALUE)).isFalse();

        wait.begin(1);
        wait.end();

        assertThat(wait.present()).isEqualTo(Wait.NONE);
        assertThat(wait.cut(wait.present())).isFalse();
        assertThat(wait.isCut()).isFalse();
    }

    @Test
    void takesEveryTimeTheClockCanGive() {
        for (long deadline : new long[] {0, Long.MIN_VALUE, -1, Long.MAX_VALUE}) {
            wait.begin(deadline);
            assertThat(wait.present()).isNotEqualTo(Wait.NONE);
            wait.end();
        }
    }

    @Test
    void staysCut() {
        wait.begin(1);

        assertThat(wait.cut(wait.present())).isTrue();

        assertThatThrownBy(wait::end).isInstanceOf(CutOffException.class);
        assertThatThrownBy(() -> wait.begin(2)).isInstanceOf(CutOffException.class);
        assertThat(wait.isCut()).isTrue();
    }

    @Test
    void isNotCutForAnEarlierOne() {
        wait.begin(1);
        long earlier = wait.present();
        wait.end();
        wait.begin(2);

        assertThat(wait.cut(earlier)).isFalse();

        wait.end();
    }

    @Test
    void isEitherCutOrEndedWhoeverIsFaster() throws InterruptedException {
        AtomicInteger cut = new AtomicInteger();
        for (int i = 1; i <= 2_000; i++) {
            Wait contested = new Wait();
            contested.begin(i);
            long mark = contested.present();
            Thread clock =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        if (contested.cut(mark)) {
                                            cut.incrementAndGet();
                                        }
                                    });
            boolean ended = true;
            try {
                contested.end();
            } catch (CutOffException e) {
                ended = false;
            }
            clock.join();
            assertThat(contested.isCut()).isEqualTo(!ended);
        }
        assertThat(cut.get()).isLessThanOrEqualTo(2_000);
    }
}
