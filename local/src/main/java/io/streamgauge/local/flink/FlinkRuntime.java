package io.streamgauge.local.flink;

import io.streamgauge.embedded.Folders;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Flink cluster in this JVM that runs jobs, each from its latest checkpoint where there is one.
 *
 * <p>A clean stop takes checkpoints and then cancels the jobs. After a hard stop a job goes back to
 * its last periodic checkpoint, reads the events since then again, and repeats their results, whose
 * ids are the same.
 */
public final class FlinkRuntime implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FlinkRuntime.class);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final MiniCluster cluster;
    private final Configuration configuration;
    private final Path checkpoints;
    private final URI webUi;
    private final ReentrantLock lifecycle = new ReentrantLock();
    private final Map<String, ClusterJob> jobs = new LinkedHashMap<>();
    private boolean closed;

    /**
     * How a job is doing.
     *
     * @param running whether each of its tasks is
     * @param restarts how often its tasks were started again since the job was submitted
     * @param failure the last failure's message, where there was one
     */
    public record Status(boolean running, int restarts, Optional<String> failure) {}

    private FlinkRuntime(
            MiniCluster cluster, Configuration configuration, Path checkpoints, URI webUi) {
        this.cluster = cluster;
        this.configuration = configuration;
        this.checkpoints = checkpoints;
        this.webUi = webUi;
    }

    /**
     * Starts a cluster without a job.
     *
     * @param folder holds checkpoints and temporary files; made where missing
     * @param webPort of the web UI, on the loopback interface; 0 means any free one
     * @param logFile what the web UI shows as the log
     * @throws IOException where the cluster does not start
     */
    public static FlinkRuntime start(Path folder, int webPort, Path logFile) throws IOException {
        Configuration configuration = ClusterSettings.of(folder, webPort, logFile);
        prepareTemporary(ClusterSettings.temporary(folder));
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(ClusterSettings.SLOTS)
                                .setCommonBindAddress(ClusterSettings.LOOPBACK)
                                .build());
        try {
            cluster.start();
            URI webUi = cluster.getRestAddress().get(30, TimeUnit.SECONDS);
            return new FlinkRuntime(
                    cluster, configuration, ClusterSettings.checkpoints(folder), webUi);
        } catch (Exception e) {
            IOException failure =
                    new IOException("Flink did not start: " + Futures.rootMessage(e), e);
            try {
                Futures.await(cluster.closeAsync(), STOP_PATIENCE, "Flink does not stop");
            } catch (IOException alsoThat) {
                failure.addSuppressed(alsoThat);
            }
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw failure;
        }
    }

    /**
     * Submits jobs and returns once all their tasks run.
     *
     * @param definitions add a job's operators to an environment, by the job's name, which is also
     *     what its checkpoints are found by
     * @throws IOException where checkpoints cannot be used, or a job does not run within the
     *     patience
     */
    public void run(
            Map<String, Consumer<StreamExecutionEnvironment>> definitions, Duration patience)
            throws IOException {
        Map<ClusterJob, List<Path>> submitted = new LinkedHashMap<>();
        lifecycle.lock();
        try {
            for (var definition : definitions.entrySet()) {
                ClusterJob job = new ClusterJob(cluster, checkpoints, definition.getKey());
                submitted.put(job, job.submit(configuration, definition.getValue(), patience));
                jobs.put(definition.getKey(), job);
            }
        } finally {
            lifecycle.unlock();
        }
        for (var job : submitted.entrySet()) {
            job.getKey().awaitRunning(job.getValue(), patience);
        }
    }

    /** Where a browser finds Flink's web UI. */
    public URI webUi() {
        return webUi;
    }

    /**
     * How all jobs are doing together: running where each is; not before any was submitted and
     * after close().
     */
    public Status status() {
        List<ClusterJob> submitted = jobs();
        if (submitted.isEmpty() || !cluster.isRunning()) {
            return new Status(false, 0, Optional.empty());
        }
        boolean running = true;
        int restarts = 0;
        Optional<String> failure = Optional.empty();
        for (ClusterJob job : submitted) {
            Status status = job.status();
            running &= status.running();
            restarts += status.restarts();
            failure = failure.or(status::failure);
        }
        return new Status(running, restarts, failure);
    }

    /**
     * Takes a checkpoint of each job now, and waits for it.
     *
     * @throws IOException where that fails, or takes longer than the patience
     */
    public void checkpoint(Duration patience) throws IOException {
        for (ClusterJob job : jobs()) {
            job.checkpoint(patience);
        }
    }

    /** Takes checkpoints, cancels the jobs and stops the cluster. */
    @Override
    public void close() {
        lifecycle.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            CompletableFuture.allOf(
                            jobs.values().stream()
                                    .map(job -> CompletableFuture.runAsync(job::stop))
                                    .toArray(CompletableFuture[]::new))
                    .join();
            Futures.await(cluster.closeAsync(), Duration.ofSeconds(10), "Flink does not stop");
        } catch (IOException e) {
            LOG.warn("{}", e.getMessage(), e);
        } finally {
            lifecycle.unlock();
        }
    }

    private List<ClusterJob> jobs() {
        lifecycle.lock();
        try {
            return new ArrayList<>(jobs.values());
        } finally {
            lifecycle.unlock();
        }
    }

    /** Nothing in it outlives the process that wrote it; a killed one left it there. */
    private static void prepareTemporary(Path temporary) throws IOException {
        if (Files.exists(temporary)) {
            Folders.delete(temporary);
        }
        Files.createDirectories(temporary);
    }
}
