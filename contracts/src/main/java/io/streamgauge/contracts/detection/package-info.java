/**
 * What the anomaly job is told of a stream over the control topic, its model and its settings, and
 * what it says of them.
 */
@NullMarked
package io.streamgauge.contracts.detection;

import org.jspecify.annotations.NullMarked;
