package io.streamgauge.jobs.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.rejection.RejectedEvent;
import io.streamgauge.contracts.rejection.RejectedEventCodec;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.kafka.OutputRecord;
import io.streamgauge.jobs.kafka.SourceRecord;
import io.streamgauge.jobs.routing.RecordRouter;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithNonKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventRouterTest {

    private static final TenantId ACME = new TenantId("acme");
    private static final long NOW = WindowHarness.ORIGIN;
    private static final StreamDefinition STREAM =
            WindowHarness.stream(Duration.ZERO, Duration.ZERO, false, Duration.ofSeconds(1));
    private static final String ID = STREAM.id().toString();

    @Test
    void sendsAnEventOnUnderItsSeries() throws Exception {
        try (Router router = Router.start(STREAM)) {
            router.gateway("acme", ID, 1, NOW, event("2026-01-01T00:00:00.250Z", "a", 1.5));

            assertThat(router.events())
                    .singleElement()
                    .satisfies(
                            event -> {
                                assertThat(event.series())
                                        .isEqualTo("acme/" + ID + "/{\"host\":\"a\"}");
                                assertThat(event.timestamp()).isEqualTo(NOW + 250);
                                assertThat(event.arrival()).isEqualTo(NOW);
                                assertThat(event.measures()).containsExactly(1.5);
                            });
        }
    }

    @Test
    void findsAStreamByItsNameToo() throws Exception {
        try (Router router = Router.start(STREAM)) {
            router.direct("acme", "s", NOW, event("2026-01-01T00:00:00Z", "a", 1));

            assertThat(router.events()).hasSize(1);
        }
    }

    @Test
    void doesNotFindAnotherTenantsStream() throws Exception {
        try (Router router = Router.start(STREAM)) {
            router.direct("umbrella", ID, NOW, event("2026-01-01T00:00:00Z", "a", 1));
            router.direct("umbrella", "s", NOW, event("2026-01-01T00:00:00Z", "a", 1));
            router.heartbeat(NOW + 5_001);

            assertThat(router.events()).isEmpty();
            assertThat(router.rejections())
                    .extracting(RejectedEvent::tenant, RejectedEvent::reason)
                    .containsOnly(tuple("umbrella", RejectionReason.UNKNOWN_STREAM))
                    .hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"at":"2026-01-01T00:00:00Z","host":"a","m":"x"} | #/m: "x" (expected: a number)
                    {"at":"2026-01-01T00:00:00Z"}                    | #/host: missing (expected: a string)
                    {"at":"yesterday","host":"a"}                    | #/at: "yesterday" (expected: an RFC 3339 timestamp, or integer milliseconds since the epoch)
                    not json                                         | #: not JSON at column 1: Unrecognized token
                    []                                               | #: expected: a JSON object
                    """)
    void rejectsAnInvalidEventWithItsReason(String json, String detail) throws Exception {
        try (Router router = Router.start(STREAM)) {
            router.gateway("acme", ID, 1, NOW, json);

            assertThat(router.events()).isEmpty();
            assertThat(router.rejections())
                    .singleElement()
                    .satisfies(
                            rejected -> {
                                assertThat(rejected.reason()).isEqualTo(RejectionReason.INVALID);
                                assertThat(rejected.detail()).startsWith(detail);
                                assertThat(rejected.stream()).isEqualTo(ID);
                                assertThat(rejected.event()).isEqualTo(json);
                            });
        }
    }

    @Test
    void rejectsRecordsWithoutAnAddressAValueOrText() throws Exception {
        try (Router router = Router.start(STREAM)) {
            router.direct("", "", NOW, "{}");
            router.direct("Not A Tenant", ID, NOW, "{}");
            router.record(new SourceRecord("acme", ID, 0, NOW, false, false, 0, 0, null));
            router.record(
                    new SourceRecord(
                            "acme",
                            ID,
                            0,
                            NOW,
                            false,
                            false,
                            0,
                            0,
                            new byte[] {(byte) 0xFF, 0, 1}));

            assertThat(router.rejections())
                    .extracting(RejectedEvent::reason)
                    .containsExactly(
                            RejectionReason.UNADDRESSED,
                            RejectionReason.UNADDRESSED,
                            RejectionReason.INVALID,
                            RejectionReason.INVALID);
        }
    }

    @Test
    void rejectsEventsFromTheFutureBeyondTheTolerance() throws Exception {
        try (Router router = Router.start(STREAM)) {
            router.gateway("acme", ID, 1, NOW, event("2026-01-01T00:01:00Z", "a", 1));
            router.gateway("acme", ID, 1, NOW, event("2026-01-01T00:01:00.001Z", "a", 1));

            assertThat(router.events()).hasSize(1);
            assertThat(router.rejections())
                    .extracting(RejectedEvent::reason, RejectedEvent::detail)
                    .containsExactly(
                            tuple(
                                    RejectionReason.FUTURE,
                                    "timestamp 60001 ms after arrival (expected: at most 60000"
                                            + " ms)"));
        }
    }

    @Test
    void holdsAnEventUntilTheDefinitionThatItWasValidatedWithArrives() throws Exception {
        StreamDefinition newer = WindowHarness.changed(STREAM, 0);
        try (Router router = Router.start(STREAM)) {
            router.gateway("acme", ID, 2, NOW, event("2026-01-01T00:00:00Z", "a", 1));
            router.heartbeat(NOW + 100);
            assertThat(router.events()).isEmpty();

            router.define(newer);

            assertThat(router.events())
                    .extracting(SeriesEvent::plan)
                    .containsExactly(
                            StreamPlan.of(newer, TenantPolicy.DEFAULT_SERIES_PER_STREAM)
                                    .toString());
        }
    }

    @Test
    void holdsEventsOfAStreamThatItDoesNotKnowYetOverARestart() throws Exception {
        OperatorSubtaskState snapshot;
        try (Router router = Router.start()) {
            router.direct("acme", "s", NOW, event("2026-01-01T00:00:00Z", "a", 1));
            router.direct("acme", "s", NOW + 1, event("2026-01-01T00:00:00Z", "a", 2));
            snapshot = router.snapshot();
        }
        try (Router router = Router.restore(snapshot)) {
            router.define(STREAM);

            assertThat(router.events())
                    .extracting(event -> event.measures()[0])
                    .containsExactly(1.0, 2.0);
        }
    }

    @Test
    void knowsItsDefinitionsAfterARestartWithoutReadingThemAgain() throws Exception {
        OperatorSubtaskState snapshot;
        try (Router router = Router.start(STREAM)) {
            snapshot = router.snapshot();
        }
        try (Router router = Router.restore(snapshot)) {
            router.gateway("acme", ID, 1, NOW, event("2026-01-01T00:00:00Z", "a", 1));

            assertThat(router.events()).hasSize(1);
        }
    }

    @Test
    void rejectsEventsOfADeletedStream() throws Exception {
        try (Router router = Router.start(STREAM)) {
            router.delete(STREAM.id());
            router.gateway("acme", ID, 1, NOW, event("2026-01-01T00:00:00Z", "a", 1));
            router.heartbeat(NOW + 5_001);

            assertThat(router.events()).isEmpty();
            assertThat(router.rejections())
                    .extracting(RejectedEvent::reason)
                    .containsExactly(RejectionReason.UNKNOWN_STREAM);
        }
    }

    @Test
    void judgesByTheOlderDefinitionWhereTheNewerOneDoesNotCome() throws Exception {
        try (Router router = Router.start(STREAM)) {
            router.gateway("acme", ID, 99, NOW, event("2026-01-01T00:00:00Z", "a", 1));
            router.heartbeat(NOW + 5_001);

            assertThat(router.events()).hasSize(1);
        }
    }

    @Test
    void boundsWhatItHolds() throws Exception {
        String large = event("2026-01-01T00:00:00Z", "a", 1) + " ".repeat(60_000);
        try (Router router = Router.start()) {
            for (int i = 0; i < 300; i++) { // 18 MB
                router.direct("acme", "s", NOW, large);
            }

            assertThat(router.rejections()).hasSizeBetween(20, 40);
        }
    }

    @Test
    void ignoresDefinitionsThatMakeNoSense() throws Exception {
        try (Router router = Router.start(STREAM)) {
            String key = new StreamDefinitionCodec.Key(ACME, STREAM.id()).toString();
            router.update(new DefinitionUpdate(key, "{".getBytes(UTF_8)));
            router.update(new DefinitionUpdate(key, "{\"name\":1}".getBytes(UTF_8)));
            router.update(new DefinitionUpdate("alert/acme/1", "{}".getBytes(UTF_8)));
            router.update(
                    new DefinitionUpdate(
                            new StreamDefinitionCodec.Key(ACME, new StreamId(new UUID(0, 7)))
                                    .toString(),
                            StreamDefinitionCodec.toBytes(STREAM)));
            router.gateway("acme", ID, 1, NOW, event("2026-01-01T00:00:00Z", "a", 1));

            assertThat(router.events()).hasSize(1);
        }
    }

    @Test
    void takesTheArrivalWhereTheStreamHasNoTimestamp() throws Exception {
        StreamDefinition untimed =
                new StreamDefinition(
                        ACME,
                        STREAM.id(),
                        new StreamSpec(
                                "s",
                                "",
                                STREAM.spec().fields().subList(1, 3),
                                STREAM.spec().windows(),
                                Duration.ZERO,
                                Duration.ZERO,
                                false,
                                STREAM.spec().unknownFields()),
                        1,
                        Instant.EPOCH,
                        Instant.EPOCH);
        try (Router router = Router.start(untimed)) {
            router.gateway("acme", ID, 1, NOW + 77, "{\"host\":\"a\"}");

            assertThat(router.events())
                    .extracting(SeriesEvent::timestamp)
                    .containsExactly(NOW + 77);
        }
    }

    @Test
    void rejectsEventsOfAnInactiveTenantAndOfNoOther() throws Exception {
        try (Router router = Router.start(STREAM)) {
            router.update(policy(1, false, 10));
            router.gateway("acme", ID, 1, NOW, event("2026-01-01T00:00:00Z", "a", 1));
            router.direct("acme", "s", NOW, event("2026-01-01T00:00:00Z", "a", 1));
            router.direct("acme", "nowhere", NOW, event("2026-01-01T00:00:00Z", "a", 1));
            router.direct("umbrella", "s", NOW, event("2026-01-01T00:00:00Z", "a", 1));
            router.heartbeat(NOW + 5_001);

            assertThat(router.events()).isEmpty();
            assertThat(router.rejections())
                    .extracting(RejectedEvent::tenant, RejectedEvent::stream, RejectedEvent::reason)
                    .containsExactly(
                            tuple("acme", ID, RejectionReason.TENANT_INACTIVE),
                            tuple("acme", ID, RejectionReason.TENANT_INACTIVE),
                            tuple("acme", "nowhere", RejectionReason.TENANT_INACTIVE),
                            tuple("umbrella", "s", RejectionReason.UNKNOWN_STREAM));
        }
    }

    @Test
    void rejectsAnEventThatWaitedUntilItsTenantWasInactive() throws Exception {
        try (Router router = Router.start()) {
            router.direct("acme", "s", NOW, event("2026-01-01T00:00:00Z", "a", 1));
            router.update(policy(1, false, 10));
            router.define(STREAM);

            assertThat(router.events()).isEmpty();
            assertThat(router.rejections())
                    .extracting(RejectedEvent::reason)
                    .containsExactly(RejectionReason.TENANT_INACTIVE);
        }
    }

    @Test
    void sendsTheSeriesLimitInForceAlongWithEachEvent() throws Exception {
        try (Router router = Router.start(STREAM)) {
            assertThat(limitOfNextEvent(router)).isEqualTo(TenantPolicy.DEFAULT_SERIES_PER_STREAM);

            router.update(policy(2, true, 7));
            assertThat(limitOfNextEvent(router)).isEqualTo(7);
            router.update(policy(1, false, 3)); // older
            assertThat(limitOfNextEvent(router)).isEqualTo(7);
            router.update(policy(3, true, 9));
            assertThat(limitOfNextEvent(router)).isEqualTo(9);

            router.update(new DefinitionUpdate("tenant/acme", null));
            assertThat(limitOfNextEvent(router)).isEqualTo(TenantPolicy.DEFAULT_SERIES_PER_STREAM);
            router.update(policy(1, true, 4)); // another tenant of that name
            assertThat(limitOfNextEvent(router)).isEqualTo(4);
        }
    }

    @Test
    void readsPoliciesToWhereItStartsWithoutState() throws Exception {
        try (Router router = Router.start(List.of(Router.update(STREAM), policy(1, true, 7)))) {
            assertThat(limitOfNextEvent(router)).isEqualTo(7);
        }
    }

    @Test
    void knowsPoliciesAfterARestartWithoutReadingThemAgain() throws Exception {
        OperatorSubtaskState snapshot;
        try (Router router = Router.start(STREAM)) {
            router.update(policy(2, true, 7));
            snapshot = router.snapshot();
        }
        try (Router router = Router.restore(snapshot, List.of(policy(9, true, 8)))) {
            assertThat(limitOfNextEvent(router)).isEqualTo(7);
        }
    }

    @Test
    void readsPoliciesWhereItsStateIsOfAReleaseThatPassedThemOver() throws Exception {
        OperatorSubtaskState snapshot;
        try (Router router = Router.start(STREAM)) {
            snapshot = router.snapshot();
        }
        StreamDefinition other = WindowHarness.changed(STREAM, 0);
        try (Router router =
                Router.restore(snapshot, List.of(policy(1, true, 7), Router.update(other)))) {
            router.gateway("acme", ID, 1, NOW, event("2026-01-01T00:00:00Z", "a", 1));

            assertThat(router.events())
                    .extracting(SeriesEvent::plan)
                    .containsExactly(StreamPlan.of(STREAM, 7).toString());
        }
    }

    @Test
    void keepsThePolicyThatItHasWhereANewOneMakesNoSense() throws Exception {
        try (Router router = Router.start(STREAM)) {
            router.update(policy(1, true, 7));
            router.update(new DefinitionUpdate("tenant/acme", "{".getBytes(UTF_8)));
            router.update(new DefinitionUpdate("tenant/acme", "{}".getBytes(UTF_8)));
            router.update(
                    new DefinitionUpdate(
                            "tenant/acme",
                            TenantPolicyCodec.toBytes(
                                    new TenantPolicy(new TenantId("umbrella"), 5, false, 1))));

            assertThat(limitOfNextEvent(router)).isEqualTo(7);
        }
    }

    private static long limitOfNextEvent(Router router) throws Exception {
        router.gateway("acme", ID, 1, NOW, event("2026-01-01T00:00:00Z", "a", 1));
        return StreamPlan.parse(router.events().getLast().plan()).seriesLimit();
    }

    private static DefinitionUpdate policy(long version, boolean active, long seriesPerStream) {
        return new DefinitionUpdate(
                new TenantPolicyCodec.Key(ACME).toString(),
                TenantPolicyCodec.toBytes(
                        new TenantPolicy(ACME, version, active, seriesPerStream)));
    }

    private static String event(String at, String host, double m) {
        return "{\"at\":\"%s\",\"host\":\"%s\",\"m\":%s}".formatted(at, host, m);
    }

    /** The operator, driven by hand. */
    private static final class Router implements AutoCloseable {

        private final TwoInputStreamOperatorTestHarness<SourceRecord, DefinitionUpdate, SeriesEvent>
                harness;
        private int read;
        private int rejectionsRead;
        private long offset;

        private Router(@Nullable OperatorSubtaskState state, List<DefinitionUpdate> inForce)
                throws Exception {
            harness =
                    new TwoInputStreamOperatorTestHarness<>(
                            new CoBroadcastWithNonKeyedOperator<>(
                                    new EventRouter(() -> inForce),
                                    List.of(RecordRouter.DEFINITIONS)));
            harness.setup();
            if (state != null) {
                harness.initializeState(state);
            }
            harness.open();
        }

        static Router start(StreamDefinition... inForce) throws Exception {
            return start(Arrays.stream(inForce).map(Router::update).toList());
        }

        static Router start(List<DefinitionUpdate> inForce) throws Exception {
            return new Router(null, inForce);
        }

        static Router restore(OperatorSubtaskState state) throws Exception {
            return restore(state, List.of(new DefinitionUpdate("read/although/restored", null)));
        }

        static Router restore(OperatorSubtaskState state, List<DefinitionUpdate> inForce)
                throws Exception {
            return new Router(state, inForce);
        }

        static DefinitionUpdate update(StreamDefinition definition) {
            return new DefinitionUpdate(
                    new StreamDefinitionCodec.Key(definition.tenant(), definition.id()).toString(),
                    StreamDefinitionCodec.toBytes(definition));
        }

        void gateway(String tenant, String stream, long version, long arrival, String json)
                throws Exception {
            record(
                    new SourceRecord(
                            tenant,
                            stream,
                            version,
                            arrival,
                            true,
                            false,
                            0,
                            offset++,
                            json.getBytes(UTF_8)));
        }

        void direct(String tenant, String stream, long arrival, String json) throws Exception {
            record(
                    new SourceRecord(
                            tenant,
                            stream,
                            0,
                            arrival,
                            false,
                            false,
                            0,
                            offset++,
                            json.getBytes(UTF_8)));
        }

        void heartbeat(long arrival) throws Exception {
            record(new SourceRecord("", "", 0, arrival, true, true, 0, offset++, null));
        }

        void record(SourceRecord record) throws Exception {
            harness.processElement1(new StreamRecord<>(record, record.arrival()));
        }

        void define(StreamDefinition definition) throws Exception {
            update(update(definition));
        }

        void update(DefinitionUpdate update) throws Exception {
            harness.processElement2(new StreamRecord<>(update));
        }

        void delete(StreamId id) throws Exception {
            update(new DefinitionUpdate(new StreamDefinitionCodec.Key(ACME, id).toString(), null));
        }

        List<SeriesEvent> events() {
            List<SeriesEvent> all = harness.extractOutputValues();
            List<SeriesEvent> fresh = all.subList(read, all.size());
            read = all.size();
            return fresh;
        }

        List<RejectedEvent> rejections() {
            Queue<StreamRecord<OutputRecord>> output = harness.getSideOutput(Rejections.TAG);
            List<RejectedEvent> all =
                    output == null
                            ? List.of()
                            : output.stream()
                                    .map(
                                            record ->
                                                    RejectedEventCodec.fromBytes(
                                                            record.getValue().value()))
                                    .toList();
            List<RejectedEvent> fresh = all.subList(rejectionsRead, all.size());
            rejectionsRead = all.size();
            return fresh;
        }

        OperatorSubtaskState snapshot() throws Exception {
            return harness.snapshot(1, 1);
        }

        @Override
        public void close() throws Exception {
            harness.close();
        }
    }
}
