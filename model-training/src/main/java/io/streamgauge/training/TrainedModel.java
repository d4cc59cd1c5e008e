package io.streamgauge.training;

import io.streamgauge.detection.SeriesModel;
import java.time.Instant;

/**
 * A model and what is known of how it came to be.
 *
 * @param model to be kept as its {@link SeriesModel#toBytes bytes}
 * @param provenance of the library that trained it: its version, the trainer and its parameters,
 *     the data
 * @param from time of the first point that it was trained on
 * @param to time of the last one; what was held back comes after it
 * @param points that it was trained on
 * @param evaluation on what was held back
 */
public record TrainedModel(
        SeriesModel model,
        String provenance,
        Instant from,
        Instant to,
        long points,
        Evaluation evaluation) {}
