package io.streamgauge.jobs.aggregation;

import io.streamgauge.contracts.Topics;
import io.streamgauge.jobs.JobEnvironment;
import io.streamgauge.jobs.JobOptions;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.KafkaDefinitionBootstrap;
import io.streamgauge.jobs.kafka.ArrivalClock;
import io.streamgauge.jobs.kafka.KafkaEnds;
import io.streamgauge.jobs.kafka.NeverLate;
import io.streamgauge.jobs.kafka.SourceRecord;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

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
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        define(env, JobOptions.ofArgs(args));
        env.execute(NAME);
    }

    /** Adds the job's operators to an environment, between Kafka and Kafka. */
    public static void define(StreamExecutionEnvironment env, JobOptions options) {
        JobEnvironment.require(env);

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
