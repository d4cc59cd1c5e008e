package io.streamgauge.alerting.sequence;

/** Is told of conditions that could not be evaluated; they count as false. */
@FunctionalInterface
public interface FailureListener {

    /** A condition of a step has thrown. */
    void conditionFailed(String step, RuntimeException failure);
}
