package io.streamgauge.contracts.detection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedModelCodecTest {

    private static final UUID ID = UUID.fromString("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");
    private static final PublishedModelCodec.Key KEY =
            new PublishedModelCodec.Key(
                    new TenantId("acme"),
                    new StreamId(UUID.fromString("11111111-2222-4333-8444-555555555555")));

    /** What other releases read: change it only by adding. */
    private static final String GOLDEN =
            "{\"model\":\"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee\",\"version\":3,\"bytes\":\"AQL/\"}";

    @Test
    void writesTheFormThatIsDocumented() {
        assertThat(new String(PublishedModelCodec.toBytes(model(new byte[] {1, 2, -1})), UTF_8))
                .isEqualTo(GOLDEN);
    }

    @Test
    void readsWhatItWritesUpToTheLargest() throws Exception {
        for (int size : new int[] {0, 1, PublishedModel.MAX_BYTES}) {
            PublishedModel model = model(new byte[size]);
            byte[] written = PublishedModelCodec.toBytes(model);

            assertThat(PublishedModelCodec.fromBytes(KEY, written)).isEqualTo(model);
            assertThat(written.length).isLessThan((1 << 20) / 5);
        }
    }

    @Test
    void passesOverMembersOfNewerWriters() throws Exception {
        String newer = GOLDEN.replace("\"version\"", "\"features\":{\"a\":[1]},\"version\"");

        assertThat(PublishedModelCodec.fromBytes(KEY, newer.getBytes(UTF_8)))
                .isEqualTo(model(new byte[] {1, 2, -1}));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "version":3     | "version":0     | #/version
                    "version":3     | "version":"3"   | #/version
                    "model":"aaaaaaaa | "model":"zzzz | #/model
                    "bytes":"AQL/"  | "bytes":"A?"    | #/bytes
                    "bytes":"AQL/"  | "bytes":7       | #/bytes
                    ,"bytes":"AQL/" | ''              | #/bytes
                    """)
    void namesTheMemberThatIsWrong(String right, String wrong, String pointer) {
        String json = GOLDEN.replace(right, wrong);

        assertThat(json).isNotEqualTo(GOLDEN);
        assertThat(refusal(json).violations())
                .extracting(Violation::pointer)
                .containsExactly(pointer);
    }

    @Test
    void refusesMoreBytesThanAModelMayHave() {
        String large = Base64.getEncoder().encodeToString(new byte[PublishedModel.MAX_BYTES + 1]);

        assertThat(refusal(GOLDEN.replace("AQL/", large)).violations())
                .extracting(Violation::pointer)
                .containsExactly("#/bytes");
        assertThatThrownBy(() -> model(new byte[PublishedModel.MAX_BYTES + 1]))
                .hasMessage("bytes: 131073 (expected: at most 131072)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{", "{}", "{}{}"})
    void refusesWhatIsNone(String json) {
        assertThat(refusal(json)).isNotNull();
    }

    @Test
    void readsTheKeyThatItWrites() {
        assertThat(KEY).hasToString("model/acme/11111111-2222-4333-8444-555555555555");
        assertThat(PublishedModelCodec.Key.parse(KEY.toString())).contains(KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "model",
                "model/acme",
                "model/acme/11111111",
                "model/Acme/11111111-2222-4333-8444-555555555555",
                "models/acme/11111111-2222-4333-8444-555555555555",
                "stream/acme/11111111-2222-4333-8444-555555555555",
                "model/acme/11111111-2222-4333-8444-555555555555/1"
            })
    void readsNoKeyThatIsAboutSomethingElse(String key) {
        assertThat(PublishedModelCodec.Key.parse(key)).isEmpty();
    }

    private static PublishedModel model(byte[] bytes) {
        return new PublishedModel(KEY.tenant(), KEY.stream(), ID, 3, bytes);
    }

    private static InvalidInputException refusal(String json) {
        return catchThrowableOfType(
                InvalidInputException.class,
                () -> PublishedModelCodec.fromBytes(KEY, json.getBytes(UTF_8)));
    }
}
