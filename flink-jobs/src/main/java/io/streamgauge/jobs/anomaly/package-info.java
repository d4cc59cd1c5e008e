/**
 * The anomaly job: scores what the aggregation job has counted, series by series. Knows how results
 * come and where scores go; how a score is made is the module {@code detection}'s.
 */
@NullMarked
package io.streamgauge.jobs.anomaly;

import org.jspecify.annotations.NullMarked;
