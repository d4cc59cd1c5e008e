package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.raw;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.alert.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlertTimelineTest {

    @Test
    void setsAVersionAsideThatCannotBeCompiledByAMistakeOfOurs() {
        AlertTimeline timeline =
                new AlertTimeline(
                        stream -> {
                            throw new IllegalStateException("a mistake");
                        });
        List<RuleChange> changes = new ArrayList<>();

        AlertTimeline.Segment segment =
                timeline.add(
                        RuleRevision.of(
                                alert(1, spec(raw(Comparison.GREATER, 5), List.of())), 1_000),
                        Optional.of(TestAlerts.STREAM));
        timeline.announce(segment, changes);

        assertThat(timeline.inForce(2_000)).isEmpty();
        assertThat(changes)
                .singleElement()
                .satisfies(
                        change -> {
                            assertThat(change.kind()).isEqualTo(RuleChange.Kind.QUARANTINED);
                            assertThat(change.problem())
                                    .hasValueSatisfying(
                                            problem ->
                                                    assertThat(problem)
                                                            .startsWith("internal error: ")
                                                            .contains("a mistake"));
                        });
    }
}
