package io.streamgauge.detection;

import java.util.Arrays;

/** Order statistics of a few values. */
final class Medians {

    private Medians() {}

    /** The median of the first values, which it sorts; NaN of none. */
    static double ofSorting(float[] values, int count) {
        if (count == 0) {
            return Double.NaN;
        }
        Arrays.sort(values, 0, count);
        return count % 2 == 1
                ? values[count / 2]
                : ((double) values[count / 2] + values[count / 2 - 1]) / 2;
    }
}
