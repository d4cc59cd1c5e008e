package io.streamgauge.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirTest {

    @TempDir private Path folder;

    @Test
    void isForOneProcessAndNamesIt() throws Exception {
        DataDir dataDir = new DataDir(folder);

        try (DataDirLock held = DataDirLock.take(dataDir)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> DataDirLock.take(dataDir))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("--data-dir");
        }
        DataDirLock.take(dataDir).close();
    }

    @Test
    void tellsOtherCommandsWhereTheApiIsWhileItRuns() throws Exception {
        DataDir dataDir = new DataDir(folder);
        assertThat(dataDir.announcedApiUrl()).isEmpty();

        dataDir.announce("http://127.0.0.1:8080");
        assertThat(dataDir.announcedApiUrl()).contains("http://127.0.0.1:8080");

        dataDir.retract();
        assertThat(dataDir.announcedApiUrl()).isEmpty();
    }
}
