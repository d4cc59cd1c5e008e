package io.streamgauge.local.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import org.junit.jupiter.api.Test;

class ModelReportTest {

    @Test
    void tellsWhatAModelWasMadeOfHowGoodItIsAndWhyItIsNotActive() throws Exception {
        assertThat(ModelReport.of("s", model("candidate")))
                .containsExactly(
                        "version 2 for s: 800 points of 3 series, load, requests",
                        "  trained on   2026-01-01T00:00:00Z to 2026-01-08T00:00:00Z",
                        "  left out     4 windows of exclusions, 1 said to be anomalies; 2 said to"
                                + " be none; not all was read",
                        "  judged on    200 points after these",
                        "  separation   0.7000 (version 1, on the same: 0.9000)",
                        "  found        0.1000 (version 1, on the same: 0.5000)",
                        "  alarms       0.0000 (version 1, on the same: 0.0100)",
                        "  model        m",
                        "not active: separation: 0.700");
    }

    @Test
    void saysThatOneIsActiveByForce() throws Exception {
        assertThat(ModelReport.of("s", model("active")))
                .last()
                .isEqualTo("active, by force: separation: 0.700");
    }

    private static JsonNode model(String state) throws Exception {
        return Json.mapper()
                .readTree(
                        """
                        {"id": "m", "version": 2, "state": "%s", "points": 800,
                         "measures": ["load", "requests"],
                         "from": "2026-01-01T00:00:00Z", "to": "2026-01-08T00:00:00Z",
                         "objection": "separation: 0.700",
                         "metrics": {"points": 200, "separation": 0.7, "found": 0.1, "alarms": 0,
                           "active": {"version": 1, "separation": 0.9, "found": 0.5, "alarms": 0.01},
                           "data": {"series": 3, "excluded": 4, "anomalies": 1, "usual": 2,
                             "complete": false}}}\
                        """
                                .formatted(state));
    }
}
