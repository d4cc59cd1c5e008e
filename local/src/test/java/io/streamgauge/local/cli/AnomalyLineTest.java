package io.streamgauge.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.event.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AnomalyLineTest {

    @Test
    void saysWhenWhatAndHowRare() {
        assertThat(AnomalyLine.of(anomaly("spike", true, OptionalDouble.of(97.25))))
                .isEqualTo(
                        "2026-03-01T10:00:01Z  spike  cpu_percent 97.25  usual 4.000 to 31.50"
                                + "  score 0.62  host=a  kind=machine");
    }

    @Test
    void saysThatItGoesOnAndThatNothingCame() {
        assertThat(AnomalyLine.of(anomaly("missing", false, OptionalDouble.empty())))
                .startsWith("2026-03-01T10:00:01Z  missing goes on  cpu_percent  usual ");
    }

    private static Anomaly anomaly(String kind, boolean begins, OptionalDouble value) {
        return new Anomaly(
                new SeriesKey(
                        new TenantId("demo"),
                        new StreamId(new UUID(0, 1)),
                        "{\"host\":\"a\",\"kind\":\"machine\"}"),
                "cpu_percent",
                Instant.parse("2026-03-01T10:00:00Z"),
                Duration.ofSeconds(1),
                0.62,
                kind,
                begins,
                value,
                12.1,
                4,
                31.5,
                List.of());
    }
}
