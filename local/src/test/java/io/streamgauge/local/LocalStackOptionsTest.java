package io.streamgauge.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LocalStackOptionsTest {

    private static final Path FOLDER = Path.of("data");

    @Test
    void refusesPortsThatAreNone() {
        assertThatThrownBy(() -> new LocalStackOptions(FOLDER, 65_536, 0, 0, 0, true))
                .hasMessage("port: 65536 (expected: 0 to 65535)");
        assertThatThrownBy(() -> new LocalStackOptions(FOLDER, 0, -1, 0, 0, true))
                .hasMessage("port: -1 (expected: 0 to 65535)");
    }

    @Test
    void refusesOnePortForTwoThings() {
        assertThatThrownBy(() -> new LocalStackOptions(FOLDER, 8080, 8081, 8080, 0, true))
                .hasMessage("port: 8080 stands twice (expected: different ports)");
    }

    @Test
    void takesAnyFreePortForEverything() {
        assertThat(LocalStackOptions.onFreePorts(FOLDER))
                .isEqualTo(new LocalStackOptions(FOLDER, 0, 0, 0, 0, false));
    }
}
