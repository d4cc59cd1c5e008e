package io.streamgauge.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartedPartsTest {

    private final List<String> closed = new ArrayList<>();
    private final StartedParts parts = new StartedParts();

    @Test
    void closesFromTheTopDownOnce() {
        parts.add("ground", () -> closed.add("ground"));
        parts.add("roof", () -> closed.add("roof"));
        parts.addBelow("roof", "walls", () -> closed.add("walls"));

        parts.close();
        parts.close();

        assertThat(closed).containsExactly("roof", "walls", "ground");
    }

    @Test
    void closesTheOthersWhereOneFails() {
        parts.add("ground", () -> closed.add("ground"));
        parts.add(
                "roof",
                () -> {
                    throw new IOException("stuck");
                });

        parts.close();

        assertThat(closed).containsExactly("ground");
    }

    @Test
    void tellsOnlyOfWhatIsWorthIt() {
        List<String> told = new ArrayList<>();
        parts.addQuietly("lock", () -> closed.add("lock"));
        parts.add("roof", () -> closed.add("roof"));

        parts.close(told::add);

        assertThat(told).containsExactly("roof");
        assertThat(closed).containsExactly("roof", "lock");
    }

    @Test
    void keepsWhatStartedWhereAnotherPartDidNot() {
        ParallelStart start = new ParallelStart(parts, name -> {});
        start.start("good", () -> () -> closed.add("good"));
        start.start(
                "bad",
                () -> {
                    throw new StartException("port 1 is in use");
                });

        assertThatThrownBy(start::await)
                .isInstanceOf(StartException.class)
                .hasMessage("port 1 is in use");
        parts.close();

        assertThat(closed).containsExactly("good");
    }
}
