package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.ORIGIN;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;

/**
 * Router, rules and composites, one after the other, each driven by hand. What one puts out reaches
 * the next when the clock moves, as the watermark demands. Times are milliseconds after {@link
 * AlertFixtures#ORIGIN}.
 */
final class AlertPipeline implements AutoCloseable {

    private final List<DefinitionUpdate> known = new ArrayList<>();
    private final List<AlertTransition> transitions = new ArrayList<>();
    private RouterHarness router;
    private AlertHarness rules;
    private AlertHarness composites;

    AlertPipeline(DefinitionUpdate... inForce) throws Exception {
        known.addAll(List.of(inForce));
        router = RouterHarness.start(inForce);
        rules = AlertHarness.start(inForce);
        composites = AlertHarness.composites(inForce);
    }

    void define(DefinitionUpdate update) throws Exception {
        known.add(update);
        router.update(update);
        rules.define(update);
        composites.define(update);
    }

    void send(int partition, long offset, long arrival, String json) throws Exception {
        router.send(partition, offset, arrival, json);
    }

    void heartbeat(int partition, long arrival) throws Exception {
        router.heartbeat(partition, arrival);
    }

    /** The anomaly job finds something; its record is written at a time. */
    void anomaly(String json, long written) throws Exception {
        rules.signal(Signal.anomaly(json.getBytes(StandardCharsets.UTF_8), ORIGIN + written));
    }

    void clock(long time) throws Exception {
        for (Signal signal : router.signals()) {
            rules.signal(signal);
        }
        for (GroupedEvent event : router.events()) {
            rules.element(event);
        }
        router.clock(time);
        rules.clock(time);
        for (GroupedEvent member : rules.side(AlertOperator.MEMBERS)) {
            composites.element(member);
        }
        composites.clock(time);
        transitions.addAll(rules.transitions());
        transitions.addAll(composites.transitions());
    }

    /** All so far, in the order in which they were put out. */
    List<AlertTransition> transitions() throws InvalidInputException {
        return transitions;
    }

    /** Stops all, and starts them from what they had. */
    void restart() throws Exception {
        for (Signal signal : router.signals()) {
            rules.signal(signal);
        }
        for (GroupedEvent event : router.events()) {
            rules.element(event);
        }
        OperatorSubtaskState ofRouter = router.snapshot();
        OperatorSubtaskState ofRules = rules.snapshot();
        OperatorSubtaskState ofComposites = composites.snapshot();
        close();
        DefinitionUpdate[] all = known.toArray(DefinitionUpdate[]::new);
        router = RouterHarness.restore(ofRouter, all);
        rules = AlertHarness.restore(AlertOperator.Role.EVENTS, ofRules, all);
        composites = AlertHarness.restore(AlertOperator.Role.COMPOSITES, ofComposites, all);
    }

    int keyedStateEntries() throws Exception {
        return rules.keyedStateEntries() + composites.keyedStateEntries();
    }

    int timers() {
        return rules.timers() + composites.timers();
    }

    @Override
    public void close() throws Exception {
        router.close();
        rules.close();
        composites.close();
    }
}
