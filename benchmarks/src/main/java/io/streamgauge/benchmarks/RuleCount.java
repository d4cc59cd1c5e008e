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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * How many events a second the alerting job's operators judge, by the number of rules. The
 * operators are the job's own, on RocksDB, in a cluster in this JVM with one task each; events come
 * from memory in place of Kafka, and are as many as can be taken.
 *
 * <p>Each rule is about one host of one stream. Events are of the streams that have rules, up to a
 * hundred, so that each is decoded and looked up whatever the number of rules; that of one rule is
 * the baseline.
 *
 * <p>Arguments: events for each run (2,000,000).
 */
public final class RuleCount {

    private static final TenantId TENANT = new TenantId("benchmark");
    private static final int STREAMS = 100;
    private static final int HOSTS = 10_000;

    /** Of each stream where every event matters: each key has many events, as keys do. */
    private static final int HOSTS_OF_ALL = 100;

    private static final int EVENTS_PER_MILLISECOND = 50;
    private static final double WARM_UP = 0.25;
    private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

    /** When the warm-up ended; the cluster is in this JVM. */
    private static final AtomicLong MEASURED_FROM = new AtomicLong();

    private RuleCount() {}

    /** Runs the measurement and prints it. */
    public static void main(String[] args) throws Exception {
        long events = args.length > 0 ? Long.parseLong(args[0]) : 2_000_000;
        double unused = eventsPerSecond(new Rules(100, true), events / 4); // a cold JVM's classes
        double baseline = eventsPerSecond(new Rules(1, true), events);
        System.out.printf("%-32s %10s %8s%n", "", "events/s", "ratio");
        print("1 rule", baseline, baseline);
        for (int count : new int[] {100, 1_000, 10_000}) {
            print(
                    "%,d rules".formatted(count),
                    eventsPerSecond(new Rules(count, true), events),
                    baseline);
        }
        print(
                "100 rules, each event matters",
                eventsPerSecond(new Rules(STREAMS, false), events),
                baseline);
    }

    private static void print(String what, double eventsPerSecond, double baseline) {
        System.out.printf(
                "%-32s %,10.0f %8.2f%n", what, eventsPerSecond, eventsPerSecond / baseline);
    }

    /**
     * The definitions in force, made where they are needed.
     *
     * @param selective whether a rule is about one host, and not about all
     */
    private record Rules(int count, boolean selective) implements DefinitionBootstrap {

        int streams() {
            return Math.min(count, STREAMS);
        }

        int hosts() {
            return selective ? HOSTS : HOSTS_OF_ALL;
        }

        @Override
        public List<DefinitionUpdate> read() throws IOException, InvalidInputException {
            List<DefinitionUpdate> definitions = new ArrayList<>(RuleCount.streams(streams()));
            definitions.add(unlimited());
            for (int i = 0; i < count; i++) {
                definitions.add(
                        rule(
                                i,
                                i % STREAMS,
                                selective
                                        ? Optional.of("event.host == 'h%d'".formatted(i / STREAMS))
                                        : Optional.empty()));
            }
            return definitions;
        }
    }

    /** What is measured is what there is, and not what a tenant may have of it. */
    private static DefinitionUpdate unlimited() {
        return new DefinitionUpdate(
                new TenantPolicyCodec.Key(TENANT).toString(),
                TenantPolicyCodec.toBytes(
                        new TenantPolicy(
                                TENANT,
                                1,
                                true,
                                Integer.MAX_VALUE,
                                Integer.MAX_VALUE,
                                Integer.MAX_VALUE,
                                Integer.MAX_VALUE)));
    }

    private static double eventsPerSecond(Rules rules, long events) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
        int streams = rules.streams();
        int hosts = rules.hosts();
        DataStream<SourceRecord> records =
                env.fromSequence(0, events - 1)
                        .map(
                                number -> record(number, streams, hosts, events),
                                TypeInformation.of(SourceRecord.class))
                        .assignTimestampsAndWatermarks(ArrivalClock.strategy());
        AlertingTopology.Results results =
                new AlertingTopology(rules)
                        .build(
                                records,
                                noCommands(env, new DefinitionUpdate("none", null)),
                                noCommands(env, new TimedValue(new byte[0], 0)),
                                noCommands(env, new TimedValue(new byte[0], 0)));
        results.transitions().sinkTo(new DiscardingSink<>());
        results.statuses().sinkTo(new DiscardingSink<>());
        results.answers().sinkTo(new DiscardingSink<>());
        env.execute();
        return (1 - WARM_UP) * events * 1e9 / (System.nanoTime() - MEASURED_FROM.get());
    }

    /** None; a source in memory must have an element, which is left out. */
    @SuppressWarnings("unchecked")
    private static <T> DataStream<T> noCommands(StreamExecutionEnvironment env, T leftOut) {
        WatermarkStrategy<T> strategy = NeverLate.strategy();
        return env.fromData(List.of(leftOut), TypeInformation.of((Class<T>) leftOut.getClass()))
                .filter(none -> false)
                .assignTimestampsAndWatermarks(strategy);
    }

    private static SourceRecord record(long number, int streams, int hosts, long events) {
        if (number == (long) (WARM_UP * events)) {
            MEASURED_FROM.set(System.nanoTime());
        }
        long random =
                number * 0x9E3779B97F4A7C15L; // Weyl's sequence: spread, and the same each time
        long host = Long.remainderUnsigned(random >>> 16, hosts);
        long arrival = START + number / EVENTS_PER_MILLISECOND;
        String json =
                "{\"time\":%d,\"host\":\"h%d\",\"cpu\":%d.5}"
                        .formatted(arrival, host, (random >>> 40) % 100);
        return new SourceRecord(
                TENANT.value(),
                stream((int) (number % streams)).toString(),
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

    private static List<DefinitionUpdate> streams(int count)
            throws IOException, InvalidInputException {
        List<DefinitionUpdate> updates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String spec =
                    """
                    {"name":"stream-%d","fields":[
                      {"name":"time","type":"timestamp","role":"timestamp"},
                      {"name":"host","type":"string","role":"dimension"},
                      {"name":"cpu","type":"number","role":"measure"}]}
                    """
                            .formatted(i);
            StreamDefinition definition =
                    new StreamDefinition(
                            TENANT,
                            stream(i),
                            StreamSpecReader.read(Json.mapper().readTree(spec)),
                            1,
                            Instant.ofEpochMilli(0),
                            Instant.ofEpochMilli(0));
            updates.add(
                    new DefinitionUpdate(
                            new StreamDefinitionCodec.Key(TENANT, stream(i)).toString(),
                            StreamDefinitionCodec.toBytes(definition)));
        }
        return updates;
    }

    private static DefinitionUpdate rule(int number, int stream, Optional<String> where)
            throws IOException, InvalidInputException {
        String spec =
                """
                {"name":"rule-%d","stream":"stream-%d",%s"groupBy":["host"],"for":"10s",
                 "condition":{"kind":"threshold","measure":"cpu","op":">","value":90}}
                """
                        .formatted(
                                number,
                                stream,
                                where.map(text -> "\"where\":\"" + text + "\",").orElse(""));
        AlertId id = new AlertId(UUID.nameUUIDFromBytes(("rule-" + number).getBytes(UTF_8)));
        AlertDefinition definition =
                new AlertDefinition(
                        TENANT,
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
                new AlertDefinitionCodec.Key(TENANT, id).toString(),
                AlertDefinitionCodec.toBytes(definition));
    }
}
