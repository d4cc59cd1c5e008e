package io.streamgauge.control.live.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What clients keep and send back. */
class PositionTest {

    private static final String BINDING = Position.binding(List.of("acme", "", "alerts"));

    private final Position position =
            new Position(
                    Offsets.NONE
                            .with(0, 0, 17)
                            .with(0, 2, 1L << 40)
                            .with(3, 0, Long.MAX_VALUE >> 1),
                    Instant.parse("2026-01-01T00:00:00.123Z"));

    @Test
    void comesBackAsItWas() throws Exception {
        assertThat(Position.read(BINDING + position.tail(), BINDING)).isEqualTo(position);
    }

    @Test
    void isShort() {
        Offsets offsets = Offsets.NONE;
        for (int partition = 0; partition < 6; partition++) {
            offsets = offsets.with(0, partition, 100_000_000 + partition);
        }

        String text = BINDING + new Position(offsets, position.at()).tail();

        assertThat(text).hasSizeLessThan(70).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void isOfOneSubscriptionOnly() {
        String other = Position.binding(List.of("acm", "e", "alerts"));

        assertThatThrownBy(() -> Position.read(BINDING + position.tail(), other))
                .isInstanceOf(Position.InvalidException.class)
                .hasMessageContaining("of another subscription");
    }

    @Test
    void isNotWhatSomebodyHasChanged() {
        String text = BINDING + position.tail();
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder changed = new StringBuilder(text);
            int at = random.nextInt(text.length() - 1); // the last one's low bits say nothing
            changed.setCharAt(at, (char) ('!' + random.nextInt(90)));
            if (i % 3 == 0) {
                changed.setLength(at);
            }
            if (!changed.toString().equals(text)) {
                assertThatThrownBy(() -> Position.read(changed.toString(), BINDING))
                        .isInstanceOf(Position.InvalidException.class);
            }
        }
        for (String none : List.of("", "1", "2:1047", BINDING, "1".repeat(20_000))) {
            assertThatThrownBy(() -> Position.read(none, BINDING))
                    .isInstanceOf(Position.InvalidException.class);
        }
    }
}
