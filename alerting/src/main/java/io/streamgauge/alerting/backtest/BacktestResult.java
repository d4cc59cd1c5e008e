package io.streamgauge.alerting.backtest;

import io.streamgauge.contracts.alert.AlertTransition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a backtest has found.
 *
 * @param transitions of the alert, not of its members, in the order of the platform's clock
 * @param events how many were read
 * @param judged how many of them mattered to the alert or its members
 * @param keys how many combinations of the dimensions' values were seen
 * @param errors how many evaluations failed
 * @param lastError the last one's reason
 * @param droppedPartialMatches how many were given up to stay within limits
 * @param until the clock up to which events were judged
 * @param stopped which limit ended it early, where one did
 */
public record BacktestResult(
        List<AlertTransition> transitions,
        long events,
        long judged,
        int keys,
        long errors,
        Optional<String> lastError,
        long droppedPartialMatches,
        long until,
        Optional<Stopped> stopped,
        Duration elapsed) {

    /** Which limit ended a backtest early. */
    public enum Stopped {
        EVENTS,
        TRANSITIONS,
        BYTES,
        ELAPSED
    }

    public BacktestResult {
        transitions = List.copyOf(transitions);
    }
}
