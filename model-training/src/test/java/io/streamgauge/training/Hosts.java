package io.streamgauge.training;

import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A made series for tests: requests that follow the day and wander; a load that follows the
 * requests; a latency that follows the load. Each is noisy, but they agree.
 */
final class Hosts {

    static final List<String> MEASURES = List.of("latency", "load", "requests");
    static final long WINDOW = 300_000;
    static final long START = 1_767_571_200_000L;

    private final Random random;
    private double wander;

    Hosts(long seed) {
        random = new Random(seed);
    }

    static long time(int point) {
        return START + point * WINDOW;
    }

    /** The next point, in the order of the measures. */
    double[] next(int point) {
        wander = 0.97 * wander + 6 * random.nextGaussian();
        double requests =
                200 + 80 * Math.sin(2 * Math.PI * point / 288) + wander + 3 * random.nextGaussian();
        double load = 0.2 * requests + random.nextGaussian();
        double latency = 5 + 0.01 * load * load + 0.5 * random.nextGaussian();
        return new double[] {latency, load, requests};
    }

    static Map<String, Double> byName(double[] values) {
        return Map.of("latency", values[0], "load", values[1], "requests", values[2]);
    }

    static SeriesHistory history(int points, long seed) {
        Hosts hosts = new Hosts(seed);
        SeriesHistory history = new SeriesHistory(MEASURES);
        for (int i = 0; i < points; i++) {
            history.add(time(i), byName(hosts.next(i)));
        }
        return history;
    }
}
