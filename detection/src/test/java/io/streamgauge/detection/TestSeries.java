package io.streamgauge.detection;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Series for tests: five-minute windows from a Monday's midnight on, UTC. */
final class TestSeries {

    static final Duration WINDOW = Duration.ofMinutes(5);
    static final long START = 1_767_571_200_000L;
    static final int DAY = 288;

    private TestSeries() {}

    static long time(int point) {
        return START + point * WINDOW.toMillis();
    }

    /** A daily wave around 100 with some noise. */
    static double[] daily(int points, long seed) {
        Random random = new Random(seed);
        double[] values = new double[points];
        for (int i = 0; i < points; i++) {
            values[i] = 100 + 30 * Math.sin(2 * Math.PI * i / DAY) + 2 * random.nextGaussian();
        }
        return values;
    }

    /** One verdict for each value. */
    static List<Verdict> judge(SeriesDetector detector, double[] values) {
        List<Verdict> verdicts = new ArrayList<>(values.length);
        for (int i = 0; i < values.length; i++) {
            verdicts.add(detector.observe(time(i), values[i]));
        }
        return verdicts;
    }

    static byte[] saved(SeriesDetector detector) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            detector.save(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static SeriesDetector restored(byte[] saved) throws IOException {
        return SeriesDetector.read(new DataInputStream(new ByteArrayInputStream(saved)));
    }
}
