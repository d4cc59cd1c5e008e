/**
 * What an alert would have done with events of the past, or with made-up ones: finds alert and
 * events, bounds the work, and lets the evaluators that the job has do it.
 */
@NullMarked
package io.streamgauge.control.backtest;

import org.jspecify.annotations.NullMarked;
