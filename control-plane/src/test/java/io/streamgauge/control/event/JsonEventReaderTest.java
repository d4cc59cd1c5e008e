package io.streamgauge.control.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEventReaderTest {

    @Test
    void takesAnArrayApart() {
        assertThat(read("[{\"a\":1},{\"b\":[{},{}]} , {}]"))
                .containsExactly("{\"a\":1}", "{\"b\":[{},{}]}", "{}");
    }

    @Test
    void takesOneObject() {
        assertThat(read(" {\"a\":{\"b\":2}} \n")).containsExactly("{\"a\":{\"b\":2}}");
    }

    @Test
    void takesAnEmptyArray() {
        assertThat(read(" [ ] ")).isEmpty();
    }

    @Test
    void leavesAByteOrderMarkOut() {
        assertThat(read("\uFEFF[{\"a\":1}]")).containsExactly("{\"a\":1}");
    }

    @Test
    void bringsAnEventIntoOneLineWithoutTouchingItsStrings() {
        String body =
                """
                [
                  {
                    "a b" : "c , \\" ]} d",\r
                \t"n" : [ 1.50 , -2e+3 ]
                  }
                ]\
                """;

        assertThat(read(body)).containsExactly("{\"a b\":\"c , \\\" ]} d\",\"n\":[1.50,-2e+3]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1 2}", "{\"a\":tr ue}", "{\"a\" \"b\"}"})
    void doesNotMakeJsonOfWhatIsNone(String event) {
        assertThat(read("[" + event.replace(" ", "\n \t") + "]")).containsExactly(event);
    }

    @Test
    void readsTheEscapesOfStrings() {
        assertThat(read("[{\"a\":\"\\\\\"},{\"b\":\"\\\\\\\"}\"},{\"c\":\"\\u0022\"}]"))
                .containsExactly(
                        "{\"a\":\"\\\\\"}", "{\"b\":\"\\\\\\\"}\"}", "{\"c\":\"\\u0022\"}");
    }

    @Test
    void givesElementsThatAreNoObjectsAsTheyAre() {
        assertThat(read("[1, \"x,]\", null, [1,2], {}]"))
                .containsExactly("1", "\"x,]\"", "null", "[1,2]", "{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // body | events before | line | column | message
                "`[{},`|1|1|4|expected: an event",
                "`[{}`|1|1|3|the body ends within the array",
                "`[{}\n {}]`|1|2|2|expected: ',' or ']'",
                "`[{},\n\n  ]`|1|3|3|expected: an event",
                "`[{},,{}]`|1|1|5|expected: an event",
                "`[{}] x`|1|1|6|text after the array",
                "`{}\n{}`|1|2|1|one a line are application/x-ndjson",
                "`[{\"ä\":\"ö`|0|1|8|the body ends within a string",
                "`[{\"a\":1`|0|1|7|the body ends within an event",
                "``|0|1|1|empty body",
                "`\"x\"`|0|1|1|expected: an array of objects",
                "`]`|0|1|1|expected: an array of objects",
            })
    void saysWhereABodyCannotBeTakenApart(
            String body, int before, long line, long column, String message) {
        List<String> events = new ArrayList<>();

        assertThatThrownBy(() -> read(reader(stream(body)), events))
                .isInstanceOfSatisfying(
                        MalformedBodyException.class,
                        e -> {
                            assertThat(e.getMessage()).contains(message);
                            assertThat(e.place().index()).isEqualTo(before);
                            assertThat(e.place().line()).hasValue(line);
                            assertThat(e.place().column()).hasValue(column);
                        });
        assertThat(events).hasSize(before);
    }

    @Test
    void findsTheSyntaxErrorOfAnEventThatWasBroughtIntoOneLine() throws Exception {
        JsonEventReader reader = reader(stream("[{},\n  {\n    \"ä\": 1,\n    \"b\": x1\n  }]"));
        reader.next();
        reader.next();

        EventPlace place = reader.malformed("not JSON").place();

        assertThat(place.index()).isEqualTo(1);
        assertThat(place.line()).hasValue(4);
        assertThat(place.column().orElseThrow()).isBetween(10L, 12L);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void countsAnEventThatIsTooLongAndGoesOnBehindIt() throws Exception {
        String tooLong = "{\"a\":\"" + "x".repeat(70_000) + "\"}";
        JsonEventReader reader = reader(stream("[" + tooLong + ",{\"b\":1}]"));

        assertThat(reader.next()).isTrue();
        assertThat(reader.length()).isEqualTo(tooLong.length());
        assertThat(reader.next()).isTrue();
        assertThat(new String(reader.event(), UTF_8)).isEqualTo("{\"b\":1}");
        assertThat(reader.next()).isFalse();
    }

    @Test
    void readsTheSameHoweverTheNetworkCutsTheBody() throws Exception {
        String body = "\uFEFF[ {\"a\":\"ä\\\"\"} ,\r\n{\"b\": [1, {}]}, \"s\" ]\n";
        for (int piece = 1; piece < 20; piece++) {
            List<String> events = new ArrayList<>();

            read(reader(inPieces(body, piece)), events);

            assertThat(events)
                    .as("pieces of %d bytes", piece)
                    .containsExactly("{\"a\":\"ä\\\"\"}", "{\"b\":[1,{}]}", "\"s\"");
        }
    }

    @Test
    void stopsAtTheLimit() {
        BodySource source = new BodySource(stream("[" + "{},".repeat(20_000) + "{}]"), 50_000);
        List<String> events = new ArrayList<>();

        assertThatThrownBy(() -> read(new JsonEventReader(source), events))
                .isInstanceOf(BodySource.TooLongException.class)
                .hasMessageContaining("50000");
        assertThat(events).hasSizeBetween(10_000, 16_667);
    }

    private static List<String> read(String body) {
        List<String> events = new ArrayList<>();
        try {
            read(reader(stream(body)), events);
        } catch (IOException | MalformedBodyException e) {
            throw new AssertionError(e);
        }
        return events;
    }

    private static void read(EventReader reader, List<String> events)
            throws IOException, MalformedBodyException {
        while (reader.next()) {
            events.add(new String(reader.event(), UTF_8));
        }
    }

    private static JsonEventReader reader(InputStream body) {
        return new JsonEventReader(new BodySource(body, 1 << 20));
    }

    private static InputStream stream(String body) {
        return new ByteArrayInputStream(body.getBytes(UTF_8));
    }

    static InputStream inPieces(String body, int size) {
        return new ByteArrayInputStream(body.getBytes(UTF_8)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(size, length));
            }
        };
    }
}
