package io.streamgauge.control.live;

/** What subscriptions deliver: one record of a topic of results. */
sealed interface LiveResult permits LiveAggregate, LiveAlert, LiveScore {

    /** Of the record, for clients opaque. */
    String position();

    /** The record's value, as it came. */
    String json();
}
