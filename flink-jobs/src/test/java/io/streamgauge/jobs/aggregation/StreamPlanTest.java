package io.streamgauge.jobs.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.tenant.TenantPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StreamPlanTest {

    private static final StreamDefinition STREAM =
            WindowHarness.stream(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(5),
                    true,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10));

    /** Events on their way carry it over an upgrade: change it only by adding at the end. */
    private static final String GOLDEN = "1000,10000;200;5000;true;m;-9223372036854775808;7";

    @Test
    void readsWhatItWrites() {
        String text = StreamPlan.of(STREAM, 7).toString();

        assertThat(text).isEqualTo(GOLDEN);
        assertThat(StreamPlan.parse(text)).hasToString(GOLDEN);
        assertThat(StreamPlan.parse(text).seriesLimit()).isEqualTo(7);
    }

    @Test
    void readsWhatWasWrittenBeforeThereWasASeriesLimit() {
        StreamPlan plan = StreamPlan.parse(GOLDEN.substring(0, GOLDEN.lastIndexOf(';')));

        assertThat(plan.windows()).containsExactly(1_000, 10_000);
        assertThat(plan.seriesLimit()).isEqualTo(TenantPolicy.DEFAULT_SERIES_PER_STREAM);
    }
}
