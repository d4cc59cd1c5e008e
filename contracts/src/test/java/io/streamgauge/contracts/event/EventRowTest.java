package io.streamgauge.contracts.event;

import static io.streamgauge.contracts.expression.Rows.row;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.expression.Rows;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class EventRowTest {

    private static final EventDecoder DECODER = new EventDecoder(Rows.STREAM);

    @Test
    void hasTheValuesOfAllFields() {
        EventRow row =
                row(
                        "'status':200.0,'up':true,'cpu_percent':91.5,'amount':null,"
                                + "'message':'m','at':1500");

        assertThat(row.timestamp()).isEqualTo(Instant.parse("2026-01-05T10:30:00Z").toEpochMilli());
        assertThat(row.get("ts")).isEqualTo(Instant.parse("2026-01-05T10:30:00Z"));
        assertThat(row.get("at")).isEqualTo(Instant.ofEpochMilli(1500));
        assertThat(row.get("host")).isEqualTo("a");
        assertThat(row.get("up")).isEqualTo(true);
        assertThat(row.get("message")).isEqualTo("m");
        assertThat(row.get("amount")).isNull();
        assertThat(row.get("nothing")).isNull();
        assertThat(row.measure("cpu_percent")).isEqualTo(91.5);
        assertThat(row.measure("amount")).isNaN();
        assertThat(row.measure("host")).isNaN();
        assertThat(row.dimension("status")).isEqualTo("200");
        assertThat(row.dimension("up")).isEqualTo("true");
        assertThat(row.dimension("amount")).isNull();
    }

    @Test
    void namesItsKeyAsASeriesDoes() throws Exception {
        EventRow row = row("'status':200.5,'up':false");

        assertThat(row.key(List.of("up", "status", "host")))
                .isEqualTo(DECODER.decode(row.json()).dimensions())
                .isEqualTo("{\"host\":\"a\",\"status\":\"200.5\",\"up\":\"false\"}");
        assertThat(row.key(List.of("up"))).isEqualTo("{\"up\":\"false\"}");
        assertThat(row.key(List.of())).isEqualTo("{}");
        assertThat(row("").key(List.of("host", "up"))).isEqualTo("{\"host\":\"a\"}");
    }

    @Test
    void keepsTheBytesThatItCameAs() throws Exception {
        byte[] json = "{ \"ts\":0, \"host\":\"x\\\"y\" }".getBytes(UTF_8);

        EventRow row = DECODER.decodeRow(json);

        assertThat(row.json()).isSameAs(json);
        assertThat(row.key(List.of("host"))).isEqualTo("{\"host\":\"x\\\"y\"}");
    }

    @Property(tries = 500)
    void takesAndRefusesWhatTheDecoderDoes(@ForAll("texts") String text) {
        byte[] json = text.getBytes(UTF_8);

        InvalidInputException plain =
                catchThrowableOfType(InvalidInputException.class, () -> DECODER.decode(json));
        InvalidInputException row =
                catchThrowableOfType(InvalidInputException.class, () -> DECODER.decodeRow(json));

        assertThat(row == null).isEqualTo(plain == null);
        if (row != null && plain != null) {
            assertThat(row.violations()).isEqualTo(plain.violations());
        }
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> values =
                Arbitraries.of(
                        "1",
                        "-0.0",
                        "1e400",
                        "true",
                        "null",
                        "\"a\"",
                        "\"\"",
                        "\"\\u0000\"",
                        "[]",
                        "{\"a\":1}",
                        "\"2026-01-05T10:30:00Z\"",
                        "99999999999999999999",
                        "x");
        Arbitrary<String> names =
                Arbitraries.of("ts", "host", "status", "up", "amount", "message", "at", "unknown");
        return Combinators.combine(names, values)
                .as((name, value) -> "\"%s\":%s".formatted(name, value))
                .list()
                .ofMaxSize(6)
                .map(it -> "{\"ts\":1,\"host\":\"a\"," + String.join(",", it) + "}");
    }
}
