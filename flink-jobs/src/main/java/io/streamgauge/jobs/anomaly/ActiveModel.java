package io.streamgauge.jobs.anomaly;

import io.streamgauge.detection.SeriesModel;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The model that a stream's series are judged by.
 *
 * @param version by which results tell of it
 * @param measuresId the same for two models of the same measures in the same order: what one has
 *     kept of a series the other can go on from
 */
record ActiveModel(long version, SeriesModel model, UUID measuresId) {

    static ActiveModel of(long version, SeriesModel model) {
        String measures = String.join("\n", model.measures());
        return new ActiveModel(
                version, model, UUID.nameUUIDFromBytes(measures.getBytes(StandardCharsets.UTF_8)));
    }

    /** A point's values in the order of the model's measures; NaN where it has none. */
    double[] values(SeriesPoint point) {
        double[] values = new double[model.measures().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = point.value(model.measures().get(i));
        }
        return values;
    }
}
