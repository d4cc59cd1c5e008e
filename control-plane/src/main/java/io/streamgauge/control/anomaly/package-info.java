/** Anomalies as they are read back. Never writes them. */
@NullMarked
package io.streamgauge.control.anomaly;

import org.jspecify.annotations.NullMarked;
