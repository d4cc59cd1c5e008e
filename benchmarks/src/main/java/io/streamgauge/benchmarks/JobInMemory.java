package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpecReader;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.stream.StreamSpecReader;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.alerting.AlertingTopology;
import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.kafka.ArrivalClock;
import io.streamgauge.jobs.kafka.NeverLate;
import io.streamgauge.jobs.kafka.SourceRecord;
import io.streamgauge.jobs.kafka.TimedValue;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The alerting job's operators, on RocksDB, in a cluster in this JVM with one task each; events
 * come from memory in place of Kafka. Streams are numbered, and have hosts with a measure.
 */
final class JobInMemory {

    private JobInMemory() {}

    static StreamExecutionEnvironment environment() {
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        return StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    }

    /** Adds the job. */
    static AlertingTopology.Results build(
            StreamExecutionEnvironment env,
            DefinitionBootstrap inForce,
            long events,
            MapFunction<Long, SourceRecord> event) {
        DataStream<SourceRecord> records =
                env.fromSequence(0, events - 1)
                        .map(event, TypeInformation.of(SourceRecord.class))
                        .assignTimestampsAndWatermarks(ArrivalClock.strategy());
        return new AlertingTopology(inForce)
                .build(
                        records,
                        noCommands(env, new DefinitionUpdate("none", null)),
                        noCommands(env, new TimedValue(new byte[0], 0)),
                        noCommands(env, new TimedValue(new byte[0], 0)));
    }

    /** None; a source in memory must have an element, which is left out. */
    @SuppressWarnings("unchecked")
    private static <T> DataStream<T> noCommands(StreamExecutionEnvironment env, T leftOut) {
        WatermarkStrategy<T> strategy = NeverLate.strategy();
        return env.fromData(List.of(leftOut), TypeInformation.of((Class<T>) leftOut.getClass()))
                .filter(none -> false)
                .assignTimestampsAndWatermarks(strategy);
    }

    static SourceRecord event(
            TenantId tenant, int stream, long number, long arrival, long host, long cpu) {
        String json = "{\"time\":%d,\"host\":\"h%d\",\"cpu\":%d.5}".formatted(arrival, host, cpu);
        return new SourceRecord(
                tenant.value(),
                stream(stream).toString(),
                1,
                arrival,
                true,
                false,
                0,
                number,
                json.getBytes(UTF_8));
    }

    private static StreamId stream(int number) {
        return new StreamId(UUID.nameUUIDFromBytes(("stream-" + number).getBytes(UTF_8)));
    }

    static DefinitionUpdate stream(TenantId tenant, int number)
            throws IOException, InvalidInputException {
        String spec =
                """
                {"name":"stream-%d","fields":[
                  {"name":"time","type":"timestamp","role":"timestamp"},
                  {"name":"host","type":"string","role":"dimension"},
                  {"name":"cpu","type":"number","role":"measure"}]}
                """
                        .formatted(number);
        StreamDefinition definition =
                new StreamDefinition(
                        tenant,
                        stream(number),
                        StreamSpecReader.read(Json.mapper().readTree(spec)),
                        1,
                        Instant.ofEpochMilli(0),
                        Instant.ofEpochMilli(0));
        return new DefinitionUpdate(
                new StreamDefinitionCodec.Key(tenant, stream(number)).toString(),
                StreamDefinitionCodec.toBytes(definition));
    }

    /** An alert that is named, and told apart, by its number. */
    static DefinitionUpdate alert(TenantId tenant, int number, int stream, String members)
            throws IOException, InvalidInputException {
        String spec =
                "{\"name\":\"rule-%d\",\"stream\":\"stream-%d\",%s}"
                        .formatted(number, stream, members);
        AlertId id = new AlertId(UUID.nameUUIDFromBytes(("rule-" + number).getBytes(UTF_8)));
        AlertDefinition definition =
                new AlertDefinition(
                        tenant,
                        id,
                        Optional.of(stream(stream)),
                        Map.of(),
                        1,
                        false,
                        List.of(
                                new AlertVersion(
                                        1,
                                        AlertVersion.Mode.ACTIVE,
                                        AlertSpecReader.read(Json.mapper().readTree(spec)))),
                        Instant.ofEpochMilli(0));
        return new DefinitionUpdate(
                new AlertDefinitionCodec.Key(tenant, id).toString(),
                AlertDefinitionCodec.toBytes(definition));
    }

    static DefinitionUpdate policy(TenantPolicy policy) {
        return new DefinitionUpdate(
                new TenantPolicyCodec.Key(policy.tenant()).toString(),
                TenantPolicyCodec.toBytes(policy));
    }
}
