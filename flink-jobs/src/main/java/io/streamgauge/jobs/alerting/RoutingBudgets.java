package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.RuleKey;
import io.streamgauge.alerting.TenantBudgets;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.expression.Expression;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;

/**
 * What it may cost to find out which rules want an event: the conditions that no index answers are
 * evaluated for each event of their stream, before any rule judges it.
 *
 * <p>Each partition has an account of its own. Its records come in one order, whoever reads it
 * beside which others, so what is spent, and which rules stand still for it, follows from the log
 * alone. A partition has a part of what a tenant may spend in a task, since a task reads several.
 *
 * <p>The accounts are part of the state. On restore every task gets all, as it may read other
 * partitions than before; of several the one that was read furthest counts. For one task's thread.
 */
final class RoutingBudgets {

    /** As many partitions spend what a task may. Chosen: of a partition or four for each task. */
    static final int SHARES = 4;

    private static final ListStateDescriptor<byte[]> STATE =
            new ListStateDescriptor<>(
                    "routing-budgets-v1", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final ListState<byte[]> state;
    private final ToLongFunction<TenantId> budgets;
    private final TenantBudgets.Listener listener;
    private final Map<Integer, Account> accounts = new HashMap<>();

    /** Of one partition. */
    static final class Account {

        private final TenantBudgets budgets;
        private long clock = Long.MIN_VALUE;

        private Account(TenantBudgets budgets) {
            this.budgets = budgets;
        }

        /** Whether a rule is not to be asked about an event of an arrival. */
        boolean isSuspended(RuleKey rule, long arrival) {
            return budgets.suspendedUntil(rule, arrival) > arrival;
        }

        /**
         * It was asked.
         *
         * @param cost as {@link Expression#cost}
         */
        void spent(RuleKey rule, long cost) {
            budgets.spent(rule, clock, cost);
        }

        /** An event comes; one that was held back is as late as what it waited for. */
        private void enter(long arrival) {
            clock = Math.max(clock, arrival);
        }
    }

    /**
     * Accounts as of the last checkpoint.
     *
     * @param budgets units for each second and task, by tenant
     * @param listener is told what stands still
     */
    RoutingBudgets(
            OperatorStateStore store,
            ToLongFunction<TenantId> budgets,
            TenantBudgets.Listener listener)
            throws Exception {
        state = store.getUnionListState(STATE);
        this.budgets = tenant -> Math.max(1, share(budgets.applyAsLong(tenant)));
        this.listener = listener;
        for (byte[] stored : state.get()) {
            restore(stored);
        }
    }

    private void restore(byte[] stored) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
            int partition = in.readInt();
            long clock = in.readLong();
            Account known = accounts.get(partition);
            if (known == null || known.clock < clock) {
                Account account = create();
                account.clock = clock;
                account.budgets.restore(in.readAllBytes());
                accounts.put(partition, account);
            }
        }
    }

    private Account create() {
        return new Account(new TenantBudgets(budgets, share(TenantBudgets.BURST), listener));
    }

    /** Of what a task may spend, the part of a partition, as conditions' cost is counted. */
    private static long share(long units) {
        return units * Expression.COST_UNIT / SHARES;
    }

    void snapshot() throws Exception {
        List<byte[]> stored = new ArrayList<>(accounts.size());
        for (Map.Entry<Integer, Account> entry : accounts.entrySet()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(entry.getKey());
            out.writeLong(entry.getValue().clock);
            out.write(entry.getValue().budgets.toBytes());
            stored.add(bytes.toByteArray());
        }
        state.update(stored);
    }

    /** The account of a partition, of which an event is the next. */
    Account of(int partition, long arrival) {
        Account account = accounts.computeIfAbsent(partition, unknown -> create());
        account.enter(arrival);
        return account;
    }

    /** Forgets what is over, as far as nothing follows from it. */
    void forget() {
        accounts.values().forEach(account -> account.budgets.forget(account.clock));
    }
}
