/**
 * Judges events by alerts: deterministic, without threads, clocks or stores of its own. The
 * alerting job runs it over Flink's state, the control plane over memory, for backtests.
 */
@NullMarked
package io.streamgauge.alerting;

import org.jspecify.annotations.NullMarked;
