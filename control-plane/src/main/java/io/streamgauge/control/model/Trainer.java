package io.streamgauge.control.model;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.background.BackgroundLoop;
import io.streamgauge.control.config.TrainingConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.database.SqlState;
import io.streamgauge.control.problem.Unavailable;
import io.streamgauge.control.stream.StreamService;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the trainings that wait, one at a time in a process and one at a time of a tenant, and asks
 * for those that are due. They compute on a platform thread of low priority, so that requests keep
 * theirs.
 *
 * <p><b>Replicas.</b> A training is claimed in the database, and its claim renewed while it goes
 * on. Of one whose process has ended the claim runs out, and another process takes it over; where
 * that ends as well it is told to have failed. A process that stops in good order gives its
 * training back.
 */
public final class Trainer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

    /** Finds what other replicas have taken in and do not come to. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private static final Duration SCHEDULE_PAUSE = Duration.ofMinutes(10);

    /** Longer than the part of a training that tells of no progress. */
    private static final Duration LEASE = Duration.ofMinutes(10);

    private static final Duration RENEWAL = Duration.ofSeconds(2);

    private final Database database;
    private final ModelService models;
    private final TrainingRun run;
    private final TrainingSchedule schedule;
    private final TrainingRepository trainings = new TrainingRepository();
    private final TrainingConfig config;
    private final Clock clock;
    private final BackgroundLoop loop;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform()
                            .name("training")
                            .daemon()
                            .priority(Thread.MIN_PRIORITY)
                            .factory());
    private Instant nextSchedule; // the loop's own

    private Trainer(
            Database database,
            StreamService streams,
            ModelService models,
            TrainingConfig config,
            Clock clock,
            Supplier<UUID> ids) {
        this.database = database;
        this.models = models;
        this.config = config;
        this.clock = clock;
        run = new TrainingRun(database, streams, models, new HistoryReader(database), clock, ids);
        schedule = new TrainingSchedule(database, streams, clock, ids, config.every());
        loop = new BackgroundLoop("trainer", this::round);
        nextSchedule = clock.instant().plus(schedulePause());
    }

    /**
     * Starts it.
     *
     * @param ids makes the ids of models and trainings; never the same twice
     */
    public static Trainer start(
            Database database,
            StreamService streams,
            ModelService models,
            TrainingConfig config,
            Clock clock,
            Supplier<UUID> ids) {
        Trainer trainer = new Trainer(database, streams, models, config, clock, ids);
        trainer.loop.start();
        return trainer;
    }

    /** Tells it that there is work. Only for speed: it finds out by itself. */
    public void wake() {
        loop.wake();
    }

    /** Stops, after 2 s at the latest; a training under way is given back. */
    @Override
    public void close() {
        loop.close();
        thread.shutdownNow();
    }

    private Duration round() {
        try {
            if (config.isScheduled() && !clock.instant().isBefore(nextSchedule)) {
                schedule.run(loop::isClosed);
                nextSchedule = clock.instant().plus(schedulePause());
            }
            boolean worked = true;
            while (worked && !loop.isClosed()) {
                worked = false;
                // One of each tenant before the next of any.
                for (TenantId tenant :
                        database.inSystem(it -> trainings.tenantsWithWork(it, now()))) {
                    worked |= !loop.isClosed() && work(tenant);
                }
            }
        } catch (RuntimeException e) {
            if (!loop.isClosed()) {
                LOG.warn("trainings could not be looked for; trying again", e);
            }
        }
        return config.isScheduled() && schedulePause().compareTo(PAUSE) < 0
                ? schedulePause()
                : PAUSE;
    }

    private Duration schedulePause() {
        return config.every().compareTo(SCHEDULE_PAUSE) < 0 ? config.every() : SCHEDULE_PAUSE;
    }

    /** Does the tenant's next training; false where there is none for this process. */
    private boolean work(TenantId tenant) {
        Optional<Training> claimed = claim(tenant);
        if (claimed.isEmpty()) {
            return false;
        }
        Training training = claimed.get();
        try {
            end(training, thread.submit(() -> run.make(training, progress(training))).get());
            return true;
        } catch (TrainingProgress.Stopped e) {
            return failed(training, e);
        } catch (InterruptedException e) {
            giveBack(training);
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            return failed(training, e.getCause() == null ? e : e.getCause());
        }
    }

    private Optional<Training> claim(TenantId tenant) {
        try {
            return database.inTenant(
                    tenant,
                    handle -> {
                        Instant now = now();
                        int abandoned = trainings.recoverAbandoned(handle, tenant, now);
                        if (abandoned > 0) {
                            LOG.warn("a training of {} has ended with its process", tenant);
                        }
                        return trainings.claim(handle, tenant, now, now.plus(LEASE));
                    });
        } catch (UnableToExecuteStatementException e) {
            if (SqlState.of(e).equals(SqlState.UNIQUE_VIOLATION)) {
                return Optional.empty(); // another replica was faster
            }
            throw e;
        }
    }

    /** Renews the claim now and then; ends the training where it is not this process's any more. */
    private TrainingProgress progress(Training training) {
        return new TrainingProgress() {

            private Instant next = now().plus(RENEWAL);

            @Override
            public void at(double share) {
                if (loop.isClosed()) {
                    throw new Stopped();
                }
                Instant now = now();
                if (now.isBefore(next)) {
                    return;
                }
                next = now.plus(RENEWAL);
                boolean ours =
                        database.inTenant(
                                training.tenant(),
                                handle ->
                                        trainings.renew(handle, training, share, now.plus(LEASE)));
                if (!ours) {
                    throw new Stopped();
                }
            }
        };
    }

    private void end(Training training, TrainingRun.Made made) {
        database.inTenant(
                        training.tenant(),
                        handle -> {
                            Optional<Model> model = run.register(handle, training, made);
                            boolean ours =
                                    trainings.end(
                                            handle,
                                            training,
                                            Training.State.DONE,
                                            now(),
                                            model.map(Model::id),
                                            Optional.empty());
                            if (!ours) {
                                throw new TrainingProgress.Stopped(); // and no model is added
                            }
                            return model;
                        })
                .ifPresent(
                        it ->
                                LOG.info(
                                        "model {} of stream {} of {} trained: version {}, {}{}",
                                        it.id(),
                                        it.stream(),
                                        it.tenant(),
                                        it.version(),
                                        it.state().wireName(),
                                        it.objection().map(why -> " (" + why + ")").orElse("")));
        models.committed();
    }

    private boolean failed(Training training, Throwable cause) {
        if (cause instanceof TrainingProgress.Stopped) {
            giveBack(training);
            return !loop.isClosed();
        }
        String why;
        if (cause instanceof TrainingFailedException) {
            why = String.valueOf(cause.getMessage());
        } else if (cause instanceof Unavailable || loop.isClosed()) {
            giveBack(training);
            return false;
        } else {
            LOG.error("training {} of {} failed", training.id(), training.tenant(), cause);
            why = "an error of ours; the log has it under the training's id";
        }
        database.useTenant(
                training.tenant(),
                handle ->
                        trainings.end(
                                handle,
                                training,
                                Training.State.FAILED,
                                now(),
                                Optional.empty(),
                                Optional.of(why)));
        return true;
    }

    /** Lets it wait again; where that fails, its claim runs out. */
    private void giveBack(Training training) {
        try {
            database.useTenant(training.tenant(), handle -> trainings.giveBack(handle, training));
        } catch (RuntimeException e) {
            LOG.warn("training {} could not be given back", training.id(), e);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
