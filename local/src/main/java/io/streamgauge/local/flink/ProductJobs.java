package io.streamgauge.local.flink;

import io.streamgauge.contracts.Topics;
import io.streamgauge.jobs.JobOptions;
import io.streamgauge.jobs.aggregation.AggregationJob;
import io.streamgauge.jobs.alerting.AlertingJob;
import io.streamgauge.jobs.anomaly.AnomalyJob;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The jobs that make up Streamgauge, as {@link FlinkRuntime#run} takes them. */
public final class ProductJobs {

    private ProductJobs() {}

    /**
     * All jobs, by their names.
     *
     * @param bootstrapServers Kafka's, which they read from and write to
     */
    public static Map<String, Consumer<StreamExecutionEnvironment>> reading(
            String bootstrapServers) {
        Map<String, Consumer<StreamExecutionEnvironment>> jobs = new LinkedHashMap<>();
        jobs.put(
                AggregationJob.NAME,
                env ->
                        AggregationJob.define(
                                env, new JobOptions(bootstrapServers, Topics.DEFAULT)));
        jobs.put(
                AlertingJob.NAME,
                env -> AlertingJob.define(env, new JobOptions(bootstrapServers, Topics.DEFAULT)));
        jobs.put(
                AnomalyJob.NAME,
                env -> AnomalyJob.define(env, new JobOptions(bootstrapServers, Topics.DEFAULT)));
        return jobs;
    }
}
