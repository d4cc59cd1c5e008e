package io.streamgauge.jobs.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.rejection.RejectedEvent;
import io.streamgauge.contracts.rejection.RejectedEventCodec;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.kafka.ArrivalClock;
import io.streamgauge.jobs.kafka.NeverLate;
import io.streamgauge.jobs.kafka.OutputRecord;
import io.streamgauge.jobs.kafka.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.util.MiniClusterWithClientResource;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;

/**
 * One tenant writes past the gateway, straight to Kafka, with a new series in every event. The job,
 * in two tasks, holds that tenant to its limit and counts the other's events as if nothing were.
 */
class SeriesExplosionIT {

    private static final int TASKS = 2;
    private static final int LIMIT = 100;
    private static final int EXPLODING = 50_000;
    private static final int SECONDS = 20;
    private static final TenantId EXPLODES = new TenantId("acme");
    private static final TenantId QUIET = new TenantId("umbrella");

    /** Windows stay open for longer than the test lasts: no place becomes free. */
    private static final StreamDefinition PATTERN =
            WindowHarness.stream(
                    Duration.ZERO, Duration.ofMinutes(10), false, Duration.ofSeconds(1));

    @Test
    void cutsOffTheTenantThatExplodesAndNoOther() throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        MiniClusterWithClientResource flink =
                new MiniClusterWithClientResource(
                        new MiniClusterResourceConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumberTaskManagers(1)
                                .setNumberSlotsPerTaskManager(TASKS)
                                .build());
        flink.before();
        List<Aggregate> results;
        List<RejectedEvent> rejected;
        try {
            StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
            env.setParallelism(TASKS);
            AggregationTopology.Results ends =
                    new AggregationTopology(SeriesExplosionIT::inForce)
                            .build(events(env), definitions(env));
            try (CloseableIterator<OutputRecord> aggregates = ends.aggregates().collectAsync();
                    CloseableIterator<OutputRecord> rejections = ends.rejected().collectAsync()) {
                env.executeAsync();
                results = read(aggregates, AggregateCodec::fromBytes);
                rejected = read(rejections, RejectedEventCodec::fromBytes);
            }
        } finally {
            flink.after();
        }

        long mostSeries = TASKS * SeriesCount.share(LIMIT, 1.0 / TASKS);
        assertThat(seriesOf(EXPLODES, results)).hasSizeBetween(LIMIT, (int) mostSeries);
        assertThat(eventsOf(QUIET, results)).isEqualTo(10L * SECONDS * 10);
        assertThat(seriesOf(QUIET, results)).hasSize(10);
        assertThat(rejected)
                .hasSizeBetween(
                        SECONDS * RejectionThrottle.PER_SECOND,
                        TASKS * SECONDS * RejectionThrottle.PER_SECOND)
                .allMatch(event -> event.tenant().equals(EXPLODES.value()))
                .allMatch(event -> event.reason() == RejectionReason.SERIES_LIMIT);
    }

    private static Set<String> seriesOf(TenantId tenant, List<Aggregate> results) {
        return results.stream()
                .filter(result -> result.series().tenant().equals(tenant))
                .map(result -> result.series().dimensions())
                .collect(toSet());
    }

    private static long eventsOf(TenantId tenant, List<Aggregate> results) {
        return results.stream()
                .filter(result -> result.series().tenant().equals(tenant))
                .mapToLong(Aggregate::count)
                .sum();
    }

    private static DataStream<SourceRecord> events(StreamExecutionEnvironment env) {
        List<SourceRecord> records = new ArrayList<>();
        int perSecond = EXPLODING / SECONDS;
        for (int second = 0; second < SECONDS; second++) {
            long start = WindowHarness.ORIGIN + second * 1_000L;
            for (int i = 0; i < perSecond; i++) {
                long now = start + i * 1_000L / perSecond;
                records.add(record(EXPLODES, now, "x" + (second * perSecond + i), records.size()));
                if (i % (perSecond / 100) == 0) {
                    records.add(record(QUIET, now, "q" + i / 25 % 10, records.size()));
                }
            }
        }
        return env.fromData(records, TypeInformation.of(SourceRecord.class))
                .assignTimestampsAndWatermarks(ArrivalClock.strategy())
                .setParallelism(1);
    }

    private static DataStream<DefinitionUpdate> definitions(StreamExecutionEnvironment env) {
        return env.fromData(inForce(), TypeInformation.of(DefinitionUpdate.class))
                .assignTimestampsAndWatermarks(NeverLate.strategy());
    }

    private static List<DefinitionUpdate> inForce() {
        return List.of(
                definition(EXPLODES),
                definition(QUIET),
                new DefinitionUpdate(
                        new TenantPolicyCodec.Key(EXPLODES).toString(),
                        TenantPolicyCodec.toBytes(new TenantPolicy(EXPLODES, 1, true, LIMIT))));
    }

    private static DefinitionUpdate definition(TenantId tenant) {
        StreamDefinition definition =
                new StreamDefinition(
                        tenant,
                        new StreamId(UUID.nameUUIDFromBytes(tenant.value().getBytes(UTF_8))),
                        PATTERN.spec(),
                        1,
                        PATTERN.createdAt(),
                        PATTERN.updatedAt());
        return new DefinitionUpdate(
                new StreamDefinitionCodec.Key(tenant, definition.id()).toString(),
                StreamDefinitionCodec.toBytes(definition));
    }

    private static SourceRecord record(TenantId tenant, long time, String host, long offset) {
        return new SourceRecord(
                tenant.value(),
                PATTERN.name(),
                0,
                time,
                true,
                false,
                0,
                offset,
                "{\"at\":%d,\"host\":\"%s\",\"m\":1}".formatted(time, host).getBytes(UTF_8));
    }

    private static <T> List<T> read(
            CloseableIterator<OutputRecord> records, Function<byte[], T> codec) {
        List<T> read = new ArrayList<>();
        records.forEachRemaining(record -> read.add(codec.apply(record.value())));
        return read;
    }
}
