package io.streamgauge.alerting.backtest;

import java.time.Duration;

/**
 * When a backtest stops before its end.
 *
 * @param events most events that are read
 * @param transitions most transitions that are kept
 * @param bytes most bytes of state, over all keys
 * @param elapsed longest time that it may take
 */
public record BacktestLimits(long events, int transitions, long bytes, Duration elapsed) {}
