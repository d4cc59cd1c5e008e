/**
 * What a tenant says of the detection of a stream's anomalies: how sensitive it is, what it leaves
 * out, and which anomalies were none. Knows nothing of how models are trained.
 */
@NullMarked
package io.streamgauge.control.detection;

import org.jspecify.annotations.NullMarked;
