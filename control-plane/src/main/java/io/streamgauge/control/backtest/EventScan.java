package io.streamgauge.control.backtest;

import io.streamgauge.alerting.backtest.BacktestEvent;
import java.util.List;
import java.util.Optional;

/**
 * Events that a backtest judges.
 *
 * @param events in the order of their arrival
 * @param from since when the log has events, or what was asked for: milliseconds since the epoch
 * @param to up to when they were read, of all partitions
 * @param invalid how many of the streams' records are no events
 * @param records how many records were read for it, of any tenant
 * @param bytes what these came to
 * @param stopped which bound ended the reading early, where one did
 */
record EventScan(
        List<BacktestEvent> events,
        long from,
        long to,
        long invalid,
        long records,
        long bytes,
        Optional<String> stopped) {

    EventScan {
        events = List.copyOf(events);
    }
}
