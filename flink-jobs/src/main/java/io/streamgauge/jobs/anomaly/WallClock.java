package io.streamgauge.jobs.anomaly;

import java.io.Serializable;
import java.util.function.LongSupplier;

/** What time it is, in milliseconds since the epoch; travels with an operator to its tasks. */
@FunctionalInterface
public interface WallClock extends LongSupplier, Serializable {}
