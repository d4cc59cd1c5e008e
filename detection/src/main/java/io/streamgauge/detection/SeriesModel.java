package io.streamgauge.detection;

import io.streamgauge.contracts.detection.PublishedModel;
import io.streamgauge.contracts.statistics.VarInts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A trained model of all measures of a series: a linear one-class machine in a {@link
 * FeatureSpace}, and how its score was distributed over the past it was trained on. Needs nothing
 * of the library that trained it. Immutable, but for {@link #past}.
 *
 * <p>Its bytes begin with a mark and the version of their form; they are believed only as far as
 * they are sound.
 */
public final class SeriesModel {

    /** No model is larger. */
    public static final int MAX_BYTES = PublishedModel.MAX_BYTES;

    private static final int MARK = 0x53474d31;

    private final List<String> measures;
    private final FeatureSpace space;
    private final double[] weights;
    private final double offset;
    private final ModelCalibration past;

    /**
     * @param measures in the order of {@link ContextFeatures}
     * @param weights one for each coordinate of the space
     * @param offset that a point's weighted sum must reach to be usual
     */
    private SeriesModel(
            List<String> measures,
            FeatureSpace space,
            double[] weights,
            double offset,
            ModelCalibration past) {
        this.measures = List.copyOf(measures);
        this.space = space;
        this.weights = weights;
        this.offset = offset;
        this.past = past;
    }

    /**
     * A model that is calibrated on the past that it was trained on.
     *
     * @param measures in the order of {@link ContextFeatures}
     * @param weights one for each coordinate of the space
     * @param offset that a point's weighted sum must reach to be usual
     * @param rows features of the past
     */
    public static SeriesModel calibrated(
            List<String> measures,
            FeatureSpace space,
            double[] weights,
            double offset,
            List<double[]> rows) {
        if (weights.length != space.size()
                || space.dimensions() != ContextFeatures.count(measures.size())) {
            throw new IllegalArgumentException(
                    "weights: "
                            + weights.length
                            + " (expected: "
                            + space.size()
                            + ", of "
                            + measures.size()
                            + " measures)");
        }
        SeriesModel model =
                new SeriesModel(measures, space, weights.clone(), offset, new ModelCalibration());
        for (double[] row : rows) {
            double[] u = space.independent(row);
            model.past.add(model.score(u), model.greatestSurprise(u));
        }
        return model;
    }

    /** Names of the measures, in the order of {@link ContextFeatures}. */
    public List<String> measures() {
        return measures;
    }

    /** What the machine says: below 0 outside of what it was trained to hold usual. */
    public double decision(double[] features) {
        return decided(space.independent(features));
    }

    /** How rare a point is by the past that the model was trained on; at least 0. */
    public double rarity(double[] features) {
        double[] u = space.independent(features);
        return past.rarity(score(u), greatestSurprise(u));
    }

    /**
     * How far a point is on the wrong side, moved so that it is never negative.
     *
     * @param u independent features
     */
    double score(double[] u) {
        return Math.max(0, reach() - decided(u));
    }

    /**
     * @param u independent features
     */
    double greatestSurprise(double[] u) {
        double greatest = 0;
        for (int i = 0; i < measures.size(); i++) {
            greatest = Math.max(greatest, space.surprise(u, i).size());
        }
        return greatest;
    }

    private double decided(double[] u) {
        double[] mapped = space.mapped(u);
        double sum = -offset;
        for (int i = 0; i < mapped.length; i++) {
            sum += weights[i] * mapped[i];
        }
        return sum;
    }

    /** About the most that the machine can say. */
    private double reach() {
        double reach = -offset;
        double cosines = 0;
        for (int i = 0; i < weights.length; i++) {
            reach += i < space.dimensions() ? Math.max(0, weights[i]) : 0;
            cosines += i < space.dimensions() ? 0 : weights[i] * weights[i];
        }
        // The cosines of a point have a length of about 1.
        return reach + Math.sqrt(cosines);
    }

    FeatureSpace space() {
        return space;
    }

    /** A copy of how the past was distributed. */
    ModelCalibration past() {
        return past.copy();
    }

    /** Its bytes, with the version of their form and of the features. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MARK);
            VarInts.writeInt(out, ContextFeatures.VERSION);
            VarInts.writeInt(out, measures.size());
            for (String measure : measures) {
                out.writeUTF(measure);
            }
            space.save(out);
            out.writeDouble(offset);
            for (double weight : weights) {
                out.writeDouble(weight);
            }
            past.save(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * @throws IOException where these bytes are no model, a damaged one, or one of other features
     *     than this code computes; its message says which
     */
    public static SeriesModel ofBytes(byte[] bytes) throws IOException {
        if (bytes.length > MAX_BYTES) {
            throw new IOException(
                    "model: " + bytes.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        if (in.readInt() != MARK) {
            throw new IOException("model: of an unknown form (expected: SGM1)");
        }
        int version = VarInts.readInt(in);
        if (version != ContextFeatures.VERSION) {
            throw new IOException(
                    "model: of features of version "
                            + version
                            + " (expected: "
                            + ContextFeatures.VERSION
                            + ")");
        }
        int count = Saved.bounded(VarInts.readInt(in), 1, ContextFeatures.MAX_MEASURES, "measures");
        List<String> measures = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            measures.add(in.readUTF());
        }
        FeatureSpace space = FeatureSpace.read(in);
        Saved.bounded(
                space.dimensions(),
                ContextFeatures.count(count),
                ContextFeatures.count(count),
                "features");
        double offset = Saved.finite(in.readDouble(), "offset");
        double[] weights = new double[space.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Saved.finite(in.readDouble(), "weight");
        }
        ModelCalibration past = ModelCalibration.read(in);
        if (in.available() > 0) {
            throw new IOException("model: " + in.available() + " bytes too many");
        }
        return new SeriesModel(measures, space, weights, offset, past);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeriesModel model && Arrays.equals(toBytes(), model.toBytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(weights);
    }
}
