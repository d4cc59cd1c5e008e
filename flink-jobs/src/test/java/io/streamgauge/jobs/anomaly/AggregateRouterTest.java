package io.streamgauge.jobs.anomaly;

import static io.streamgauge.jobs.anomaly.DetectionHarness.SERIES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.kafka.TimedValue;
import io.streamgauge.jobs.routing.RecordRouter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithNonKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AggregateRouterTest {

    private static final StreamDefinition STREAM =
            Streams.stream(Duration.ofSeconds(10), Duration.ofMinutes(1));

    private static final DefinitionUpdate DEFINITION =
            new DefinitionUpdate(
                    new StreamDefinitionCodec.Key(STREAM.tenant(), STREAM.id()).toString(),
                    StreamDefinitionCodec.toBytes(STREAM));

    @Test
    void sendsOnTheFirstFinalResultsOfTheSmallestWindows() throws Exception {
        try (Router router = new Router(null, DEFINITION)) {
            router.result(Timing.EARLY, 0, Duration.ofSeconds(10), 1);
            router.result(Timing.ON_TIME, 0, Duration.ofSeconds(10), 2);
            router.result(Timing.LATE, 1, Duration.ofSeconds(10), 3);
            router.result(Timing.LATE, 0, Duration.ofSeconds(10), 4);
            router.result(Timing.ON_TIME, 0, Duration.ofMinutes(1), 5);

            assertThat(router.values()).containsExactly(2.0, 4.0);
            SeriesPoint point = router.points().getFirst();
            assertThat(point.series()).isEqualTo(SERIES.toString());
            assertThat(point.start()).isEqualTo(DetectionHarness.ORIGIN);
            assertThat(point.window()).isEqualTo(10_000);
            assertThat(point.measures()).containsExactly("m");
            assertThat(point.seriesLimit()).isEqualTo(TenantPolicy.DEFAULT_SERIES_PER_STREAM);
        }
    }

    @Test
    void passesOverWhatIsNoResult() throws Exception {
        try (Router router = new Router(null, DEFINITION)) {
            for (String text : List.of("", "{", "[]", "{}", "\u0000")) {
                router.record(text.getBytes(UTF_8));
            }
            router.result(Timing.ON_TIME, 0, Duration.ofSeconds(10), 1);

            assertThat(router.values()).containsExactly(1.0);
        }
    }

    @Test
    void sendsNothingOfAStreamThatIsNotThereOrATenantThatIsSwitchedOff() throws Exception {
        try (Router router = new Router(null)) {
            router.result(Timing.ON_TIME, 0, Duration.ofSeconds(10), 1);
            router.update(DEFINITION);
            router.result(Timing.ON_TIME, 0, Duration.ofSeconds(10), 2);
            router.update(policy(new TenantPolicy(STREAM.tenant(), 1, false, 7)));
            router.result(Timing.ON_TIME, 0, Duration.ofSeconds(10), 3);
            router.update(policy(new TenantPolicy(STREAM.tenant(), 2, true, 7)));
            router.result(Timing.ON_TIME, 0, Duration.ofSeconds(10), 4);
            router.update(new DefinitionUpdate(DEFINITION.key(), null));
            router.result(Timing.ON_TIME, 0, Duration.ofSeconds(10), 5);

            assertThat(router.values()).containsExactly(2.0, 4.0);
            assertThat(router.points().getLast().seriesLimit()).isEqualTo(7);
        }
    }

    @Test
    void knowsTheStreamsAgainAfterARestart() throws Exception {
        OperatorSubtaskState state;
        try (Router router = new Router(null, DEFINITION)) {
            state = router.harness.snapshot(1, 1);
        }
        try (Router router = new Router(state)) {
            router.result(Timing.ON_TIME, 0, Duration.ofSeconds(10), 1);

            assertThat(router.values()).containsExactly(1.0);
        }
    }

    private static DefinitionUpdate policy(TenantPolicy policy) {
        return new DefinitionUpdate(
                new TenantPolicyCodec.Key(policy.tenant()).toString(),
                TenantPolicyCodec.toBytes(policy));
    }

    /** The operator, driven by hand. */
    private static final class Router implements AutoCloseable {

        private final TwoInputStreamOperatorTestHarness<TimedValue, DefinitionUpdate, SeriesPoint>
                harness;

        Router(@Nullable OperatorSubtaskState state, DefinitionUpdate... inForce) throws Exception {
            List<DefinitionUpdate> definitions = new ArrayList<>(List.of(inForce));
            harness =
                    new TwoInputStreamOperatorTestHarness<>(
                            new CoBroadcastWithNonKeyedOperator<>(
                                    new AggregateRouter(() -> definitions),
                                    List.of(RecordRouter.DEFINITIONS)));
            harness.setup();
            if (state != null) {
                harness.initializeState(state);
            }
            harness.open();
        }

        void result(Timing timing, int revision, Duration window, double value) throws Exception {
            record(
                    AggregateCodec.toBytes(
                            new Aggregate(
                                    SERIES,
                                    Instant.ofEpochMilli(DetectionHarness.ORIGIN),
                                    window,
                                    timing,
                                    revision,
                                    1,
                                    new TreeMap<>(Map.of("m", MeasureStatistics.of(value))))));
        }

        void record(byte[] value) throws Exception {
            harness.processElement1(new StreamRecord<>(new TimedValue(value, 1)));
        }

        void update(DefinitionUpdate update) throws Exception {
            harness.processElement2(new StreamRecord<>(update));
        }

        List<SeriesPoint> points() {
            return harness.extractOutputValues();
        }

        List<Double> values() {
            return points().stream().map(it -> it.values()[0]).toList();
        }

        @Override
        public void close() throws Exception {
            harness.close();
        }
    }
}
