package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.Topics;
import io.streamgauge.jobs.JobEnvironment;
import io.streamgauge.jobs.JobOptions;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.KafkaDefinitionBootstrap;
import io.streamgauge.jobs.kafka.KafkaEnds;
import io.streamgauge.jobs.kafka.NeverLate;
import io.streamgauge.jobs.kafka.ResultClock;
import io.streamgauge.jobs.kafka.TimedValue;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Scores every tenant's series, window by window, and tells what is unusual. Runs until it is
 * cancelled.
 *
 * <p>Arguments: {@code --bootstrap-servers host:port} (required) and {@code --topic-prefix sg}.
 * Checkpoints, state backend and parallelism are the cluster's configuration.
 */
public final class AnomalyJob {

    /** Name of the job, of its consumer group and of its clients, under the topics' prefix. */
    public static final String NAME = "anomaly";

    private AnomalyJob() {}

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
        DataStream<TimedValue> results =
                env.fromSource(kafka.finalResults(), ResultClock.strategy(), "results")
                        .uid(Uids.RESULTS);
        DataStream<DefinitionUpdate> definitions =
                env.fromSource(kafka.definitions(), NeverLate.strategy(), "definitions")
                        .uid(Uids.DEFINITIONS)
                        .setParallelism(1); // one partition: changes of a stream keep their order
        AnomalyTopology.Results scored =
                new AnomalyTopology(
                                new KafkaDefinitionBootstrap(
                                        options.bootstrapServers(), topics.control()),
                                System::currentTimeMillis)
                        .build(results, definitions);
        scored.anomalies()
                .sinkTo(kafka.sink(topics.anomalies()))
                .uid(Uids.ANOMALIES)
                .name("anomalies");
        scored.statuses()
                .sinkTo(kafka.sink(topics.detectionStatus()))
                .uid(Uids.STATUSES)
                .name("detection statuses");
        scored.bands().sinkTo(kafka.sink(topics.bands())).uid(Uids.BANDS).name("bands");
    }
}
