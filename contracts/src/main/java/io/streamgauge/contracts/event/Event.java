package io.streamgauge.contracts.event;

/** A valid event, reduced to what is aggregated. */
public final class Event {

    /** Stands for a timestamp that the stream does not declare: the arrival counts instead. */
    public static final long NO_TIMESTAMP = Long.MIN_VALUE;

    private final long timestamp;
    private final String dimensions;
    private final double[] measures;

    Event(long timestamp, String dimensions, double[] measures) {
        this.timestamp = timestamp;
        this.dimensions = dimensions;
        this.measures = measures;
    }

    /** When it happened, in milliseconds since the epoch, or {@link #NO_TIMESTAMP}. */
    public long timestamp() {
        return timestamp;
    }

    /** Dimension values as in {@link SeriesKey#dimensions()}. */
    public String dimensions() {
        return dimensions;
    }

    /**
     * Values of the stream's measures in the order of the schema, NaN where the event has none. Not
     * a copy.
     */
    public double[] measures() {
        return measures;
    }
}
