package io.streamgauge.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.event.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WatchTableTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final WatchTable table = new WatchTable();

    @Test
    void showsARowForEachMeasureOfEachSeries() {
        put("cpu0", 0, Map.of("cpu_percent", 12.5));
        put("cpu1", 0, Map.of("cpu_percent", 50.0));

        assertThat(table.draw("title", "status", 100, 20))
                .containsExactly(
                        "title",
                        "host=a",
                        "SERIES       WINDOW    COUNT  MEASURE        MEAN     P95     MAX  TREND",
                        "device=cpu0  10:00:00      1  cpu_percent  12.5 %  12.5 %  12.5 %  ▁",
                        "device=cpu1  10:00:00      1  cpu_percent  50.0 %  50.0 %  50.0 %  ▁",
                        "",
                        "status");
    }

    @Test
    void saysWhatItWaitsFor() {
        assertThat(table.draw("title", "status", 100, 20))
                .containsExactly("title", "", "waiting for the first window ...", "status");
    }

    @Test
    void replacesAWindowByItsNewerResultAndAddsToTheTrendWithANewerWindow() {
        put("cpu0", 0, Map.of("cpu_percent", 1.0));
        put("cpu0", 0, Map.of("cpu_percent", 0.0));
        put("cpu0", 1, Map.of("cpu_percent", 50.0));
        put("cpu0", 2, Map.of("cpu_percent", 100.0));

        assertThat(row("cpu_percent")).endsWith("100.0 %  ▁▅█");
    }

    @Test
    void ignoresTheCorrectionOfAWindowThatIsNotShownAnyMore() {
        put("cpu0", 1, Map.of("cpu_percent", 50.0));
        put("cpu0", 0, Map.of("cpu_percent", 99.0));

        assertThat(row("cpu_percent")).contains("10:00:01").doesNotContain("99");
    }

    @Test
    void keepsWithinTheTerminal() {
        for (int cpu = 10; cpu < 30; cpu++) {
            put("cpu" + cpu, 0, Map.of("cpu_percent", 1.0));
        }

        List<String> lines = table.draw("title", "status", 40, 12);

        assertThat(lines).hasSize(12).allMatch(line -> line.length() <= 40);
        assertThat(lines.get(10)).startsWith("... and 13 more rows");
        assertThat(lines.get(2)).isEqualTo("SERIES        MEASURE       MEAN    MAX");
        assertThat(table.draw("title", "status", 20, 12).get(3)).isEqualTo("device=cpu10  cpu_p…");
    }

    @Test
    void forgetsSeriesThatHaveFallenSilent() {
        put("cpu0", 0, Map.of("cpu_percent", 1.0));

        table.forgetSilent(START.plusSeconds(60));
        assertThat(table.draw("", "", 100, 20)).anyMatch(line -> line.contains("cpu_percent"));

        table.forgetSilent(START.plusSeconds(64));
        assertThat(table.draw("", "", 100, 20)).noneMatch(line -> line.contains("cpu_percent"));
    }

    @Test
    void showsASeriesWithoutMeasuresAndOneWithoutDimensions() {
        table.put(aggregate("{}", 0, Map.of()), START);

        assertThat(table.draw("", "", 100, 20).get(3)).isEqualTo("(all)   10:00:00      1");
    }

    @Test
    void writesOneLineForPipes() {
        assertThat(
                        WatchTable.line(
                                aggregate(
                                        "{\"host\":\"a\"}",
                                        0,
                                        Map.of("memory_used_bytes", 1_536.0, "load_1m", 0.25))))
                .isEqualTo(
                        "2026-11-23T10:00:00Z host=a count=1 load_1m: mean=0.25 p95=0.25 max=0.25;"
                                + " memory_used_bytes: mean=1.50 KiB p95=1.50 KiB max=1.50 KiB");
    }

    private String row(String content) {
        return table.draw("", "", 200, 50).stream()
                .filter(line -> line.contains(content))
                .findFirst()
                .orElseThrow();
    }

    private void put(String device, long second, Map<String, Double> means) {
        table.put(
                aggregate("{\"device\":\"" + device + "\",\"host\":\"a\"}", second, means), START);
    }

    private static Aggregate aggregate(String dimensions, long second, Map<String, Double> means) {
        TreeMap<String, MeasureStatistics> measures = new TreeMap<>();
        means.forEach(
                (name, mean) ->
                        measures.put(
                                name,
                                new MeasureStatistics(
                                        1, mean, mean, mean, mean, 0, mean, mean, mean)));
        return new Aggregate(
                new SeriesKey(new TenantId("demo"), new StreamId(new UUID(1, 2)), dimensions),
                START.plusSeconds(second),
                SECOND,
                Timing.ON_TIME,
                0,
                1,
                measures);
    }
}
