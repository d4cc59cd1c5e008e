package io.streamgauge.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresBinariesTest {

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, postgres-linux-x86_64.txz",
        "Linux, aarch64, postgres-linux-arm_64.txz",
        "Mac OS X, x86_64, postgres-darwin-x86_64.txz",
        "Mac OS X, aarch64, postgres-darwin-arm_64.txz"
    })
    void hasAnArchiveForEveryPlatform(String os, String processor, String archive)
            throws IOException {
        assertThat(PostgresBinaries.archiveName(os, processor)).isEqualTo(archive);
        assertThat(PostgresBinaries.class.getResource("/" + archive)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"Windows 11, amd64", "Linux, riscv64"})
    void saysWhichPlatformsThereAreWhereItHasNone(String os, String processor) {
        assertThatThrownBy(() -> PostgresBinaries.archiveName(os, processor))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(os + " on " + processor)
                .hasMessageContaining("expected: Linux or macOS on x86-64 or arm64");
    }

    @Test
    void quotesItsSettingsForAShell() {
        assertThat(ServerSettings.options(5433, false))
                .contains("-c 'port=5433'", "-c 'unix_socket_directories='", "-c 'fsync=on'");
        assertThat(ServerSettings.options(5433, true)).contains("-c 'fsync=off'");
    }
}
