package io.streamgauge.contracts.detection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DetectionSettingsCodecTest {

    private static final TenantId ACME = new TenantId("acme");
    private static final StreamId STREAM =
            new StreamId(UUID.fromString("11111111-2222-4333-8444-555555555555"));
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2026-01-01T01:00:00Z");

    private static final DetectionSettings SETTINGS =
            new DetectionSettings(
                    ACME,
                    STREAM,
                    0.5,
                    List.of(
                            new SeriesSensitivity(
                                    SeriesScope.of(Map.of("host", "a", "rack", "1")), 0.33),
                            new SeriesSensitivity(SeriesScope.of(Map.of("host", "a")), 0.6)),
                    List.of(exclusion("nightly restart")));

    /** What other releases read: change it only by adding. */
    private static final String GOLDEN =
            "{\"tenant\":\"acme\",\"stream\":\"11111111-2222-4333-8444-555555555555\","
                    + "\"threshold\":0.5,\"series\":["
                    + "{\"where\":{\"host\":\"a\",\"rack\":\"1\"},\"threshold\":0.33},"
                    + "{\"where\":{\"host\":\"a\"},\"threshold\":0.6}],"
                    + "\"exclusions\":[{\"id\":\"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee\","
                    + "\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-01T01:00:00Z\","
                    + "\"where\":{\"host\":\"b\"},\"reason\":\"nightly restart\"}]}";

    @Test
    void writesTheFormThatIsDocumentedAndReadsIt() throws Exception {
        assertThat(new String(DetectionSettingsCodec.toBytes(SETTINGS), UTF_8)).isEqualTo(GOLDEN);
        assertThat(DetectionSettingsCodec.fromBytes(GOLDEN.getBytes(UTF_8))).isEqualTo(SETTINGS);
    }

    @Test
    void passesOverMembersOfNewerWriters() throws Exception {
        String newer = GOLDEN.replace("\"series\"", "\"kinds\":{\"spike\":[1]},\"series\"");

        assertThat(DetectionSettingsCodec.fromBytes(newer.getBytes(UTF_8))).isEqualTo(SETTINGS);
    }

    @Test
    void whatIsNotSaidHasItsDefault() throws Exception {
        String bare = "{\"tenant\":\"acme\",\"stream\":\"11111111-2222-4333-8444-555555555555\"}";

        assertThat(DetectionSettingsCodec.fromBytes(bare.getBytes(UTF_8)))
                .isEqualTo(DetectionSettings.of(ACME, STREAM));
        assertThat(DetectionSettings.of(ACME, STREAM).threshold()).isEqualTo(0.42);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "tenant":"acme"      | "tenant":"ACME"      | #/tenant
                    "stream":"1111       | "stream":"x          | #/stream
                    "threshold":0.5      | "threshold":0        | #
                    "threshold":0.5      | "threshold":1.1      | #
                    "threshold":0.5      | "threshold":"0.5"    | #/threshold
                    "threshold":0.6      | "threshold":-1       | #
                    ,"threshold":0.6     | ''                   | #/series/1/threshold
                    {"host":"a","rack":"1"} | [1]               | #/series/0/where
                    "rack":"1"           | "rack":1             | #/series/0/where/rack
                    T01:00:00Z           | T00:00:00Z           | #
                    T01:00:00Z           | T00:00               | #/exclusions/0/to
                    "id":"aaaaaaaa       | "id":"a              | #/exclusions/0/id
                    "nightly restart"    | 7                    | #/exclusions/0/reason
                    """)
    void namesTheMemberThatIsWrong(String right, String wrong, String pointer) {
        String json = GOLDEN.replace(right, wrong);

        assertThat(json).isNotEqualTo(GOLDEN);
        assertThat(refusal(json).violations())
                .extracting(Violation::pointer)
                .containsExactly(pointer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{", "{}", "{}{}"})
    void refusesWhatIsNone(String json) {
        assertThat(refusal(json)).isNotNull();
    }

    @Test
    void theFirstExceptionThatCoversASeriesHolds() {
        assertThat(SETTINGS.thresholdOf(Map.of("host", "a", "rack", "1"))).isEqualTo(0.33);
        assertThat(SETTINGS.thresholdOf(Map.of("host", "a", "rack", "2"))).isEqualTo(0.6);
        assertThat(SETTINGS.thresholdOf(Map.of("host", "b", "rack", "1"))).isEqualTo(0.5);
        assertThat(SETTINGS.thresholdOf(Map.of())).isEqualTo(0.5);
    }

    @Test
    void anExclusionTouchesEveryWindowThatHasAPartOfIt() {
        Exclusion exclusion = exclusion("");
        Duration window = Duration.ofMinutes(1);

        assertThat(exclusion.touches(FROM.minus(window), window)).isFalse();
        assertThat(exclusion.touches(FROM.minusSeconds(1), window)).isTrue();
        assertThat(exclusion.touches(TO.minusSeconds(1), window)).isTrue();
        assertThat(exclusion.touches(TO, window)).isFalse();
    }

    @Test
    void theLargestSettingsFitARecord() throws Exception {
        // The most that characters can take as JSON, beside as many entries as there may be.
        String reason = "\u0001".repeat(490);
        DetectionSettings largest =
                new DetectionSettings(
                        ACME,
                        STREAM,
                        0.123456789012345,
                        Collections.nCopies(
                                DetectionSettings.MAX_SERIES,
                                new SeriesSensitivity(SeriesScope.ALL, 0.123456789012345)),
                        Collections.nCopies(DetectionSettings.MAX_EXCLUSIONS, exclusion(reason)));
        byte[] bytes = DetectionSettingsCodec.toBytes(largest);

        assertThat(bytes.length).isLessThan(1 << 20);
        assertThat(DetectionSettingsCodec.fromBytes(bytes)).isEqualTo(largest);
    }

    @Test
    void settingsDoNotTakeMoreThanFits() {
        assertThatThrownBy(
                        () ->
                                new DetectionSettings(
                                        ACME,
                                        STREAM,
                                        0.5,
                                        List.of(),
                                        Collections.nCopies(201, exclusion(""))))
                .hasMessage("exclusions: 201 (expected: at most 200)");
        assertThatThrownBy(
                        () ->
                                new DetectionSettings(
                                        ACME,
                                        STREAM,
                                        0.5,
                                        Collections.nCopies(
                                                101, new SeriesSensitivity(SeriesScope.ALL, 1)),
                                        List.of()))
                .hasMessage("series: 101 (expected: at most 100)");
        SeriesScope wide = SeriesScope.of(Map.of("d", "x".repeat(1_000)));
        assertThatThrownBy(
                        () ->
                                new DetectionSettings(
                                        ACME,
                                        STREAM,
                                        0.5,
                                        Collections.nCopies(100, new SeriesSensitivity(wide, 1)),
                                        List.of()))
                .hasMessage("characters: 100100 (expected: at most 100000)");
        assertThatThrownBy(() -> exclusion("x".repeat(501)))
                .hasMessage("reason: 501 characters (expected: at most 500)");
    }

    @Test
    void readsTheKeyThatItWrites() {
        DetectionSettingsCodec.Key key = new DetectionSettingsCodec.Key(ACME, STREAM);

        assertThat(key).hasToString("detection/acme/11111111-2222-4333-8444-555555555555");
        assertThat(DetectionSettingsCodec.Key.parse(key.toString())).contains(key);
        assertThat(DetectionSettingsCodec.Key.parse("model/acme/" + STREAM)).isEmpty();
    }

    private static Exclusion exclusion(String reason) {
        return new Exclusion(
                UUID.fromString("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"),
                FROM,
                TO,
                SeriesScope.of(Map.of("host", "b")),
                reason);
    }

    private static InvalidInputException refusal(String json) {
        return catchThrowableOfType(
                InvalidInputException.class,
                () -> DetectionSettingsCodec.fromBytes(json.getBytes(UTF_8)));
    }
}
