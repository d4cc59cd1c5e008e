package io.streamgauge.control.backtest;

import io.streamgauge.alerting.backtest.BacktestLimits;
import io.streamgauge.alerting.backtest.BacktestResult;
import io.streamgauge.contracts.Durations;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a backtest did not get to its end: which bound it met, in the reading of the events or in the
 * judging. What was found up to then is whole.
 *
 * @param by name of the bound
 * @param reason for people: the bound, and what lets a backtest stay within it
 */
record Truncation(String by, String reason) {

    static Optional<Truncation> of(
            EventScan scan,
            BacktestResult result,
            BacktestLimits limits,
            StoredEvents.Bounds bounds) {
        return result.stopped()
                .map(it -> judging(it, limits))
                .or(() -> scan.stopped().map(it -> reading(it, bounds)));
    }

    private static Truncation judging(BacktestResult.Stopped stopped, BacktestLimits limits) {
        String bound =
                switch (stopped) {
                    case EVENTS ->
                            String.format(
                                    Locale.ROOT, "at most %,d events judged", limits.events());
                    case TRANSITIONS ->
                            String.format(
                                    Locale.ROOT, "at most %,d transitions", limits.transitions());
                    case BYTES ->
                            String.format(
                                    Locale.ROOT, "at most %,d bytes of state", limits.bytes());
                    case ELAPSED ->
                            String.format(
                                    Locale.ROOT,
                                    "at most %s of judging",
                                    Durations.format(limits.elapsed()));
                };
        return of(stopped.name().toLowerCase(Locale.ROOT), bound);
    }

    private static Truncation reading(String stopped, StoredEvents.Bounds bounds) {
        String bound =
                switch (stopped) {
                    case "events" ->
                            String.format(
                                    Locale.ROOT,
                                    "at most %,d events of the stream",
                                    bounds.events());
                    case "elapsed" ->
                            String.format(
                                    Locale.ROOT,
                                    "at most %s of reading",
                                    Durations.format(bounds.time()));
                    default ->
                            String.format(
                                    Locale.ROOT,
                                    "at most %,d bytes of the stream's events, %,d of the log",
                                    bounds.keptBytes(),
                                    bounds.scannedBytes());
                };
        return of(stopped, bound);
    }

    private static Truncation of(String by, String bound) {
        return new Truncation(
                by,
                "%s: beyond what a backtest may use (expected: %s; a shorter time or a rule that wants less stays within)"
                        .formatted(by, bound));
    }
}
