package io.streamgauge.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearMissesTest {

    private static final List<String> KNOWN =
            List.of("cpu_percent", "memory_percent", "host", "zone", "keepFiringFor");

    @ParameterizedTest
    @CsvSource({
        "cpu_percnt, cpu_percent",
        "cpu_precent, cpu_percent",
        "cpupercent, cpu_percent",
        "CPU_PERCENT, cpu_percent",
        "hots, host",
        "hosts, host",
        "keepfiringfor, keepFiringFor"
    })
    void findsWhatIsNear(String name, String near) {
        assertThat(NearMisses.of(name, KNOWN)).contains(near);
    }

    @ParameterizedTest
    @CsvSource({"disk_percent", "h", "''", "hxyt", "memory"})
    void findsNothingFarAway(String name) {
        assertThat(NearMisses.of(name, KNOWN)).isEmpty();
    }

    @Test
    void doesNotLookAtEndlessNames() {
        assertThat(NearMisses.of("a".repeat(1_000_000), List.of("a".repeat(1_000_001)))).isEmpty();
        assertThat(NearMisses.hint("hots", KNOWN)).isEqualTo(" (did you mean host?)");
    }
}
