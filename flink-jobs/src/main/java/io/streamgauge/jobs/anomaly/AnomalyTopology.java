package io.streamgauge.jobs.anomaly;

import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.DeletedStreams;
import io.streamgauge.jobs.kafka.OutputRecord;
import io.streamgauge.jobs.kafka.TimedValue;
import io.streamgauge.jobs.routing.RecordRouter;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The job between its ends, whatever these are.
 *
 * @param bootstrap gives a task that starts without state the definitions in force
 * @param clock the wall's
 */
public record AnomalyTopology(DefinitionBootstrap bootstrap, WallClock clock) {

    /**
     * What the job makes.
     *
     * @param anomalies what is unusual
     * @param bands what was expected, for each scored window
     * @param statuses by which model and settings the streams are judged
     */
    public record Results(
            DataStream<OutputRecord> anomalies,
            DataStream<OutputRecord> bands,
            DataStream<OutputRecord> statuses) {}

    /**
     * Connects the operators.
     *
     * @param results of the aggregation job, with their records' times and {@link
     *     io.streamgauge.jobs.kafka.ResultClock}
     * @param definitions with a watermark that holds nothing back
     */
    public Results build(DataStream<TimedValue> results, DataStream<DefinitionUpdate> definitions) {
        SingleOutputStreamOperator<SeriesPoint> points =
                results.connect(definitions.broadcast(RecordRouter.DEFINITIONS))
                        .process(
                                new AggregateRouter(bootstrap),
                                TypeInformation.of(SeriesPoint.class))
                        .uid(Uids.ROUTER)
                        .name("route results");
        SingleOutputStreamOperator<OutputRecord> anomalies =
                points.keyBy(SeriesPoint::series, Types.STRING)
                        .connect(
                                definitions.broadcast(DeletedStreams.STATE, DetectionCatalog.STATE))
                        .process(
                                new AnomalyDetection(clock, bootstrap),
                                TypeInformation.of(OutputRecord.class))
                        .uid(Uids.DETECTION)
                        .name("score series");
        return new Results(
                anomalies,
                anomalies.getSideOutput(AnomalyDetection.BANDS),
                anomalies.getSideOutput(AnomalyDetection.STATUSES));
    }
}
