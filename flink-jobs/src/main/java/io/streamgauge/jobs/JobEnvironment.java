package io.streamgauge.jobs;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What every job wants of its environment, whatever the cluster's configuration is. */
public final class JobEnvironment {

    private JobEnvironment() {}

    /** Refuses what a later version of a job could not read its state with. */
    public static void require(StreamExecutionEnvironment env) {
        Configuration required = new Configuration();
        required.set(PipelineOptions.GENERIC_TYPES, false); // Kryo's bytes cannot evolve
        required.set(
                PipelineOptions.AUTO_GENERATE_UIDS, false); // state must find its operator again
        env.configure(required);
    }
}
