package io.streamgauge.contracts.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertMessagesTest {

    private static final TenantId ACME = new TenantId("acme");
    private static final AlertId ALERT = new AlertId(new UUID(1, 2));
    private static final StreamId STREAM = new StreamId(new UUID(3, 4));

    private static final AlertDefinition DEFINITION =
            new AlertDefinition(
                    ACME,
                    ALERT,
                    Optional.of(STREAM),
                    Map.of("other", new AlertId(new UUID(5, 6))),
                    7,
                    false,
                    List.of(
                            version(2, AlertVersion.Mode.ACTIVE),
                            version(3, AlertVersion.Mode.SHADOW),
                            version(1, AlertVersion.Mode.DRAINING)),
                    Instant.parse("2026-01-05T10:10:00.500Z"));

    private static final AlertTransition TRANSITION =
            new AlertTransition(
                    ACME,
                    ALERT,
                    "x",
                    2,
                    true,
                    Optional.of(STREAM),
                    new UUID(7, 8),
                    "00ff",
                    "{\"host\":\"a\\\"\\\\ä/\",\"zone\":\"1\"}",
                    InstanceState.RESOLVED,
                    Optional.of(EndReason.RULE_CHANGED),
                    1_000,
                    2_500,
                    Optional.of(2_000L),
                    Severity.CRITICAL,
                    new TreeMap<>(Map.of("team", "infra")),
                    new TreeMap<>(Map.of("summary", "text")),
                    new Evidence(
                            OptionalDouble.of(1.5),
                            OptionalDouble.of(-2),
                            Map.of("first", List.of("{ \"a\": 1.0 }", "{}")),
                            3,
                            Optional.of(0L),
                            Optional.of(1_000L),
                            true,
                            Optional.of(Evidence.Silence.SOURCE),
                            List.of(new AlertId(new UUID(5, 6))),
                            3_000,
                            9));

    /** What other releases read: change it only by adding. */
    private static final String TRANSITION_JSON =
            """
            {"tenant":"acme","alert":"00000000-0000-0001-0000-000000000002","name":"x","version":2,\
            "shadow":true,"stream":"00000000-0000-0003-0000-000000000004",\
            "instance":"00000000-0000-0007-0000-000000000008","fingerprint":"00ff",\
            "key":{"host":"a\\"\\\\ä/","zone":"1"},"state":"resolved","reason":"rule-changed",\
            "startedAt":"1970-01-01T00:00:01Z","at":"1970-01-01T00:00:02.500Z",\
            "firedAt":"1970-01-01T00:00:02Z","severity":"critical","labels":{"team":"infra"},\
            "annotations":{"summary":"text"},"evidence":{"value":1.5,"reference":-2.0,\
            "steps":{"first":["{ \\"a\\": 1.0 }","{}"]},"omittedEvents":3,\
            "windowStart":"1970-01-01T00:00:00Z","windowEnd":"1970-01-01T00:00:01Z",\
            "timedOut":true,"silence":"source","members":["00000000-0000-0005-0000-000000000006"],\
            "clock":"1970-01-01T00:00:03Z","lateEvents":9}}\
            """;

    private static final RuleStatus STATUS =
            new RuleStatus(
                    ACME,
                    ALERT,
                    2,
                    7,
                    1,
                    4,
                    RuleStatus.State.QUARANTINED,
                    1_000,
                    3,
                    Optional.of("division by zero"),
                    4,
                    5,
                    6,
                    Optional.of(3_000L),
                    2_000);

    private static final JobClock CLOCK = new JobClock(1, 4, 2_000, 2_500);

    private static final ExplainRequest REQUEST =
            new ExplainRequest(new UUID(9, 9), ACME, ALERT, "{\"host\":\"a\"}");

    @Test
    void writesTheTransitionThatIsDocumented() throws Exception {
        assertThat(new String(AlertTransitionCodec.toBytes(TRANSITION), UTF_8))
                .isEqualTo(TRANSITION_JSON);
        assertThat(AlertTransitionCodec.fromBytes(TRANSITION_JSON.getBytes(UTF_8)))
                .isEqualTo(TRANSITION);
    }

    @Test
    void readsTheLeastOfTransitions() throws Exception {
        AlertTransition least =
                new AlertTransition(
                        ACME,
                        ALERT,
                        "x",
                        1,
                        false,
                        Optional.empty(),
                        new UUID(7, 8),
                        "00ff",
                        "{}",
                        InstanceState.PENDING,
                        Optional.empty(),
                        1_000,
                        1_000,
                        Optional.empty(),
                        Severity.INFO,
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new Evidence(
                                OptionalDouble.empty(),
                                OptionalDouble.empty(),
                                Map.of(),
                                0,
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                List.of(),
                                1_000,
                                0));

        assertThat(AlertTransitionCodec.fromBytes(AlertTransitionCodec.toBytes(least)))
                .isEqualTo(least);
    }

    @Test
    void readsTheOthersThatItWrites() throws Exception {
        assertThat(AlertDefinitionCodec.fromBytes(AlertDefinitionCodec.toBytes(DEFINITION)))
                .isEqualTo(DEFINITION);
        assertThat(RuleStatusCodec.fromBytes(RuleStatusCodec.toBytes(STATUS))).isEqualTo(STATUS);
        assertThat(JobClockCodec.fromBytes(JobClockCodec.toBytes(CLOCK))).isEqualTo(CLOCK);
        assertThat(ExplainRequestCodec.fromBytes(ExplainRequestCodec.toBytes(REQUEST)))
                .isEqualTo(REQUEST);
    }

    @Test
    void passesOverMembersOfNewerWriters() throws Exception {
        String newer = TRANSITION_JSON.replace("\"shadow\"", "\"tier\":{\"a\":[1]},\"shadow\"");

        assertThat(AlertTransitionCodec.fromBytes(newer.getBytes(UTF_8))).isEqualTo(TRANSITION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "null", "{}", "{\"tenant\":\"ACME\"}", "{", "{}{}"})
    void refusesWhatIsNoMessage(String text) {
        byte[] bytes = text.getBytes(UTF_8);

        assertThatThrownBy(() -> AlertTransitionCodec.fromBytes(bytes))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> AlertDefinitionCodec.fromBytes(bytes))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> RuleStatusCodec.fromBytes(bytes))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> ExplainRequestCodec.fromBytes(bytes))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void readsAStatusFromBeforeRulesWereThrottled() throws Exception {
        String older =
                new String(RuleStatusCodec.toBytes(STATUS), UTF_8)
                        .replace("\"throttled\":6,", "")
                        .replace("\"throttledUntil\":\"1970-01-01T00:00:03Z\",", "");

        RuleStatus status = RuleStatusCodec.fromBytes(older.getBytes(UTF_8));

        assertThat(older).doesNotContain("throttled");
        assertThat(status.throttled()).isZero();
        assertThat(status.throttledUntil()).isEmpty();
    }

    @Test
    void namesTheMemberThatIsWrong() {
        String wrong = TRANSITION_JSON.replace("\"severity\":\"critical\"", "\"severity\":1");

        assertThatThrownBy(() -> AlertTransitionCodec.fromBytes(wrong.getBytes(UTF_8)))
                .hasMessage("#/severity: expected: a string");
    }

    @Test
    void refusesADefinitionWithABrokenSpecification() {
        String json = new String(AlertDefinitionCodec.toBytes(DEFINITION), UTF_8);
        String wrong = json.replaceFirst("\"kind\":\"absence\"", "\"kind\":\"presence\"");

        assertThatThrownBy(() -> AlertDefinitionCodec.fromBytes(wrong.getBytes(UTF_8)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("#/versions/0/spec/condition/kind");
    }

    @Test
    void readsTheKeysThatItWrites() {
        AlertDefinitionCodec.Key key = new AlertDefinitionCodec.Key(ACME, ALERT);

        assertThat(key).hasToString("alert/acme/00000000-0000-0001-0000-000000000002");
        assertThat(AlertDefinitionCodec.Key.parse(key.toString())).contains(key);
        assertThat(AlertDefinitionCodec.Key.parse(key.toString().replace("alert", "stream")))
                .isEmpty();
        assertThat(JobClockCodec.key(CLOCK)).isEqualTo("clock/1");
        assertThat(JobClockCodec.isKey("clock/1")).isTrue();
        assertThat(JobClockCodec.isKey("clock/00000000-0000-0001-0000-000000000002/2/1")).isFalse();
        assertThat(RuleStatusCodec.key(STATUS))
                .isEqualTo("acme/00000000-0000-0001-0000-000000000002/2/1");
        assertThat(AlertTransitionCodec.key(TRANSITION))
                .isEqualTo("acme/00000000-0000-0001-0000-000000000002/" + TRANSITION.key());
    }

    @Test
    void idsDependOnAllThatTheyAreOf() {
        List<InstanceIds.Position> events =
                List.of(new InstanceIds.Position(1, 2), new InstanceIds.Position(1, 3));
        UUID id = InstanceIds.instance(ACME, ALERT, 1, "{}", 5);

        assertThat(id).isEqualTo(InstanceIds.instance(ACME, ALERT, 1, "{}", 5));
        assertThat(
                        List.of(
                                id,
                                InstanceIds.instance(new TenantId("other"), ALERT, 1, "{}", 5),
                                InstanceIds.instance(ACME, ALERT, 2, "{}", 5),
                                InstanceIds.instance(ACME, ALERT, 1, "{\"a\":\"b\"}", 5),
                                InstanceIds.instance(ACME, ALERT, 1, "{}", 6),
                                InstanceIds.match(ACME, ALERT, 1, "{}", 5, false, events),
                                InstanceIds.match(ACME, ALERT, 1, "{}", 5, true, events),
                                InstanceIds.match(
                                        ACME, ALERT, 1, "{}", 5, false, events.reversed())))
                .doesNotHaveDuplicates();
        assertThat(InstanceIds.fingerprint(ACME, ALERT, "{}"))
                .matches("[0-9a-f]{32}")
                .isNotEqualTo(InstanceIds.fingerprint(ACME, ALERT, "{\"a\":\"b\"}"));
    }

    private static AlertVersion version(long number, AlertVersion.Mode mode) {
        return new AlertVersion(
                number,
                mode,
                Documents.read(Documents.alert("{'kind':'absence','duration':'5m'}", "")));
    }
}
