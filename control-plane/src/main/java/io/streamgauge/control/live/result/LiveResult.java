package io.streamgauge.control.live.result;

import java.util.Map;

/** What subscriptions deliver: one record of a topic of results. */
public sealed interface LiveResult
        permits LiveAggregate, LiveAlert, LiveDefinition, LiveEvent, LiveScore {

    /** What it is one of. */
    LiveKind kind();

    /** Values of what it is about, by the names of dimensions; none where nobody asks for them. */
    Map<String, String> dimensions();

    /** The record's value, as it came. */
    String json();
}
