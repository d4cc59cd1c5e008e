package io.streamgauge.control.job;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How a chain of operators is, which Flink runs as one kind of task.
 *
 * @param name of the chain, as {@code Source: events -> route events}
 * @param state of its tasks, as Flink names it, in small letters
 * @param parallelism how many tasks it has
 * @param busy the share of time, 0 to 1, that its busiest task works
 * @param backpressured the share of time that the task is held up which those after it hold up most
 * @param pendingRecords how many records a source has still to read; empty of what is no source
 */
record OperatorHealth(
        String name,
        String state,
        int parallelism,
        OptionalDouble busy,
        OptionalDouble backpressured,
        OptionalLong pendingRecords) {}
