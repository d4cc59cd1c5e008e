package io.streamgauge.jobs.aggregation;

import io.streamgauge.contracts.Topics;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.KafkaDefinitionBootstrap;
import io.streamgauge.jobs.kafka.ArrivalClock;
import io.streamgauge.jobs.kafka.KafkaEnds;
import io.streamgauge.jobs.kafka.NeverLate;
import io.streamgauge.jobs.kafka.SourceRecord;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/**
 * Counts every tenant's events in windows. Runs until it is cancelled.
 *
 * <p>Arguments: {@code --bootstrap-servers host:port} (required) and {@code --topic-prefix sg}.
 * Checkpoints, state backend and parallelism are the cluster's configuration.
 */
public final class AggregationJob {

    /** Name of the job, of its consumer group and of its clients, under the topics' prefix. */
    public static final String NAME = "aggregation";

    private AggregationJob() {}

    /** Submits the job. */
    public static void main(String[] args) throws Exception {
        ParameterTool parameters = ParameterTool.fromArgs(args);
        AggregationJobOptions options =
                new AggregationJobOptions(
                        parameters.getRequired("bootstrap-servers"),
                        new Topics(parameters.get("topic-prefix", Topics.DEFAULT.prefix())));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        define(env, options);
        env.execute(NAME);
    }

    /** Adds the job's operators to an environment, between Kafka and Kafka. */
    public static void define(StreamExecutionEnvironment env, AggregationJobOptions options) {
        Configuration required = new Configuration();
        required.set(PipelineOptions.GENERIC_TYPES, false); // Kryo's bytes cannot evolve
        required.set(
                PipelineOptions.AUTO_GENERATE_UIDS, false); // state must find its operator again
        env.configure(required);

        Topics topics = options.topics();
        KafkaEnds kafka =
                new KafkaEnds(options.bootstrapServers(), topics, topics.prefix() + "." + NAME);
        DataStream<SourceRecord> records =
                env.fromSource(kafka.events(), ArrivalClock.strategy(), "events").uid(Uids.EVENTS);
        DataStream<DefinitionUpdate> definitions =
                env.fromSource(kafka.definitions(), NeverLate.strategy(), "definitions")
                        .uid(Uids.DEFINITIONS)
                        .setParallelism(1); // one partition: changes of a stream keep their order
        AggregationTopology.Results results =
                new AggregationTopology(
                                new KafkaDefinitionBootstrap(
                                        options.bootstrapServers(), topics.control()))
                        .build(records, definitions);
        results.aggregates()
                .sinkTo(kafka.sink(topics.aggregates()))
                .uid(Uids.AGGREGATES)
                .name("aggregates");
        results.rejected()
                .sinkTo(kafka.sink(topics.late()))
                .uid(Uids.REJECTED)
                .name("rejected events");
    }
}
