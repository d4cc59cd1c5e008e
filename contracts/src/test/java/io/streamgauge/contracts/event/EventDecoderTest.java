package io.streamgauge.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.stream.StreamSpecReader;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventDecoderTest {

    private static final String FIELDS =
            """
            {"name":"payments","fields":[
              {"name":"at","type":"timestamp","role":"timestamp"},
              {"name":"shop","type":"string","role":"dimension"},
              {"name":"code","type":"number","role":"dimension","required":false},
              {"name":"test","type":"boolean","role":"dimension","required":false},
              {"name":"amount","type":"number","role":"measure","required":true},
              {"name":"fee","type":"number","role":"measure"},
              {"name":"note","type":"string","role":"attribute"},
              {"name":"due","type":"timestamp","role":"attribute"}]%s}
            """;
    private static final EventDecoder DECODER = decoder("");

    @Test
    void readsTimestampDimensionsAndMeasures() throws InvalidInputException {
        Event event =
                DECODER.decode(
                        utf8(
                                """
                                {"shop":"a","amount":12.5,"at":"2026-01-01T00:00:00Z","test":true,"code":200.0,"note":"x",
                                 "due":5}
                                """));

        assertThat(event.timestamp()).isEqualTo(1_767_225_600_000L);
        assertThat(event.dimensions())
                .isEqualTo("{\"code\":\"200\",\"shop\":\"a\",\"test\":\"true\"}");
        assertThat(event.measures()).containsExactly(12.5, Double.NaN);
    }

    @Test
    void takesIntegerMillisecondsAsTimestamp() throws InvalidInputException {
        assertThat(
                        DECODER.decode(utf8("{\"shop\":\"a\",\"amount\":1,\"at\":1767225600123}"))
                                .timestamp())
                .isEqualTo(1_767_225_600_123L);
    }

    @Test
    void givesEqualSeriesWhateverTheOrderOfFields() throws InvalidInputException {
        Event one = DECODER.decode(utf8("{\"shop\":\"a\",\"code\":1,\"amount\":1,\"at\":0}"));
        Event other = DECODER.decode(utf8("{\"at\":0,\"code\":1.0,\"amount\":2,\"shop\":\"a\"}"));

        assertThat(one.dimensions()).isEqualTo(other.dimensions());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"shop":"a","amount":1}                            | #/at        | required
                    {"shop":null,"amount":1,"at":0}                    | #/shop      | required
                    {"shop":"a","amount":"1","at":0}                   | #/amount    | type
                    {"shop":"a","amount":[1],"at":0}                   | #/amount    | type
                    {"shop":"a","amount":{"x":{}},"at":0}              | #/amount    | type
                    {"shop":1,"amount":1,"at":0}                       | #/shop      | type
                    {"shop":"a","amount":1,"at":0,"test":"yes"}        | #/test      | type
                    {"shop":"a","amount":1,"at":0,"note":5}            | #/note      | type
                    {"shop":"a","amount":1,"at":0,"due":"soon"}        | #/due       | format
                    {"shop":"a","amount":1,"at":"soon"}                | #/at        | format
                    {"shop":"a","amount":1,"at":1.5}                   | #/at        | format
                    {"shop":"a","amount":1,"at":true}                  | #/at        | format
                    {"shop":"a","amount":1,"at":99999999999999999999}  | #/at        | format
                    {"shop":"a","amount":1,"at":999999999999999999}    | #/at        | range
                    {"shop":"a","amount":1e151,"at":0}                 | #/amount    | range
                    {"shop":"a","amount":-1e999,"at":0}                | #/amount    | range
                    {"shop":"","amount":1,"at":0}                      | #/shop      | range
                    {"shop":"a\\u0000","amount":1,"at":0}              | #/shop      | format
                    {"shop":"\\ud800","amount":1,"at":0}               | #/shop      | format
                    {"shop":"a","amount":1,"at":0,"x/y~":1}            | #/x~1y~0    | unknown
                    {"shop":"a","amount":1,"amount":2,"at":0}          | #/amount    | duplicate
                    [1]                                                | #           | type
                    "event"                                            | #           | type
                    {"shop":"a"                                        | #           | syntax
                    {"shop":"a","amount":1,"at":0} {}                  | #           | syntax
                    {"shop":"a","amount":01,"at":0}                    | #           | syntax
                    {"shop":"a","amount":NaN,"at":0}                   | #           | syntax
                    """)
    void refusesAnEventAndNamesFieldAndReason(String json, String pointer, String code) {
        InvalidInputException refusal = refusal(DECODER, utf8(json));

        assertThat(refusal.violations())
                .extracting(Violation::pointer, Violation::code)
                .containsExactly(tuple(pointer, code));
    }

    @Test
    void namesEverythingThatIsWrongAtOnce() {
        InvalidInputException refusal =
                refusal(DECODER, utf8("{\"shop\":1,\"amount\":\"x\",\"extra\":{}}"));

        assertThat(refusal.violations())
                .extracting(Violation::pointer)
                .containsExactly("#/shop", "#/amount", "#/extra", "#/at");
    }

    @Test
    void ignoresUndeclaredFieldsWhereTheStreamSaysSo() throws InvalidInputException {
        EventDecoder decoder = decoder(",\"unknownFields\":\"ignore\"");

        Event event =
                decoder.decode(
                        utf8("{\"extra\":{\"a\":[1]},\"shop\":\"a\",\"amount\":1,\"at\":0}"));

        assertThat(event.measures()[0]).isEqualTo(1);
    }

    @Test
    void refusesEventsThatAreTooLargeOrTooDeep() {
        assertThat(
                        refusal(DECODER, utf8(" ".repeat(EventDecoder.MAX_EVENT_BYTES) + "{}"))
                                .violations())
                .extracting(Violation::code)
                .containsExactly("range");
        assertThat(refusal(DECODER, utf8("{\"x\":" + "[".repeat(10_000))).violations())
                .extracting(Violation::code)
                .containsExactly("range");
        assertThat(
                        refusal(
                                        DECODER,
                                        utf8(
                                                "{\"shop\":\"a\",\"at\":0,\"amount\":1"
                                                        + "0".repeat(5_000)
                                                        + "}"))
                                .violations())
                .extracting(Violation::code)
                .containsExactly("range");
    }

    @Property(tries = 2_000)
    void neverFailsOtherwiseOnDamagedEvents(@ForAll Random random) {
        byte[] json =
                utf8(
                        "{\"shop\":\"a\\u00e9\",\"amount\":12.5e1,\"at\":\"2026-01-01T00:00:00Z\",\"test\":true}");
        for (int i = random.nextInt(4); i >= 0; i--) {
            json[random.nextInt(json.length)] = (byte) random.nextInt(256);
        }

        try {
            DECODER.decode(json);
        } catch (InvalidInputException expected) {
            assertThat(expected.violations()).isNotEmpty();
        }
    }

    @Property
    void writesDimensionsThatReadBackAsTheyWere(
            @ForAll @StringLength(min = 1, max = 256) String shop) throws Exception {
        JsonNode event =
                Json.mapper().createObjectNode().put("shop", shop).put("amount", 1).put("at", 0);
        Event decoded;
        try {
            decoded = DECODER.decode(Json.mapper().writeValueAsBytes(event));
        } catch (InvalidInputException unprintable) {
            assertThat(unprintable.violations())
                    .extracting(Violation::pointer)
                    .containsExactly("#/shop");
            return;
        }

        SeriesKey key =
                new SeriesKey(
                        new TenantId("acme"), new StreamId(new UUID(1, 2)), decoded.dimensions());

        assertThat(SeriesKey.parse(key.toString())).isEqualTo(key);
        assertThat(key.dimensionValues()).isEqualTo(Map.of("shop", shop));
    }

    private static InvalidInputException refusal(EventDecoder decoder, byte[] json) {
        InvalidInputException refusal =
                catchThrowableOfType(InvalidInputException.class, () -> decoder.decode(json));
        assertThat(refusal).as("refusal of the event").isNotNull();
        return refusal;
    }

    private static EventDecoder decoder(String rest) {
        try {
            StreamSpec spec = StreamSpecReader.read(Json.mapper().readTree(FIELDS.formatted(rest)));
            return new EventDecoder(spec);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
