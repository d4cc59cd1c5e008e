package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.RuleChange;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;

/**
 * Lets what changes while a task runs take effect in its groups: rules that begin and end, tenants
 * that are active again. For one task's thread; the caller keeps to the order of the clock.
 */
final class TaskChanges {

    private final AlertOperator.Role role;
    private final RuleDesk desk;
    private final LateDefinitions late;
    private final GroupJudge judge;
    private final Sweep sweep;
    private final KeyedStateBackend<String> backend;

    TaskChanges(
            AlertOperator.Role role,
            RuleDesk desk,
            LateDefinitions late,
            GroupJudge judge,
            Sweep sweep,
            KeyedStateBackend<String> backend) {
        this.role = role;
        this.desk = desk;
        this.late = late;
        this.judge = judge;
        this.sweep = sweep;
        this.backend = backend;
    }

    /**
     * Rules begin and end.
     *
     * @param now all that was due before has happened
     */
    void apply(Iterable<RuleChange> changes, long now) {
        for (RuleChange change : changes) {
            boolean composite = desk.isComposite(change.rule().alert());
            if (composite == (role == AlertOperator.Role.COMPOSITES)) {
                judge.changed(late.asItIs(change), now);
                if (change.kind() == RuleChange.Kind.ENDED) {
                    sweep.request(change.rule().tenant() + "/");
                }
            } else if (role == AlertOperator.Role.EVENTS
                    && change.kind() == RuleChange.Kind.IN_FORCE) {
                judge.tellComposite(change.rule(), now);
            }
        }
    }

    /**
     * Lets the keys of tenants go on that are active again. A visit to all keys of the task, since
     * those that were due meanwhile have lost their timers; at once, since what they are due for
     * next may be soon.
     */
    void resume(Iterable<Suspensions.Resumption> resumptions) {
        for (Suspensions.Resumption resumption : resumptions) {
            List<String> groups;
            try (Stream<String> all =
                    backend.getKeys(FlinkKeyStore.AGENDA.getName(), VoidNamespace.INSTANCE)) {
                String prefix = resumption.tenant() + "/";
                groups = all.filter(group -> group.startsWith(prefix)).sorted().toList();
            }
            for (String group : groups) {
                judge.resume(group, resumption.from(), resumption.to());
            }
        }
    }
}
