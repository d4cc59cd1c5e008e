/** What an alert would have done with events of the past. */
@NullMarked
package io.streamgauge.alerting.backtest;

import org.jspecify.annotations.NullMarked;
