package io.streamgauge.benchmarks;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertTransitionCodec;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.alert.JobClockCodec;
import io.streamgauge.contracts.alert.RuleStatus;
import io.streamgauge.contracts.alert.RuleStatusCodec;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.jobs.alerting.AlertingTopology;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.kafka.OutputRecord;
import io.streamgauge.jobs.kafka.SourceRecord;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * What a tenant with one cheap alert notices of another whose alerts are as expensive as the
 * highest tier admits: from an event to its alert, first alone and then beside the other, in one
 * run. The operators are the alerting job's own, on RocksDB, with one task each, so that the two
 * share all of them; events come from memory at a fixed rate in place of Kafka.
 *
 * <p>The costly tenant has sequences each of whose events is compared with a thousand that wait,
 * and conditions without an index that take up to two milliseconds to evaluate, for each event.
 *
 * <p>Arguments: seconds for each of the two (30).
 */
public final class CostlyNeighbour {

    private static final TenantId CHEAP = new TenantId("cheap");
    private static final TenantId COSTLY = new TenantId("costly");
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    /** Until the job runs; the events that are due before come late, but before the measurement. */
    private static final Duration START_UP = Duration.ofSeconds(5);

    private static final int CHEAP_PER_SECOND = 200;
    private static final int COSTLY_PER_SECOND = 1_000;
    private static final int HOSTS = 50;
    private static final int SEQUENCES = 200;
    private static final int CONDITIONS = 200;

    /** The tier platinum. */
    private static final TenantPolicy POLICY =
            new TenantPolicy(COSTLY, 1, true, 1_000_000, 1_000, 100_000, 500_000);

    private static final String SEQUENCE =
            """
            "groupBy":["host"],
            "condition":{"kind":"sequence","within":"1h","skip":"noSkip","steps":[
              {"name":"a","where":"event.cpu >= %d.0"},
              {"name":"b","contiguity":"followedByAny",
               "where":"event.cpu > steps.a[0].cpu + 1000.0"}]}
            """;

    private static final String CONDITION =
            """
            "groupBy":["host"],"where":"%s.all(x, %s.all(y, x * y * %d >= event.cpu - 200))",
            "condition":{"kind":"threshold","measure":"cpu","op":">","value":1000}
            """;

    private static final String ALERT =
            """
            "groupBy":["host"],
            "condition":{"kind":"threshold","measure":"cpu","op":">","value":50}
            """;

    /** The cluster is in this JVM. */
    private static final Histogram LATENCIES =
            new ConcurrentHistogram(TimeUnit.HOURS.toMillis(1), 3);

    private static final Set<String> THROTTLED = ConcurrentHashMap.newKeySet();

    private CostlyNeighbour() {}

    /** Runs the measurement and prints it. */
    public static void main(String[] args) throws Exception {
        Duration length = Duration.ofSeconds(args.length > 0 ? Integer.parseInt(args[0]) : 30);
        Histogram unused = run(false, WARM_UP); // a cold JVM's classes
        Histogram alone = run(false, length);
        Histogram beside = run(true, length);
        PrintStream out = System.out;
        out.printf(
                "from an event to its alert, milliseconds%n%-24s %8s %8s %8s %8s %8s%n",
                "", "alerts", "p50", "p90", "p99", "max");
        print(out, "alone", alone);
        print(out, "beside the costly one", beside);
        for (double percentile : new double[] {50, 99}) {
            out.printf(
                    "ratio of p%.0f: %.2f%n",
                    percentile,
                    (double) beside.getValueAtPercentile(percentile)
                            / alone.getValueAtPercentile(percentile));
        }
        out.printf(
                "the costly tenant: %d of %d alerts were suspended%n",
                THROTTLED.size(), SEQUENCES + CONDITIONS);
    }

    private static void print(PrintStream out, String what, Histogram of) {
        out.printf(
                "%-24s %8d %8d %8d %8d %8d%n",
                what,
                of.getTotalCount(),
                of.getValueAtPercentile(50),
                of.getValueAtPercentile(90),
                of.getValueAtPercentile(99),
                of.getMaxValue());
    }

    private static Histogram run(boolean withNeighbour, Duration length) throws Exception {
        LATENCIES.reset();
        StreamExecutionEnvironment env = JobInMemory.environment();
        env.setBufferTimeout(5);
        int perSecond = CHEAP_PER_SECOND + (withNeighbour ? COSTLY_PER_SECOND : 0);
        long seconds = WARM_UP.plus(length).toSeconds();
        long start = System.currentTimeMillis() + START_UP.toMillis();
        AlertingTopology.Results results =
                JobInMemory.build(
                        env,
                        () -> definitions(withNeighbour),
                        perSecond * seconds,
                        number -> event(number, start, perSecond));
        long from = start + WARM_UP.toMillis();
        results.transitions().map(record -> fired(record, from)).sinkTo(new DiscardingSink<>());
        results.statuses().map(CostlyNeighbour::told).sinkTo(new DiscardingSink<>());
        results.answers().sinkTo(new DiscardingSink<>());
        env.execute();
        return LATENCIES.copy();
    }

    private static List<DefinitionUpdate> definitions(boolean withNeighbour) throws Exception {
        List<DefinitionUpdate> definitions = new ArrayList<>();
        definitions.add(JobInMemory.stream(CHEAP, 0));
        definitions.add(JobInMemory.alert(CHEAP, 0, 0, ALERT));
        if (withNeighbour) {
            definitions.add(JobInMemory.policy(POLICY));
            definitions.add(JobInMemory.stream(COSTLY, 1));
            String list = Collections.nCopies(90, "1").toString();
            for (int i = 1; i <= SEQUENCES; i++) {
                definitions.add(JobInMemory.alert(COSTLY, i, 1, SEQUENCE.formatted(-i)));
            }
            for (int i = 1; i <= CONDITIONS; i++) {
                definitions.add(
                        JobInMemory.alert(
                                COSTLY, SEQUENCES + i, 1, CONDITION.formatted(list, list, i)));
            }
        }
        return definitions;
    }

    /** Comes at its time; the first so many of a second are of the one, the others of the other. */
    private static SourceRecord event(long number, long start, int perSecond) {
        long due = start + number * 1_000 / perSecond;
        for (long wait = due - System.currentTimeMillis();
                wait > 0;
                wait = due - System.currentTimeMillis()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(wait));
        }
        int every = perSecond / CHEAP_PER_SECOND;
        return number % every == 0
                ? JobInMemory.event(CHEAP, 0, number, due, 0, number / every % 2 * 99)
                : JobInMemory.event(COSTLY, 1, number, due, number % HOSTS, number % 100);
    }

    private static boolean fired(OutputRecord record, long from) throws InvalidInputException {
        AlertTransition transition = AlertTransitionCodec.fromBytes(record.value());
        if (transition.tenant().equals(CHEAP)
                && transition.state() == InstanceState.FIRING
                && transition.at() >= from) {
            LATENCIES.recordValue(Math.max(0, System.currentTimeMillis() - transition.at()));
        }
        return true;
    }

    private static boolean told(OutputRecord record) throws InvalidInputException {
        if (!record.isForgotten() && !JobClockCodec.isKey(record.key())) {
            RuleStatus status = RuleStatusCodec.fromBytes(record.value());
            if (status.throttledUntil().isPresent()) {
                boolean unused = THROTTLED.add(status.alert().toString());
            }
        }
        return true;
    }
}
