package io.streamgauge.benchmarks;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.jobs.alerting.AlertingTopology;
import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.kafka.SourceRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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

    /** What is measured is what there is, and not what a tenant may have of it. */
    private static final TenantPolicy UNLIMITED =
            new TenantPolicy(
                    TENANT,
                    1,
                    true,
                    Integer.MAX_VALUE,
                    Integer.MAX_VALUE,
                    Integer.MAX_VALUE,
                    Integer.MAX_VALUE);

    private static final String RULE =
            """
            "groupBy":["host"],"for":"10s",
            "condition":{"kind":"threshold","measure":"cpu","op":">","value":90}
            """;

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
            List<DefinitionUpdate> definitions = new ArrayList<>();
            for (int i = 0; i < streams(); i++) {
                definitions.add(JobInMemory.stream(TENANT, i));
            }
            definitions.add(JobInMemory.policy(UNLIMITED));
            for (int i = 0; i < count; i++) {
                String where =
                        selective
                                ? "\"where\":\"event.host == 'h%d'\",".formatted(i / STREAMS)
                                : "";
                definitions.add(JobInMemory.alert(TENANT, i, i % STREAMS, where + RULE));
            }
            return definitions;
        }
    }

    private static double eventsPerSecond(Rules rules, long events) throws Exception {
        StreamExecutionEnvironment env = JobInMemory.environment();
        int streams = rules.streams();
        int hosts = rules.hosts();
        AlertingTopology.Results results =
                JobInMemory.build(
                        env, rules, events, number -> record(number, streams, hosts, events));
        results.transitions().sinkTo(new DiscardingSink<>());
        results.statuses().sinkTo(new DiscardingSink<>());
        results.answers().sinkTo(new DiscardingSink<>());
        env.execute();
        return (1 - WARM_UP) * events * 1e9 / (System.nanoTime() - MEASURED_FROM.get());
    }

    private static SourceRecord record(long number, int streams, int hosts, long events) {
        if (number == (long) (WARM_UP * events)) {
            MEASURED_FROM.set(System.nanoTime());
        }
        long random =
                number * 0x9E3779B97F4A7C15L; // Weyl's sequence: spread, and the same each time
        long host = Long.remainderUnsigned(random >>> 16, hosts);
        long arrival = START + number / EVENTS_PER_MILLISECOND;
        return JobInMemory.event(
                TENANT, (int) (number % streams), number, arrival, host, (random >>> 40) % 100);
    }
}
