package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.id;
import static io.streamgauge.alerting.TestAlerts.raw;
import static io.streamgauge.alerting.TestAlerts.row;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Statistic;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainTest {

    private static JsonNode explained(AlertSpec spec, double value, long clock) throws Exception {
        RuleBook book = new RuleBook();
        book.putStream(TestAlerts.STREAM);
        book.put(RuleRevision.of(alert(1, spec), 0));
        KeyJudge judge = new KeyJudge(book, Limits.NONE, Hearing.PERFECT, new TestSink());
        judge.select("{\"host\":\"a\"}", new MemoryKeyStore());
        judge.onEvent(
                new JudgedEvent(
                        row(1_000, "a", value),
                        1_000,
                        0,
                        0,
                        book.rules(TestAlerts.TENANT, TestAlerts.STREAM_ID, 1_000)));
        judge.advance(clock);
        return Json.mapper()
                .readTree(judge.explain(new RuleKey(TestAlerts.TENANT, id(1), 1), clock));
    }

    @Test
    void saysWhichConditionIsNotFulfilled() throws Exception {
        JsonNode json = explained(spec(raw(Comparison.GREATER, 90), List.of("host")), 42.5, 2_000);

        assertThat(json.path("state").asText()).isEqualTo("inactive");
        assertThat(json.path("unmet").asText()).isEqualTo("value is 42.5 (expected: > 90)");
        assertThat(json.path("lastEvent").asText()).isEqualTo("1970-01-01T00:00:01Z");
    }

    @Test
    void saysWhenAPendingInstanceFires() throws Exception {
        JsonNode json =
                explained(
                        spec(
                                raw(Comparison.GREATER, 90),
                                List.of("host"),
                                Duration.ofSeconds(10),
                                Duration.ZERO),
                        95,
                        2_000);

        assertThat(json.path("state").asText()).isEqualTo("pending");
        assertThat(json.has("unmet")).isFalse();
        assertThat(json.path("nextTimer").asText()).isEqualTo("1970-01-01T00:00:11Z");
    }

    @Test
    void saysWhatIsInTheWindow() throws Exception {
        JsonNode json =
                explained(
                        spec(
                                TestAlerts.windowed(
                                        TestAlerts.window(Statistic.MEAN, 10, 5),
                                        Comparison.GREATER,
                                        90),
                                List.of("host")),
                        95,
                        8_000);

        assertThat(json.path("state").asText()).isEqualTo("firing");
        assertThat(json.path("value").asDouble()).isEqualTo(95);
        assertThat(json.path("windowEnd").asText()).isEqualTo("1970-01-01T00:00:05Z");
    }

    @Test
    void saysForHowLongAKeyIsSilent() throws Exception {
        JsonNode json =
                explained(
                        spec(
                                new Condition.Absence(
                                        Duration.ofSeconds(30), Duration.ofMinutes(5)),
                                List.of("host")),
                        1,
                        21_000);

        assertThat(json.path("unmet").asText()).isEqualTo("silent for 20s (expected: 30s)");
        assertThat(json.path("nextTimer").asText()).isEqualTo("1970-01-01T00:00:31Z");
    }
}
