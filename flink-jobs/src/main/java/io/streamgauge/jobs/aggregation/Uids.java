package io.streamgauge.jobs.aggregation;

/** Ids of the job's operators. A savepoint finds its state by them: never change one. */
final class Uids {

    static final String EVENTS = "aggregation-events";
    static final String DEFINITIONS = "aggregation-definitions";
    static final String ROUTER = "aggregation-router";
    static final String WINDOWS = "aggregation-windows";
    static final String AGGREGATES = "aggregation-aggregates";
    static final String REJECTED = "aggregation-rejected";

    private Uids() {}
}
