package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.TenantBudgets;
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
 * parallelism changes, everyone begins anew. For one task's thread.
 */
final class StoredBudgets {

    private static final ListStateDescriptor<byte[]> STATE =
            new ListStateDescriptor<>(
                    "budgets-v1", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final ListState<byte[]> state;
    private final int subtask;
    private final int parallelism;
    private final TenantBudgets budget;

    StoredBudgets(OperatorStateStore store, TaskInfo task, ToLongFunction<TenantId> budgets)
            throws Exception {
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

    TenantBudgets budget() {
        return budget;
    }
}
