package io.streamgauge.control.projection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResultReaderTest {

    @Test
    void cutsTextBetweenCharacters() {
        assertThat(ResultReader.storable("abc", 3)).isEqualTo("abc");
        assertThat(ResultReader.storable("abcd", 3)).isEqualTo("abc");
        assertThat(ResultReader.storable("ab😀", 3)).isEqualTo("ab");
        assertThat(ResultReader.storable("a😀b", 3)).isEqualTo("a😀");
    }

    @Test
    void replacesWhatPostgresDoesNotTake() {
        assertThat(ResultReader.storable("a\0b", 10)).isEqualTo("a\uFFFDb");
    }
}
