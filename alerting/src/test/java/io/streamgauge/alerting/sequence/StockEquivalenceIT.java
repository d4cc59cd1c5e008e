package io.streamgauge.alerting.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.alerting.sequence.StockCep.Found;
import io.streamgauge.contracts.alert.Condition.Sequence;
import io.streamgauge.contracts.alert.Condition.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.cep.CEP;
import org.apache.flink.cep.functions.PatternProcessFunction;
import org.apache.flink.cep.functions.TimedOutPartialMatchHandler;
import org.apache.flink.cep.nfa.compiler.NFACompiler;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.runtime.testutils.CommonTestUtils;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.test.util.MiniClusterWithClientResource;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many generated sequences over many keys, in one job of a real cluster that is stopped with a
 * savepoint in the middle: Flink's own operators, and one function with the matchers of all of
 * them.
 */
class StockEquivalenceIT {

    private static final int RULES = 15;
    private static final int KEYS = 20;
    private static final long UNTIL = 160;

    /** What was found, by who found it, rule and key; the cluster is in this process. */
    private static final ConcurrentMap<String, Queue<Found>> FOUND = new ConcurrentHashMap<>();

    private static final CountDownLatch IN_THE_MIDDLE = new CountDownLatch(1);

    @Test
    void findsWhatFlinkFindsAcrossASavepoint(@TempDir Path savepoints) throws Exception {
        MiniClusterWithClientResource cluster =
                new MiniClusterWithClientResource(
                        new MiniClusterResourceConfiguration.Builder()
                                .setNumberTaskManagers(1)
                                .setNumberSlotsPerTaskManager(2)
                                .build());
        cluster.before();
        try {
            List<Long> seeds = seeds();
            JobClient first = start(new Configuration(), seeds, UNTIL / 2);
            assertThat(IN_THE_MIDDLE.await(60, TimeUnit.SECONDS)).isTrue();
            CommonTestUtils.waitForAllTaskRunning(
                    cluster.getMiniCluster(), first.getJobID(), false);
            String savepoint =
                    first.stopWithSavepoint(
                                    false,
                                    savepoints.toUri().toString(),
                                    SavepointFormatType.CANONICAL)
                            .get(60, TimeUnit.SECONDS);
            Configuration restored = new Configuration();
            restored.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
            start(restored, seeds, UNTIL).getJobExecutionResult().get(120, TimeUnit.SECONDS);
        } finally {
            cluster.after();
        }

        Map<String, List<Found>> stock = new TreeMap<>();
        Map<String, List<Found>> ours = new TreeMap<>();
        FOUND.forEach(
                (name, found) ->
                        (name.startsWith("stock ") ? stock : ours)
                                .put(name.substring(6), List.copyOf(found)));
        assertThat(ours).isEqualTo(stock);
        assertThat(stock).hasSizeGreaterThan(RULES * KEYS / 3);
    }

    /**
     * Of sequences that both take and whose only limit counts from the first event: for others
     * Flink has no timers.
     */
    private static List<Long> seeds() {
        List<Long> seeds = new ArrayList<>();
        for (long seed = 1; seeds.size() < RULES; seed++) {
            Sequence sequence = TestSequences.sequence(new Random(seed));
            // without an end, what waits grows with the stream
            boolean bounded =
                    sequence.within()
                            .filter(within -> within.previousToCurrent().isEmpty())
                            .isPresent();
            if (bounded && sequence.steps().stream().noneMatch(StockEquivalenceIT::hasLimit)) {
                try {
                    NFACompiler.compileFactory(StockCep.pattern(sequence), true);
                    TestEvent.matcher(sequence);
                    seeds.add(seed);
                } catch (RuntimeException | StackOverflowError refused) {
                    // the next one, then
                    assertThat(refused).isNotNull();
                }
            }
        }
        return seeds;
    }

    private static boolean hasLimit(Step step) {
        return step.quantifier().within().isPresent()
                || (step.body() instanceof Step.Group group
                        && group.steps().stream().anyMatch(StockEquivalenceIT::hasLimit));
    }

    @SuppressWarnings("deprecation") // no other source emits a watermark after each timestamp
    private static JobClient start(Configuration configuration, List<Long> seeds, long stopAt)
            throws Exception {
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(2);
        KeyedStream<TestEvent, String> events =
                env.addSource(new Events(stopAt), TypeInformation.of(TestEvent.class))
                        .setParallelism(1)
                        .uid("events")
                        .keyBy(TestEvent::key, Types.STRING);
        for (int rule = 0; rule < seeds.size(); rule++) {
            Sequence sequence = TestSequences.sequence(new Random(seeds.get(rule)));
            CEP.pattern(events, StockCep.pattern(sequence))
                    .inEventTime()
                    .process(new StockCollector(rule), Types.STRING)
                    .uid("stock-" + rule)
                    .sinkTo(new DiscardingSink<>())
                    .uid("stock-sink-" + rule);
        }
        events.process(new Matchers(seeds), Types.STRING)
                .uid("matchers")
                .sinkTo(new DiscardingSink<>())
                .uid("matchers-sink");
        return env.executeAsync();
    }

    private static void found(String who, int rule, String key, Found found) {
        FOUND.computeIfAbsent(who + " " + rule + " " + key, k -> new ConcurrentLinkedQueue<>())
                .add(found);
    }

    /** Emits the same events whenever it runs, and a watermark for each millisecond. */
    @SuppressWarnings("deprecation")
    private static final class Events implements SourceFunction<TestEvent>, CheckpointedFunction {

        private static final long serialVersionUID = 1L;
        private final long stopAt;
        private long now;
        private volatile boolean running = true;

        @SuppressWarnings("NullAway.Init") // Flink initializes the state before it runs
        private transient ListState<Long> saved;

        Events(long stopAt) {
            this.stopAt = stopAt;
        }

        @Override
        public void run(SourceContext<TestEvent> context) {
            Random random = new Random(7);
            List<TestEvent> events = new ArrayList<>();
            for (int key = 0; key < KEYS; key++) {
                events.addAll(TestSequences.events(random, 45, List.of("key" + key)));
            }
            while (running && now < stopAt) {
                synchronized (context.getCheckpointLock()) {
                    now++;
                    events.stream()
                            .filter(event -> event.timestamp() == now)
                            .forEach(event -> context.collectWithTimestamp(event, now));
                    context.emitWatermark(new Watermark(now));
                }
            }
            IN_THE_MIDDLE.countDown();
            while (running && stopAt < UNTIL) {
                LockSupport.parkNanos(1_000_000);
            }
        }

        @Override
        public void cancel() {
            running = false;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            saved.update(List.of(now));
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            saved =
                    context.getOperatorStateStore()
                            .getListState(new ListStateDescriptor<>("now", Types.LONG));
            for (long before : saved.get()) {
                now = before;
            }
        }
    }

    private static final class StockCollector extends PatternProcessFunction<TestEvent, String>
            implements TimedOutPartialMatchHandler<TestEvent> {

        private static final long serialVersionUID = 1L;
        private final int rule;

        StockCollector(int rule) {
            this.rule = rule;
        }

        @Override
        public void processMatch(
                Map<String, List<TestEvent>> match,
                PatternProcessFunction.Context context,
                Collector<String> out) {
            found("stock", rule, keyOf(match), Found.of(match, false, 0));
        }

        @Override
        public void processTimedOutMatch(
                Map<String, List<TestEvent>> match, PatternProcessFunction.Context context) {
            found("stock", rule, keyOf(match), Found.of(match, true, context.timestamp()));
        }

        private static String keyOf(Map<String, List<TestEvent>> match) {
            return match.values().iterator().next().get(0).key();
        }
    }

    /** The matchers of all rules, each with a blob per key. */
    private static final class Matchers extends KeyedProcessFunction<String, TestEvent, String> {

        private static final long serialVersionUID = 1L;
        private final List<Long> seeds;

        @SuppressWarnings("NullAway.Init")
        private transient List<SequenceMatcher<TestEvent>> matchers;

        @SuppressWarnings("NullAway.Init")
        private transient MapState<Integer, byte[]> blobs;

        Matchers(List<Long> seeds) {
            this.seeds = new ArrayList<>(seeds);
        }

        @Override
        public void open(OpenContext context) {
            SequenceWorkspace<TestEvent> workspace = new SequenceWorkspace<>();
            matchers = new ArrayList<>();
            for (long seed : seeds) {
                matchers.add(
                        TestEvent.matcher(TestSequences.sequence(new Random(seed)), workspace));
            }
            blobs =
                    getRuntimeContext()
                            .getMapState(
                                    new MapStateDescriptor<>(
                                            "blobs",
                                            Types.INT,
                                            PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        }

        @Override
        public void processElement(
                TestEvent event,
                KeyedProcessFunction<String, TestEvent, String>.Context context,
                Collector<String> out)
                throws Exception {
            for (int rule = 0; rule < matchers.size(); rule++) {
                SequenceMatcher<TestEvent>.State state = state(rule);
                int number = rule;
                state.process(
                        event,
                        event.timestamp(),
                        match -> report(number, context.getCurrentKey(), match));
                save(rule, state, context);
            }
        }

        @Override
        public void onTimer(long timestamp, OnTimerContext context, Collector<String> out)
                throws Exception {
            for (int rule = 0; rule < matchers.size(); rule++) {
                SequenceMatcher<TestEvent>.State state = state(rule);
                int number = rule;
                state.advanceTime(
                        timestamp, match -> report(number, context.getCurrentKey(), match));
                save(rule, state, context);
            }
        }

        private SequenceMatcher<TestEvent>.State state(int rule) throws Exception {
            byte[] bytes = blobs.get(rule);
            return bytes == null
                    ? matchers.get(rule).newState()
                    : matchers.get(rule).fromBytes(bytes);
        }

        private void save(
                int rule,
                SequenceMatcher<TestEvent>.State state,
                KeyedProcessFunction<String, TestEvent, String>.Context context)
                throws Exception {
            if (!state.isChanged()) {
                return;
            }
            if (state.isEmpty()) {
                blobs.remove(rule);
            } else {
                blobs.put(rule, state.toBytes());
            }
            OptionalLong next = state.nextExpiry();
            if (next.isPresent()) {
                context.timerService().registerEventTimeTimer(next.getAsLong());
            }
        }

        private static void report(int rule, String key, SequenceMatch<TestEvent> match) {
            found("match", rule, key, Found.of(match.events(), match.timedOut(), match.end()));
        }
    }
}
