package io.streamgauge.detection;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * How rare what a model says is. A bounded machine ties where it matters most, so it is heard
 * together with the greatest surprise among the measures, which grows without bound: as with the
 * channels of a single measure the rarer one counts whole and the other in part.
 */
final class ModelCalibration {

    private final TailCalibrator machine;
    private final TailCalibrator surprise;

    ModelCalibration() {
        this(new TailCalibrator(), new TailCalibrator());
    }

    private ModelCalibration(TailCalibrator machine, TailCalibrator surprise) {
        this.machine = machine;
        this.surprise = surprise;
    }

    /**
     * @param score of the machine, at least 0
     * @param greatest surprise, at least 0
     */
    double rarity(double score, double greatest) {
        double first = machine.rarity(score);
        double second = surprise.rarity(greatest);
        return Math.max(first, second) + Tuning.DEFAULT.support() * Math.min(first, second);
    }

    /**
     * @param score of the machine, at least 0
     * @param greatest surprise, at least 0
     */
    void add(double score, double greatest) {
        machine.add(score);
        surprise.add(greatest);
    }

    ModelCalibration copy() {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            save(new DataOutputStream(bytes));
            return read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void save(DataOutput out) throws IOException {
        machine.save(out);
        surprise.save(out);
    }

    static ModelCalibration read(DataInput in) throws IOException {
        return new ModelCalibration(TailCalibrator.read(in), TailCalibrator.read(in));
    }
}
