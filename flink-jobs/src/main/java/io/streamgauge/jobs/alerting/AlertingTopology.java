package io.streamgauge.jobs.alerting;

import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.kafka.OutputRecord;
import io.streamgauge.jobs.kafka.SourceRecord;
import io.streamgauge.jobs.kafka.TimedValue;
import io.streamgauge.jobs.routing.RecordRouter;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.transformations.SideOutputTransformation;
import org.apache.flink.streaming.api.transformations.TwoInputTransformation;
import org.apache.flink.util.OutputTag;

/**
 * The job between its ends, whatever these are.
 *
 * <pre>
 * records ──► router ──► rules ──► composites ──► transitions, statuses, answers
 *                │          ▲          ▲
 *                └─signals──┴──────────┘ definitions and questions, too
 * </pre>
 *
 * @param bootstrap gives the operators the definitions that they may have missed
 */
public record AlertingTopology(DefinitionBootstrap bootstrap) {

    /**
     * What the job makes.
     *
     * @param transitions of instances of alerts
     * @param statuses of the rules in each task
     * @param answers to questions
     */
    public record Results(
            DataStream<OutputRecord> transitions,
            DataStream<OutputRecord> statuses,
            DataStream<OutputRecord> answers) {}

    /**
     * Connects the operators.
     *
     * @param records events, with arrivals as timestamps and the platform's clock as watermarks
     * @param definitions with a watermark that holds nothing back
     * @param anomalies in JSON, with the time of their records, and a watermark that holds nothing
     *     back
     * @param questions like them
     */
    public Results build(
            DataStream<SourceRecord> records,
            DataStream<DefinitionUpdate> definitions,
            DataStream<TimedValue> anomalies,
            DataStream<TimedValue> questions) {
        SingleOutputStreamOperator<GroupedEvent> events =
                records.connect(definitions.broadcast(RecordRouter.DEFINITIONS, RuleDesk.STATE))
                        .process(new AlertRouter(bootstrap), TypeInformation.of(GroupedEvent.class))
                        .uid(Uids.ROUTER)
                        .name("route to rules");
        TypeInformation<Signal> signal = TypeInformation.of(Signal.class);
        DataStream<Signal> told =
                definitions
                        .map(
                                update ->
                                        Signal.definition(
                                                update.key(), update.value(), update.timestamp()),
                                signal)
                        .uid(Uids.DEFINITION_SIGNALS)
                        .name("definitions to all")
                        .setParallelism(1) // keeps their order
                        .union(
                                questions
                                        .map(question -> Signal.question(question.value()), signal)
                                        .uid(Uids.QUESTION_SIGNALS)
                                        .name("questions to all")
                                        .setParallelism(1));
        DataStream<Signal> unusual =
                anomalies
                        .map(
                                anomaly -> Signal.anomaly(anomaly.value(), anomaly.timestamp()),
                                signal)
                        .uid(Uids.ANOMALY_SIGNALS)
                        .name("anomalies to all")
                        .setParallelism(1);
        TwoInputTransformation<GroupedEvent, Signal, OutputRecord> rules =
                judge(
                        events,
                        told.union(unusual, events.getSideOutput(AlertRouter.SIGNALS)),
                        new AlertOperator(AlertOperator.Role.EVENTS, bootstrap),
                        Uids.RULES,
                        "judge by rules");
        TwoInputTransformation<GroupedEvent, Signal, OutputRecord> composites =
                judge(
                        side(records, rules, AlertOperator.MEMBERS),
                        told,
                        new AlertOperator(AlertOperator.Role.COMPOSITES, bootstrap),
                        Uids.COMPOSITES,
                        "judge by composites");
        return new Results(
                main(records, rules).union(main(records, composites)),
                side(records, rules, AlertOperator.STATUSES)
                        .union(side(records, composites, AlertOperator.STATUSES)),
                side(records, rules, AlertOperator.ANSWERS)
                        .union(side(records, composites, AlertOperator.ANSWERS)));
    }

    /**
     * A keyed operator beside a broadcast: what {@code KeyedBroadcastProcessFunction} is for, but
     * with an operator of our own, which the public interface has no way to connect.
     */
    private static TwoInputTransformation<GroupedEvent, Signal, OutputRecord> judge(
            DataStream<GroupedEvent> events,
            DataStream<Signal> signals,
            AlertOperator operator,
            String uid,
            String name) {
        KeyedStream<GroupedEvent, String> keyed = events.keyBy(GroupedEvent::group, Types.STRING);
        TwoInputTransformation<GroupedEvent, Signal, OutputRecord> judge =
                new TwoInputTransformation<>(
                        keyed.getTransformation(),
                        signals.broadcast().getTransformation(),
                        name,
                        operator,
                        TypeInformation.of(OutputRecord.class),
                        events.getExecutionEnvironment().getParallelism());
        judge.setStateKeySelectors(keyed.getKeySelector(), null);
        judge.setStateKeyType(keyed.getKeyType());
        judge.setUid(uid);
        events.getExecutionEnvironment().addOperator(judge);
        return judge;
    }

    private static DataStream<OutputRecord> main(
            DataStream<?> any, TwoInputTransformation<?, ?, OutputRecord> operator) {
        return new DataStream<>(any.getExecutionEnvironment(), operator);
    }

    private static <T> DataStream<T> side(
            DataStream<?> any, TwoInputTransformation<?, ?, ?> operator, OutputTag<T> tag) {
        return new DataStream<>(
                any.getExecutionEnvironment(), new SideOutputTransformation<>(operator, tag));
    }
}
