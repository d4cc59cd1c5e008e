package io.streamgauge.jobs.alerting;

import io.streamgauge.contracts.Topics;
import io.streamgauge.jobs.JobEnvironment;
import io.streamgauge.jobs.JobOptions;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.KafkaDefinitionBootstrap;
import io.streamgauge.jobs.kafka.ArrivalClock;
import io.streamgauge.jobs.kafka.KafkaEnds;
import io.streamgauge.jobs.kafka.NeverLate;
import io.streamgauge.jobs.kafka.SourceRecord;
import io.streamgauge.jobs.kafka.TimedValue;
import java.time.Duration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Judges every tenant's events by the tenants' alerts, which may change meanwhile. Runs until it is
 * cancelled.
 *
 * <p>Arguments: {@code --bootstrap-servers host:port} (required) and {@code --topic-prefix sg}.
 * Checkpoints, state backend and parallelism are the cluster's configuration.
 */
public final class AlertingJob {

    /** Name of the job, of its consumer group and of its clients, under the topics' prefix. */
    public static final String NAME = "alerting";

    /**
     * How far one partition may be read ahead of another on the platform's clock. What is ahead
     * waits on the heap, so this bounds the heap: at 50,000 events of 500 bytes a second it is some
     * 250 MB for the whole job, where a partition stands still. Ordinarily partitions are some
     * fetches apart.
     */
    static final Duration MAX_DRIFT = Duration.ofSeconds(10);

    private AlertingJob() {}

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
                env.fromSource(
                                kafka.events(),
                                ArrivalClock.strategy()
                                        .withWatermarkAlignment(
                                                "events", MAX_DRIFT, Duration.ofMillis(200)),
                                "events")
                        .uid(Uids.EVENTS);
        DataStream<DefinitionUpdate> definitions =
                env.fromSource(kafka.definitions(), NeverLate.strategy(), "definitions")
                        .uid(Uids.DEFINITIONS)
                        .setParallelism(1); // one partition: changes of an alert keep their order
        DataStream<TimedValue> anomalies =
                env.fromSource(kafka.anomalies(), NeverLate.strategy(), "anomalies")
                        .uid(Uids.ANOMALIES)
                        .setParallelism(1);
        DataStream<TimedValue> questions =
                env.fromSource(kafka.queries(), NeverLate.strategy(), "questions")
                        .uid(Uids.QUESTIONS)
                        .setParallelism(1);
        AlertingTopology.Results results =
                new AlertingTopology(
                                new KafkaDefinitionBootstrap(
                                        options.bootstrapServers(), topics.control()))
                        .build(records, definitions, anomalies, questions);
        results.transitions()
                .sinkTo(kafka.sink(topics.alerts()))
                .uid(Uids.TRANSITIONS)
                .name("transitions");
        results.statuses()
                .sinkTo(kafka.sink(topics.alertStatus()))
                .uid(Uids.STATUSES)
                .name("statuses");
        results.answers().sinkTo(kafka.sink(topics.answers())).uid(Uids.ANSWERS).name("answers");
    }
}
