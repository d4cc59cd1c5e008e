package io.streamgauge.control;

import io.streamgauge.control.anomaly.AnomalyResource;
import io.streamgauge.control.anomaly.IncidentResource;
import io.streamgauge.control.config.TrainingConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.detection.DetectionResource;
import io.streamgauge.control.detection.DetectionService;
import io.streamgauge.control.detection.FeedbackResource;
import io.streamgauge.control.detection.FeedbackService;
import io.streamgauge.control.model.ModelResource;
import io.streamgauge.control.model.ModelService;
import io.streamgauge.control.model.TrainModelResource;
import io.streamgauge.control.model.Trainer;
import io.streamgauge.control.model.TrainingResource;
import io.streamgauge.control.model.TrainingService;
import io.streamgauge.control.rest.Routes;
import java.time.Clock;
import java.util.UUID;

/** Everything about anomalies: what was found, what people say of it, and the models. */
final class DetectionApi {

    private DetectionApi() {}

    static void register(Routes routes, Backbone on, TrainingConfig training) {
        Database database = on.database();
        Clock clock = on.clock();
        ModelService models =
                new ModelService(database, on.streams(), on.outbox(), on.audit(), clock);
        Trainer trainer =
                on.parts()
                        .opened(
                                Trainer.start(
                                        database,
                                        on.streams(),
                                        models,
                                        training,
                                        clock,
                                        UUID::randomUUID));
        TrainingService trainings =
                new TrainingService(
                        database, on.streams(), on.audit(), clock, UUID::randomUUID, trainer::wake);
        DetectionService detection =
                new DetectionService(
                        database, on.streams(), on.outbox(), on.audit(), clock, UUID::randomUUID);
        routes.register(AnomalyResource.PATH, new AnomalyResource(database, on.catalog(), clock))
                .register(
                        IncidentResource.PATH, new IncidentResource(database, on.catalog(), clock))
                .register(
                        FeedbackResource.PATH,
                        new FeedbackResource(
                                new FeedbackService(database, on.streams(), on.audit(), clock),
                                on.catalog()))
                .register(
                        DetectionResource.PATH,
                        new DetectionResource(detection, on.catalog(), models::describe))
                .register(ModelResource.PATH, new ModelResource(models, on.catalog()))
                .register(TrainModelResource.PATH, new TrainModelResource(trainings))
                .register(TrainingResource.PATH, new TrainingResource(trainings, on.catalog()));
    }
}
