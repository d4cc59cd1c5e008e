/**
 * Finds what is unusual in a series, point by point: deterministic, strictly causal, without
 * threads, clocks or stores of its own. The anomaly job runs it over Flink's state, the benchmarks
 * over files. Knows nothing of streams, tenants or how models are trained.
 */
@NullMarked
package io.streamgauge.detection;

import org.jspecify.annotations.NullMarked;
