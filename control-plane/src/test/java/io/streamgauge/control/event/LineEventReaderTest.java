package io.streamgauge.control.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineEventReaderTest {

    @Test
    void takesLinesOfEveryEnding() throws Exception {
        assertThat(read("{\"a\":1}\n{\"a\":2}\r\n{\"a\":3}"))
                .containsExactly("0@1 {\"a\":1}", "1@2 {\"a\":2}", "2@3 {\"a\":3}");
    }

    @Test
    void leavesBlankLinesOutAndCountsThemAsLines() throws Exception {
        assertThat(read("\n  \r\n{\"a\":1}\n\n\t{\"a\":2} \t\n\n"))
                .containsExactly("0@3 {\"a\":1}", "1@5 {\"a\":2}");
    }

    @Test
    void leavesAByteOrderMarkOut() throws Exception {
        assertThat(read("\uFEFF{}\n")).containsExactly("0@1 {}");
    }

    @Test
    void givesBadLinesAsTheyAre() throws Exception {
        assertThat(read("{\n}\nx")).containsExactly("0@1 {", "1@2 }", "2@3 x");
    }

    @Test
    void takesAnEmptyBody() throws Exception {
        assertThat(read("")).isEmpty();
        assertThat(read("\uFEFF")).isEmpty();
    }

    @Test
    void countsALineThatIsTooLongAndGoesOnBehindIt() throws Exception {
        LineEventReader reader = reader("x".repeat(100_000) + "\r\n{}\n", 4_096);

        assertThat(reader.next()).isTrue();
        assertThat(reader.length()).isBetween(100_000L, 100_001L);
        assertThat(reader.next()).isTrue();
        assertThat(new String(reader.event(), UTF_8)).isEqualTo("{}");
        assertThat(reader.place().line()).hasValue(2);
        assertThat(reader.next()).isFalse();
    }

    private static List<String> read(String body) throws IOException {
        List<String> whole = read(reader(body, 4_096));
        for (int piece = 1; piece < 10; piece++) {
            assertThat(read(reader(body, piece))).as("pieces of %d bytes", piece).isEqualTo(whole);
        }
        return whole;
    }

    private static List<String> read(LineEventReader reader) throws IOException {
        List<String> events = new ArrayList<>();
        while (reader.next()) {
            events.add(
                    reader.place().index()
                            + "@"
                            + reader.place().line().orElseThrow()
                            + " "
                            + new String(reader.event(), UTF_8));
        }
        return events;
    }

    private static LineEventReader reader(String body, int piece) {
        return new LineEventReader(
                new BodySource(JsonEventReaderTest.inPieces(body, piece), 1 << 20));
    }
}
