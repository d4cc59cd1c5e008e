/**
 * The aggregation job: events in, each series' statistics over tumbling windows out. {@link
 * io.streamgauge.jobs.aggregation.EventRouter} decides what an event is, {@link
 * io.streamgauge.jobs.aggregation.WindowAggregation} what it counts for.
 */
@NullMarked
package io.streamgauge.jobs.aggregation;

import org.jspecify.annotations.NullMarked;
