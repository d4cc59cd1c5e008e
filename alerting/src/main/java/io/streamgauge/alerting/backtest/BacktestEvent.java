package io.streamgauge.alerting.backtest;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.event.EventRow;

/**
 * An event of the past.
 *
 * @param arrival on the platform's clock, milliseconds since the epoch
 * @param partition and {@code offset}: where it is in the log, or the number of a made-up one
 */
public record BacktestEvent(
        StreamId stream, EventRow row, long arrival, int partition, long offset) {}
