package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.AlertSink;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.contracts.alert.AlertTransition;
import java.util.UUID;
import java.util.function.Consumer;

/** Takes transitions; fails where a rule does. */
record Recorder(Consumer<AlertTransition> to) implements AlertSink {

    @Override
    public void transition(AlertTransition transition) {
        to.accept(transition);
    }

    @Override
    public void evaluationFailed(RuleKey rule, String reason) {
        throw new AssertionError(rule + ": " + reason);
    }

    @Override
    public void partialMatchesDropped(RuleKey rule, long count) {
        throw new AssertionError(rule + " dropped matches");
    }

    @Override
    public void instanceRefused(RuleKey rule) {
        throw new AssertionError(rule + " refused an instance");
    }

    @Override
    public void opened(RuleKey rule, UUID instance) {
        // Of no matter here.
    }

    @Override
    public void closed(RuleKey rule, UUID instance) {
        // Of no matter here.
    }
}
