package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.EvaluationBudget;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.alerting.TenantBudgets;
import io.streamgauge.alerting.Throttling;
import io.streamgauge.contracts.TenantId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;

/**
 * What the tenants' rules have spent in this task, so that it goes on after a failure as if there
 * had been none. Of other tasks, or of another number of them, it means nothing: where the
 * parallelism changes, everyone begins anew. A rule that the router does not ask about events does
 * not judge either, in any task. For one task's thread.
 */
final class StoredBudgets implements EvaluationBudget {

    private static final ListStateDescriptor<byte[]> STATE =
            new ListStateDescriptor<>(
                    "budgets-v1", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final ListState<byte[]> state;
    private final int subtask;
    private final int parallelism;
    private final TenantBudgets budget;
    private final Throttling throttling;

    StoredBudgets(
            OperatorStateStore store,
            TaskInfo task,
            ToLongFunction<TenantId> budgets,
            Throttling throttling)
            throws Exception {
        this.throttling = throttling;
        state = store.getListState(STATE);
        subtask = task.getIndexOfThisSubtask();
        parallelism = task.getNumberOfParallelSubtasks();
        budget = new TenantBudgets(budgets);
        for (byte[] stored : state.get()) {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored));
            if (in.readInt() == subtask && in.readInt() == parallelism) {
                budget.restore(in.readAllBytes());
            }
        }
    }

    void snapshot() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(subtask);
        out.writeInt(parallelism);
        out.write(budget.toBytes());
        state.update(List.of(bytes.toByteArray()));
    }

    @Override
    public long suspendedUntil(RuleKey rule, long clock) {
        return Math.max(budget.suspendedUntil(rule, clock), throttling.suspendedUntil(rule, clock));
    }

    @Override
    public void spent(RuleKey rule, long clock, long units) {
        budget.spent(rule, clock, units);
    }

    @Override
    public long lastMissed(RuleKey rule, long clock) {
        return throttling.lastMissed(rule, clock);
    }

    @Override
    public long missedSince(RuleKey rule, long known, long clock) {
        return throttling.missedSince(rule, known, clock);
    }

    /** Forgets what was spent before a time of the clock, as far as nothing follows from it. */
    void forget(long clock) {
        budget.forget(clock);
    }
}
