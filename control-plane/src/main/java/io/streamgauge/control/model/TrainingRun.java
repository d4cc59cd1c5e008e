package io.streamgauge.control.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.model.HistoryReader.Lecture;
import io.streamgauge.control.model.HistoryReader.Source;
import io.streamgauge.control.stream.StreamService;
import io.streamgauge.detection.ContextFeatures;
import io.streamgauge.detection.SeriesModel;
import io.streamgauge.training.Comparison;
import io.streamgauge.training.Evaluation;
import io.streamgauge.training.ModelTrainer;
import io.streamgauge.training.SeriesHistory;
import io.streamgauge.training.TooLittleHistoryException;
import io.streamgauge.training.TrainedModel;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * What a training does: reads the stream's history, makes a model of it, compares that with the
 * active one on what was held back, and puts it into the registry. Computes for a while; for one
 * thread that has time.
 */
final class TrainingRun {

    /** How far back a training goes where nobody says how far. */
    static final Duration RANGE = Duration.ofDays(14);

    /** The same history gives the same model. */
    private static final long SEED = 1;

    /** Share of the work that is reading. */
    private static final double READING = 0.8;

    private final Database database;
    private final StreamService streams;
    private final ModelService models;
    private final HistoryReader reader;
    private final ModelTrainer trainer = new ModelTrainer(SEED);
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /** The active model, as far as it can be compared with. */
    private record Active(Model model, Optional<SeriesModel> content) {}

    /**
     * A model that is not in the registry yet.
     *
     * @param replaces what it was compared with
     */
    record Made(
            TrainedModel trained,
            ObjectNode metrics,
            Optional<String> objection,
            Optional<UUID> replaces) {}

    TrainingRun(
            Database database,
            StreamService streams,
            ModelService models,
            HistoryReader reader,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.database = database;
        this.streams = streams;
        this.models = models;
        this.reader = reader;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Makes a model.
     *
     * @throws TrainingFailedException where there is nothing to make it of
     * @throws TrainingProgress.Stopped where it was stopped
     */
    Made make(Training training, TrainingProgress progress) throws TrainingFailedException {
        TenantId tenant = training.tenant();
        StreamDefinition stream =
                database.inTenant(
                                tenant,
                                handle ->
                                        streams.hold(handle, tenant, training.stream().toString()))
                        .orElseThrow(() -> new TrainingFailedException("stream: it is gone"));
        Source source =
                new Source(
                        tenant, stream.id(), stream.spec().windows().getFirst(), measures(stream));
        Instant to = training.to().orElse(training.requestedAt());
        Instant from = training.from().orElse(to.minus(RANGE));
        if (!from.isBefore(to)) {
            throw new TrainingFailedException(
                    "from: %s (expected: before %s, where the range ends)".formatted(from, to));
        }
        Lecture lecture = reader.read(source, from, to, share -> progress.at(READING * share));
        List<SeriesHistory> histories = lecture.history().series();
        TrainedModel trained;
        try {
            trained = trainer.train(histories);
        } catch (TooLittleHistoryException e) {
            throw new TrainingFailedException(
                    "%s; from %s to %s".formatted(e.getMessage(), from, to));
        }
        Optional<Active> active =
                database.inTenant(
                        tenant,
                        handle ->
                                models.active(handle, tenant, stream.id())
                                        .map(it -> new Active(it, content(handle, it))));
        Comparison comparison =
                new Comparison(
                        trained.evaluation(),
                        active.flatMap(Active::content)
                                .filter(it -> it.measures().equals(source.measures()))
                                .map(it -> trainer.evaluate(it, histories)));
        return new Made(
                trained,
                metrics(lecture, comparison, active),
                comparison.objection(),
                active.map(it -> it.model().id()));
    }

    /**
     * Puts a model into the registry, in the present transaction.
     *
     * @return empty where the stream is gone
     */
    Optional<Model> register(Handle handle, Training training, Made made) {
        TenantId tenant = training.tenant();
        return streams.holdAlone(handle, tenant, training.stream().toString())
                .map(
                        stream -> {
                            TrainedModel trained = made.trained();
                            Model model =
                                    new Model(
                                            tenant,
                                            ids.get(),
                                            stream.id(),
                                            models.nextVersion(handle, tenant, stream.id()),
                                            Model.State.CANDIDATE,
                                            clock.instant().truncatedTo(ChronoUnit.MICROS),
                                            training.requestedBy(),
                                            Optional.empty(),
                                            ContextFeatures.VERSION,
                                            trained.model().measures(),
                                            trained.from(),
                                            trained.to(),
                                            trained.points(),
                                            made.metrics(),
                                            made.objection(),
                                            trained.provenance());
                            return models.add(
                                    handle,
                                    model,
                                    trained.model().toBytes(),
                                    made.replaces(),
                                    training.force(),
                                    Origin.SYSTEM);
                        });
    }

    /** Those that a model takes, in the order of their names. */
    private static List<String> measures(StreamDefinition stream) throws TrainingFailedException {
        List<String> measures =
                stream.spec().fields(FieldRole.MEASURE).stream()
                        .map(Field::name)
                        .sorted()
                        .limit(ContextFeatures.MAX_MEASURES)
                        .toList();
        if (measures.isEmpty()) {
            throw new TrainingFailedException("measures: none (expected: at least one)");
        }
        return measures;
    }

    /** Empty where it is of features that this release does not know: it is no use to the job. */
    private Optional<SeriesModel> content(Handle handle, Model model) {
        try {
            return Optional.of(SeriesModel.ofBytes(models.bytes(handle, model)));
        } catch (IOException outdated) {
            return Optional.empty();
        }
    }

    private static ObjectNode metrics(
            Lecture lecture, Comparison comparison, Optional<Active> active) {
        ObjectNode json = Json.mapper().createObjectNode();
        write(comparison.trained(), json);
        comparison
                .active()
                .ifPresent(
                        it -> {
                            ObjectNode other = json.putObject("active");
                            active.ifPresent(
                                    one ->
                                            other.put("id", one.model().id().toString())
                                                    .put("version", one.model().version()));
                            write(it, other);
                        });
        json.putObject("data")
                .put("series", lecture.history().series().size())
                .put("windows", lecture.windows())
                .put("excluded", lecture.excluded())
                .put("anomalies", lecture.anomalies())
                .put("usual", lecture.usual())
                .put("complete", lecture.complete());
        return json;
    }

    private static void write(Evaluation evaluation, ObjectNode json) {
        json.put("points", evaluation.points())
                .put("separation", evaluation.separation())
                .put("alarms", evaluation.alarms())
                .put("found", evaluation.found());
    }
}
