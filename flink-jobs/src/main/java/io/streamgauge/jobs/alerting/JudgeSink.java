package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.AlertSink;
import io.streamgauge.alerting.EvaluationBudget;
import io.streamgauge.alerting.HostException;
import io.streamgauge.alerting.RuleInForce;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertTransitionCodec;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.alert.Evidence;
import io.streamgauge.contracts.alert.InstanceIds;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.jobs.kafka.OutputRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.metrics.Counter;

/**
 * Takes what comes of judging the present group: to the outputs, to the composites that are made of
 * it, to the statuses and to the index of open instances. For one task's thread.
 */
final class JudgeSink implements AlertSink {

    /** What a member pays for each composite that is told of it: that composite's evaluation. */
    private static final long COMPOSITE_UNITS = 20;

    private final RuleDesk desk;
    private final RuleStatuses statuses;
    private final OpenInstances open;
    private final EvaluationBudget budget;
    private final Counter evaluationsSkipped;
    private final Output output;
    private String group = "";

    /** Takes what comes of judging. */
    interface Output {

        void transition(OutputRecord transition);

        /** What composites are made of. */
        void member(GroupedEvent member);
    }

    JudgeSink(
            RuleDesk desk,
            RuleStatuses statuses,
            OpenInstances open,
            EvaluationBudget budget,
            Counter evaluationsSkipped,
            Output output) {
        this.desk = desk;
        this.statuses = statuses;
        this.open = open;
        this.budget = budget;
        this.evaluationsSkipped = evaluationsSkipped;
        this.output = output;
    }

    /** What follows is of a group. */
    void select(String next) {
        group = next;
    }

    /** Passes on what composites are made of. */
    void member(GroupedEvent member) {
        try {
            output.member(member);
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    /** What is behind an output is not a rule's to answer for. */
    private static HostException failure(RuntimeException cause) {
        return new HostException("a result could not be passed on", cause);
    }

    @Override
    public void transition(AlertTransition transition) {
        OutputRecord record =
                new OutputRecord(
                        transition.tenant() + "/" + transition.alert() + "/" + transition.key(),
                        transition.tenant().value(),
                        transition.stream().map(StreamId::toString).orElse(""),
                        "",
                        AlertTransitionCodec.toBytes(transition));
        try {
            output.transition(record);
        } catch (RuntimeException e) {
            throw failure(e);
        }
        boolean fires = transition.state() == InstanceState.FIRING;
        if (fires) {
            open.fires(rule(transition), group, transition.instance());
        }
        if ((fires || transition.state() == InstanceState.RESOLVED) && !transition.shadow()) {
            tellComposites(transition, fires);
        }
    }

    private static RuleKey rule(AlertTransition transition) {
        return new RuleKey(transition.tenant(), transition.alert(), transition.version());
    }

    private void tellComposites(AlertTransition transition, boolean fires) {
        long at = transition.evidence().clock();
        List<RuleInForce> composites =
                desk.book().composites(transition.tenant(), transition.alert(), at);
        budget.spent(rule(transition), at, COMPOSITE_UNITS * composites.size());
        for (RuleInForce composite : composites) {
            member(
                    Members.grouped(
                            composite,
                            transition.key(),
                            transition.alert(),
                            transition.instance(),
                            fires,
                            at));
        }
    }

    @Override
    public void evaluationFailed(RuleKey rule, String reason) {
        statuses.failed(rule, 1, reason);
    }

    @Override
    public void evaluationSkipped(RuleKey rule, long until) {
        evaluationsSkipped.inc();
        statuses.throttled(rule, until);
    }

    @Override
    public void partialMatchesDropped(RuleKey rule, long count) {
        statuses.partialMatchesDropped(rule, count);
    }

    @Override
    public void instanceRefused(RuleKey rule) {
        statuses.instanceRefused(rule);
    }

    @Override
    public void opened(RuleKey rule, UUID instance) {
        open.opened(rule, group, instance);
    }

    @Override
    public void closed(RuleKey rule, UUID instance) {
        open.closed(rule, group, instance);
    }

    /**
     * Ends the instances that are left. What began them is not known any more; who has seen them
     * begin knows.
     */
    @Override
    public void abandoned(RuleInForce rule, long clock) {
        open.instances(rule.key(), group)
                .forEach(
                        (instance, fires) -> {
                            end(rule, instance, fires, clock);
                            open.closed(rule.key(), group, instance);
                        });
    }

    private void end(RuleInForce of, UUID instance, boolean fires, long clock) {
        RuleKey rule = of.key();
        AlertSpec spec = of.rule().spec();
        String key = GroupKey.parse(group).key();
        transition(
                new AlertTransition(
                        rule.tenant(),
                        rule.alert(),
                        spec.name(),
                        rule.version(),
                        of.isShadow(),
                        of.rule().definition().stream(),
                        instance,
                        InstanceIds.fingerprint(rule.tenant(), rule.alert(), key),
                        key,
                        fires ? InstanceState.RESOLVED : InstanceState.DISMISSED,
                        Optional.of(EndReason.KEY_FORGOTTEN),
                        clock,
                        clock,
                        fires ? Optional.of(clock) : Optional.empty(),
                        spec.severity(),
                        spec.labels(),
                        new TreeMap<>(),
                        new Evidence(
                                OptionalDouble.empty(),
                                OptionalDouble.empty(),
                                Map.of(),
                                0,
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                List.of(),
                                clock,
                                0)));
    }
}
