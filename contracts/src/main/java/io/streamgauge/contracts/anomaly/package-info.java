/** What the anomaly job tells the others. */
@NullMarked
package io.streamgauge.contracts.anomaly;

import org.jspecify.annotations.NullMarked;
