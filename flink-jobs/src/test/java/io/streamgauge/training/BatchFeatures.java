package io.streamgauge.training;

import java.util.List;

/** The features that training computes of a history, which only training sees. */
public final class BatchFeatures {

    private BatchFeatures() {}

    /** Of each point, in the order of time. */
    public static List<double[]> of(SeriesHistory history) {
        return history.features();
    }
}
