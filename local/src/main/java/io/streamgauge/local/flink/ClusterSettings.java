package io.streamgauge.local.flink;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ClusterOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;

/** Flink's configuration for a cluster that shares a laptop with everything else. */
final class ClusterSettings {

    static final String LOOPBACK = "127.0.0.1";

    /** Tasks of one operator of a job. */
    static final int PARALLELISM = 2;

    /** A job takes as many as its operators have tasks. */
    static final int SLOTS = 3 * PARALLELISM;

    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(5);

    private ClusterSettings() {}

    /** Where checkpoints are, a folder for each job. */
    static Path checkpoints(Path folder) {
        return folder.resolve("checkpoints").toAbsolutePath();
    }

    /** What only the running cluster needs. */
    static Path temporary(Path folder) {
        return folder.resolve("tmp").toAbsolutePath();
    }

    static Configuration of(Path folder, int webPort, Path logFile) {
        Configuration settings = new Configuration();
        network(settings, webPort);
        memory(settings);
        state(settings, folder);
        execution(settings);
        String temporary = temporary(folder).toString();
        settings.set(CoreOptions.TMP_DIRS, temporary);
        settings.set(WebOptions.TMP_DIR, temporary);
        settings.set(ClusterOptions.PROCESS_WORKING_DIR_BASE, temporary);
        settings.set(WebOptions.LOG_PATH, logFile.toString());
        settings.set(TaskManagerOptions.TASK_MANAGER_LOG_PATH, logFile.toString());
        return settings;
    }

    private static void network(Configuration settings, int webPort) {
        settings.set(RestOptions.ADDRESS, LOOPBACK);
        settings.set(RestOptions.BIND_ADDRESS, LOOPBACK);
        settings.set(RestOptions.PORT, webPort);
        settings.set(RestOptions.BIND_PORT, String.valueOf(webPort));
        settings.set(RestOptions.SERVER_NUM_THREADS, 2);
        settings.set(JobManagerOptions.BIND_HOST, LOOPBACK);
        settings.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
        // The UI shows; it is not another way to run code here or to stop what must run.
        settings.set(WebOptions.SUBMIT_ENABLE, false);
        settings.set(WebOptions.CANCEL_ENABLE, false);
        settings.set(SecurityOptions.DELEGATION_TOKENS_ENABLED, false);
    }

    private static void memory(Configuration settings) {
        settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64L * SLOTS));
        settings.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(32));
        settings.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(32));
        settings.set(JobManagerOptions.JOB_MANAGER_FUTURE_POOL_SIZE, 2);
        settings.set(JobManagerOptions.JOB_MANAGER_IO_POOL_SIZE, 2);
        settings.set(ClusterOptions.CLUSTER_IO_EXECUTOR_POOL_SIZE, 4);
    }

    private static void state(Configuration settings, Path folder) {
        settings.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        settings.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints(folder).toUri().toString());
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
        settings.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofMinutes(1));
        settings.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
        settings.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 2);
        settings.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    }

    private static void execution(Configuration settings) {
        settings.set(CoreOptions.DEFAULT_PARALLELISM, PARALLELISM);
        // Latency counts here, and what a full buffer saves is small. Any other timeout has a
        // thread
        // for each task that wakes up for it: a millisecond's took a third of a core, at rest.
        settings.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                Duration.ofMillis(500));
        settings.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                Duration.ofSeconds(30));
    }
}
