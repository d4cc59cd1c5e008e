package io.streamgauge.jobs.alerting;

/** Ids of the job's operators. A savepoint finds its state by them: never change one. */
final class Uids {

    static final String EVENTS = "alerting-events";
    static final String ANOMALIES = "alerting-anomalies";
    static final String DEFINITIONS = "alerting-definitions";
    static final String QUESTIONS = "alerting-questions";
    static final String DEFINITION_SIGNALS = "alerting-definition-signals";
    static final String ANOMALY_SIGNALS = "alerting-anomaly-signals";
    static final String QUESTION_SIGNALS = "alerting-question-signals";
    static final String ROUTER = "alerting-router";
    static final String RULES = "alerting-rules";
    static final String COMPOSITES = "alerting-composites";
    static final String TRANSITIONS = "alerting-transitions";
    static final String STATUSES = "alerting-statuses";
    static final String ANSWERS = "alerting-answers";

    private Uids() {}
}
