package io.streamgauge.jobs.anomaly;

/** Ids of the job's operators. A savepoint finds its state by them: never change one. */
final class Uids {

    static final String RESULTS = "anomaly-results";
    static final String DEFINITIONS = "anomaly-definitions";
    static final String ROUTER = "anomaly-router";
    static final String DETECTION = "anomaly-detection";
    static final String ANOMALIES = "anomaly-anomalies";
    static final String STATUSES = "anomaly-statuses";
    static final String BANDS = "anomaly-bands";

    private Uids() {}
}
