package io.streamgauge.contracts.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamSpecReaderTest {

    private static final String FIELD = "{\"name\":\"m\",\"type\":\"number\",\"role\":\"measure\"}";

    @Test
    void fillsInWhatIsLeftOut() throws Exception {
        StreamSpec spec = read("{\"name\":\"s\",\"fields\":[" + FIELD + "]}");

        assertThat(spec.windows())
                .containsExactly(
                        Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(1));
        assertThat(spec.outOfOrderness()).isZero();
        assertThat(spec.allowedLateness()).isEqualTo(Duration.ofMinutes(1));
        assertThat(spec.earlyResults()).isTrue();
        assertThat(spec.unknownFields()).isEqualTo(UnknownFields.REJECT);
        assertThat(spec.fields())
                .containsExactly(new Field("m", FieldType.NUMBER, FieldRole.MEASURE, false));
    }

    @Test
    void sortsWindows() throws Exception {
        assertThat(
                        read("{\"name\":\"s\",\"fields\":["
                                        + FIELD
                                        + "],\"windows\":[\"1m\",\"1s\"]}")
                                .windows())
                .containsExactly(Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "name":"S"                                                            | #/name                | format
                    "name":"a--b"                                                         | #/name                | format
                    "name":"a1111111-2222-4333-8444-555555555555"                         | #/name                | format
                    "name":5                                                              | #/name                | type
                    "name":null                                                           | #/name                | required
                    "name":"s","color":1                                                  | #/color               | unknown
                    "name":"s","description":5                                            | #/description         | type
                    "name":"s","description":"\\u0000"                                    | #/description         | format
                    "name":"s","windows":["1s","soon"]                                    | #/windows/1           | format
                    "name":"s","windows":["500ms"]                                        | #/windows/0           | range
                    "name":"s","windows":["1h1s"]                                         | #/windows/0           | range
                    "name":"s","windows":["60s","1m"]                                     | #/windows/1           | duplicate
                    "name":"s","windows":[]                                               | #/windows             | range
                    "name":"s","windows":["1s","2s","3s","4s","5s","6s","7s","8s","9s"]   | #/windows             | range
                    "name":"s","outOfOrderness":"11m"                                     | #/outOfOrderness      | range
                    "name":"s","allowedLateness":"2h","windows":["1s"]                    | #/allowedLateness     | range
                    "name":"s","allowedLateness":5                                        | #/allowedLateness     | format
                    "name":"s","earlyResults":"yes"                                       | #/earlyResults        | type
                    "name":"s","unknownFields":"drop"                                     | #/unknownFields       | enum
                    """)
    void refusesASpecificationAndPointsAtTheReason(String properties, String pointer, String code) {
        String json = "{\"fields\":[" + FIELD + "]," + properties + "}";

        assertThat(refusal(json).violations())
                .extracting(Violation::pointer, Violation::code)
                .containsExactly(tuple(pointer, code));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"type":"number","role":"measure"}                                      | #/fields/0/name     | required
                    {"name":"1x","type":"number","role":"measure"}                          | #/fields/0/name     | format
                    {"name":"x","type":"float","role":"measure"}                            | #/fields/0/type     | enum
                    {"name":"x","type":"number"}                                            | #/fields/0/role     | required
                    {"name":"x","type":"string","role":"measure"}                           | #/fields/0/role     | conflict
                    {"name":"x","type":"timestamp","role":"dimension"}                      | #/fields/0/role     | conflict
                    {"name":"x","type":"string","role":"timestamp"}                         | #/fields/0/role     | conflict
                    {"name":"x","type":"timestamp","role":"timestamp","required":false}     | #/fields/0/required | conflict
                    {"name":"x","type":"number","role":"measure","unit":"s"}                | #/fields/0/unit     | unknown
                    {"name":"m","type":"number","role":"measure"},{"name":"m","type":"number","role":"measure"} | #/fields/1/name | duplicate
                    {"name":"a","type":"timestamp","role":"timestamp"},{"name":"b","type":"timestamp","role":"timestamp"} | #/fields | range
                    5                                                                       | #/fields/0          | type
                    """)
    void refusesAFieldAndPointsAtTheReason(String fields, String pointer, String code) {
        assertThat(refusal("{\"name\":\"s\",\"fields\":[" + fields + "]}").violations())
                .extracting(Violation::pointer, Violation::code)
                .containsExactly(tuple(pointer, code));
    }

    @Test
    void namesEverythingThatIsWrongAtOnce() {
        assertThat(refusal("{\"windows\":[\"x\"],\"fields\":[{}]}").violations())
                .extracting(Violation::pointer)
                .containsExactlyInAnyOrder(
                        "#/windows/0",
                        "#/name",
                        "#/fields/0/name",
                        "#/fields/0/type",
                        "#/fields/0/role");
    }

    @Test
    void readsTheDefinitionThatItWrites() throws Exception {
        StreamDefinition definition =
                new StreamDefinition(
                        new TenantId("acme"),
                        new StreamId(new UUID(1, 2)),
                        read(
                                "{\"name\":\"s\",\"description\":\"d\",\"fields\":["
                                        + FIELD
                                        + "],\"windows\":[\"5s\"]}"),
                        3,
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Instant.parse("2026-01-02T00:00:00Z"));

        assertThat(StreamDefinitionCodec.fromBytes(StreamDefinitionCodec.toBytes(definition)))
                .isEqualTo(definition);
    }

    private static StreamSpec read(String json) throws Exception {
        return StreamSpecReader.read(Json.mapper().readTree(json));
    }

    private static InvalidInputException refusal(String json) {
        InvalidInputException refusal =
                catchThrowableOfType(InvalidInputException.class, () -> read(json));
        assertThat(refusal).as("refusal of the specification").isNotNull();
        return refusal;
    }
}
