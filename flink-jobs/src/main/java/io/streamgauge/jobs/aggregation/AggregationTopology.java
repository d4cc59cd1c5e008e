package io.streamgauge.jobs.aggregation;

import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.DeletedStreams;
import io.streamgauge.jobs.kafka.OutputRecord;
import io.streamgauge.jobs.kafka.SourceRecord;
import io.streamgauge.jobs.routing.RecordRouter;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The job between its ends, whatever these are.
 *
 * @param bootstrap gives a router that starts without state the definitions in force
 */
public record AggregationTopology(DefinitionBootstrap bootstrap) {

    /**
     * What the job makes.
     *
     * @param aggregates results, early, on time and late
     * @param rejected events that were not counted
     */
    public record Results(DataStream<OutputRecord> aggregates, DataStream<OutputRecord> rejected) {}

    /**
     * Connects the operators.
     *
     * @param records with arrivals as timestamps and the platform's clock as watermarks
     * @param definitions with a watermark that holds nothing back
     */
    public Results build(
            DataStream<SourceRecord> records, DataStream<DefinitionUpdate> definitions) {
        BroadcastStream<DefinitionUpdate> toRouter =
                definitions.broadcast(RecordRouter.DEFINITIONS);
        SingleOutputStreamOperator<SeriesEvent> events =
                records.connect(toRouter)
                        .process(new EventRouter(bootstrap), TypeInformation.of(SeriesEvent.class))
                        .uid(Uids.ROUTER)
                        .name("route events");
        BroadcastStream<DefinitionUpdate> toWindows = definitions.broadcast(DeletedStreams.STATE);
        SingleOutputStreamOperator<OutputRecord> aggregates =
                events.keyBy(SeriesEvent::series, Types.STRING)
                        .connect(toWindows)
                        .process(new WindowAggregation(), TypeInformation.of(OutputRecord.class))
                        .uid(Uids.WINDOWS)
                        .name("aggregate windows");
        return new Results(
                aggregates,
                events.getSideOutput(Rejections.TAG)
                        .union(aggregates.getSideOutput(Rejections.TAG)));
    }
}
