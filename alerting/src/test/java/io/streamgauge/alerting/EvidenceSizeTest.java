package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertLimits;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertTransitionCodec;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Skip;
import io.streamgauge.contracts.alert.Condition.Step;
import io.streamgauge.contracts.alert.Evidence;
import io.streamgauge.contracts.alert.Severity;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.EventRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A transition is one record in Kafka, which takes 1 MiB at most and fails the job for more. */
class EvidenceSizeTest {

    private static final int KAFKA_BYTES = 1 << 20;

    private static final String WIDE = "\u6f22"; // three bytes in UTF-8

    /** As many events in a row as steps, each of the greatest size. */
    private static AlertSpec sequence(int steps) {
        List<Step> all = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            all.add(
                    new Step(
                            "s" + i,
                            Contiguity.FOLLOWED_BY,
                            new Step.Single(Optional.of("event.value == " + i + ".0")),
                            Quantifier.ONCE));
        }
        Condition condition =
                new Condition.Sequence(
                        all, Optional.empty(), Skip.PAST_LAST_EVENT, Condition.Outcome.MATCH);
        SortedMap<String, String> labels = new TreeMap<>();
        SortedMap<String, String> annotations = new TreeMap<>();
        for (int i = 0; i < AlertLimits.MAX_LABELS; i++) {
            labels.put("l" + i, WIDE.repeat(AlertLimits.MAX_LABEL_CHARACTERS));
            annotations.put("a" + i, "{{ steps.s0.kind }}");
        }
        return new AlertSpec(
                "large",
                "",
                Optional.of("hosts"),
                Optional.empty(),
                List.of("host"),
                Severity.WARNING,
                labels,
                annotations,
                condition,
                Duration.ZERO,
                Duration.ofMinutes(5));
    }

    private static EventRow event(long at, String host, double value, int bytes, String filler) {
        String head =
                "{\"ts\":%d,\"host\":\"%s\",\"value\":%s,\"kind\":\"".formatted(at, host, value);
        int rest = bytes - head.getBytes(UTF_8).length - 2;
        int times = rest / filler.getBytes(UTF_8).length;
        return TestAlerts.row(head + filler.repeat(times) + "\"}");
    }

    private static AlertTransition fire(int steps, int bytes, String host, String filler) {
        TestRun run = new TestRun(alert(1, sequence(steps)));
        for (int i = 0; i < steps; i++) {
            run.event(1_000 + i, event(1_000 + i, host, i, bytes, filler));
        }
        run.advance(10_000);
        assertThat(run.sink.failures).isEmpty();
        assertThat(run.lines()).hasSize(1);
        return run.sink.transitions.getFirst();
    }

    @Test
    void aTransitionOfTheGreatestSizeIsFarBelowWhatKafkaTakes() throws Exception {
        for (String filler : List.of(WIDE, "\\\"", "\\u0001", "x")) {
            String host = WIDE.repeat(EventDecoder.MAX_DIMENSION_CHARACTERS);

            AlertTransition fired = fire(20, EventDecoder.MAX_EVENT_BYTES, host, filler);

            byte[] bytes = AlertTransitionCodec.toBytes(fired);
            assertThat(bytes).as(filler).hasSizeLessThan(KAFKA_BYTES * 2 / 3);
            assertThat(AlertTransitionCodec.fromBytes(bytes)).isEqualTo(fired);
            assertThat(fired.evidence().truncated()).isTrue();
            assertThat(fired.evidence().steps()).containsKeys("s0", "s19");
            assertThat(fired.evidence().omittedEvents())
                    .isEqualTo(20 - fired.evidence().steps().size());
        }
    }

    @Test
    void keepsEventsFromBothEndsUntilTheyAreTooLarge() {
        AlertTransition fired = fire(20, 30_000, "a", "x");

        // 8 times 30,000 bytes and some quotes are what fits.
        assertThat(fired.evidence().steps())
                .containsOnlyKeys("s0", "s1", "s2", "s3", "s16", "s17", "s18", "s19");
        assertThat(fired.evidence().omittedEvents()).isEqualTo(12);
        assertThat(fired.evidence().truncated()).isTrue();
    }

    @Test
    void smallEventsAreLeftOutByTheirNumberOnly() {
        AlertTransition fired = fire(24, 100, "a", "x");

        assertThat(fired.evidence().steps()).hasSize(Evidence.MAX_EVENTS);
        assertThat(fired.evidence().steps()).containsKeys("s0", "s9", "s14", "s23");
        assertThat(fired.evidence().omittedEvents()).isEqualTo(4);
        assertThat(fired.evidence().truncated()).isFalse();
    }

    @Test
    void annotationsThatNoLongerFitBecomeADash() {
        AlertTransition fired = fire(1, EventDecoder.MAX_EVENT_BYTES, "a", WIDE);

        assertThat(Json.mapper().valueToTree(fired.annotations()).toString().getBytes(UTF_8))
                .hasSizeLessThan(AlertLimits.MAX_ANNOTATIONS_BYTES + 1_000);
        assertThat(fired.annotations().values())
                .hasSize(AlertLimits.MAX_LABELS)
                .contains("\u2014")
                .anyMatch(text -> text.length() > 2_000);
    }
}
