package io.streamgauge.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

    private static final long YEAR_1 = -62_135_596_800_000L;
    private static final long YEAR_9999 = 253_402_300_799_999L;

    @Property
    void readsEveryInstantAsTheJdkDoes(
            @ForAll @LongRange(min = YEAR_1, max = YEAR_9999) long millis,
            @ForAll @IntRange(min = 0, max = 999_999) int nanos,
            @ForAll @IntRange(min = -18 * 60, max = 18 * 60) int offsetMinutes) {
        Instant instant = Instant.ofEpochMilli(millis).plusNanos(nanos);
        OffsetDateTime local = instant.atOffset(ZoneOffset.ofTotalSeconds(offsetMinutes * 60));

        assertThat(Timestamps.parse(instant.toString())).hasValue(millis);
        if (local.getYear() > 0 && local.getYear() < 10_000) {
            assertThat(Timestamps.parse(local.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME)))
                    .hasValue(millis);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z,1767225600000",
        "2026-01-01T00:00:00.5Z,1767225600500",
        "2026-01-01T00:00:00.123456789Z,1767225600123",
        "2026-01-01T01:30:00+01:30,1767225600000",
        "2024-02-29T12:00:00Z,1709208000000"
    })
    void readsTheFormsOfRfc3339(String text, long millis) {
        assertThat(Timestamps.parse(text)).hasValue(millis);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-01-01",
                "2026-01-01T00:00:00",
                "2026-02-30T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-01-01T24:00:00Z",
                "2026-01-01T00:60:00Z",
                "2026-01-01T00:00:00.Z",
                "2026-01-01T00:00:0xZ",
                "2026-01-01 00:00:00Z",
                "+2026-01-01T00:00:00Z",
                "1767225600000"
            })
    void refusesAnythingElse(String text) {
        assertThat(Timestamps.parse(text)).isEmpty();
    }
}
