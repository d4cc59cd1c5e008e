package io.streamgauge.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource({
        "cpu_percent, 12.345, 12.3 %",
        "cpu_percent, 0, 0.0 %",
        "memory_used_bytes, 0, 0 B",
        "memory_used_bytes, 1023, 1023 B",
        "memory_used_bytes, 1024, 1 KiB",
        "memory_used_bytes, 1610612736, 1.50 GiB",
        "sent_bytes_per_second, 999, 999 B/s",
        "sent_bytes_per_second, 999.7, 1.00 kB/s",
        "sent_bytes_per_second, 12345678, 12.3 MB/s",
        "reads_per_second, 1500, 1.50k/s",
        "reads_per_second, 0.25, 0.25/s",
        "latency_ms, 12.34, 12.3 ms",
        "uptime_seconds, 7, 7 s",
        "temperature_celsius, 21.55, 21.6 °C",
        "load_1m, 0.5, 0.50",
        "load_1m, 0.01234, 0.012",
        "price, -1234567, -1.23M",
        "price, 0.00001234, 1.2e-05",
        "price, 1e150, 1.00e+135P"
    })
    void writesValuesWithTheUnitOfTheMeasuresName(String measure, double value, String text) {
        assertThat(Units.format(measure, value)).isEqualTo(text);
    }
}
