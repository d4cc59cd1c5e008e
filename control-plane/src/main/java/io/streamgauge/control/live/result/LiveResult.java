package io.streamgauge.control.live.result;

/** What subscriptions deliver: one record of a topic of results. */
public sealed interface LiveResult
        permits LiveAggregate, LiveAlert, LiveDefinition, LiveEvent, LiveScore {

    /** What it is one of. */
    LiveKind kind();

    /** The record's value, as it came. */
    String json();
}
