package io.streamgauge.alerting;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * How much work each tenant's rules may make in a second of the platform's clock, so that none
 * slows the others.
 *
 * <p><b>Policy.</b> Where a tenant's rules have spent its budget, the one among them that has spent
 * most in this second is suspended, from then on and for {@link #SUSPENSION_MILLIS} after the
 * second; the others have an eighth of the budget more, then a sixteenth and so on, with the
 * costliest of them suspended each time. Where that does not suffice either, all that the tenant
 * has stand still until the second is over. So no tenant spends more than five quarters of its
 * budget, but for what it spends on one event, and one rule that went wrong does not cost the
 * tenant its other ones.
 *
 * <p>Nor may a large budget be spent all at once, since the others' events wait meanwhile: beyond
 * {@link #BURST} it is there only as far as the second has gone on.
 *
 * <p>Of no events but those that were judged, so the same events give the same suspensions. For one
 * thread.
 */
public final class TenantBudgets implements EvaluationBudget {

    /** For how long a rule is suspended; chosen: what it may cost is then spread over as much. */
    public static final long SUSPENSION_MILLIS = 10_000;

    /**
     * What may be spent at once; chosen: some tens of milliseconds that others wait. Small budgets
     * are below it, so who may spend little can spend it on what comes in one moment.
     */
    public static final long BURST = 100_000;

    private static final long SECOND = 1_000;

    /** Times that the costliest rule is suspended in a second before all stand still. */
    private static final int MOST_SUSPENSIONS = 4;

    private static final int VERSION = 1;

    private final ToLongFunction<TenantId> budgets;
    private final long burst;
    private final Listener listener;
    private final Map<TenantId, Account> accounts = new HashMap<>();

    /** Is told of what stands still. */
    public interface Listener {

        /** For who asks instead. */
        Listener NONE =
                new Listener() {
                    @Override
                    public void suspended(RuleKey rule, long from, long until) {}

                    @Override
                    public void exhausted(TenantId tenant, long from, long until) {}
                };

        /** A rule is. */
        void suspended(RuleKey rule, long from, long until);

        /** All that the tenant has is. */
        void exhausted(TenantId tenant, long from, long until);
    }

    /** What a tenant has spent in a second. */
    private static final class Account {

        private long second = Long.MIN_VALUE;
        private long budget;
        private long spent;

        /** One more than there are where all stand still. */
        private int suspensions;

        private final Map<RuleKey, Long> byRule = new HashMap<>();

        /** Until when, by rule. */
        private final Map<RuleKey, Long> suspended = new TreeMap<>();

        private void enter(long next, long budgetNow) {
            if (next <= second) {
                return;
            }
            second = next;
            budget = budgetNow;
            spent = 0;
            suspensions = 0;
            byRule.clear();
            suspended.values().removeIf(until -> until <= next * SECOND);
        }

        /** Up to a time, with what is given besides for each rule that was suspended. */
        private long allowed(long clock, long burst) {
            long elapsed = Math.max(0, clock - second * SECOND) + 1;
            long now = Math.min(budget, Math.max(burst, budget * elapsed / SECOND));
            long besides = now / 4;
            return now + besides - (besides >> suspensions);
        }

        private boolean isExhausted() {
            return suspensions > MOST_SUSPENSIONS;
        }

        private void suspendCostliest(long clock, Listener listener) {
            RuleKey costliest = null;
            long most = -1;
            for (Map.Entry<RuleKey, Long> entry : byRule.entrySet()) {
                long units = entry.getValue();
                if (costliest == null
                        || units > most
                        || (units == most && entry.getKey().compareTo(costliest) < 0)) {
                    costliest = entry.getKey();
                    most = units;
                }
            }
            if (costliest != null) {
                byRule.remove(costliest);
                long until = (second + 1) * SECOND + SUSPENSION_MILLIS;
                suspended.put(costliest, until);
                listener.suspended(costliest, clock, until);
            }
            suspensions++;
        }
    }

    /**
     * Budgets of which none is spent.
     *
     * @param budgets units for each second, by tenant; 1 or more. Asked once in a second
     */
    public TenantBudgets(ToLongFunction<TenantId> budgets) {
        this(budgets, BURST, Listener.NONE);
    }

    /**
     * As the other, in other units.
     *
     * @param burst what may be spent at once
     * @param listener is told what stands still
     */
    public TenantBudgets(ToLongFunction<TenantId> budgets, long burst, Listener listener) {
        this.budgets = budgets;
        this.burst = burst;
        this.listener = listener;
    }

    @Override
    public long suspendedUntil(RuleKey rule, long clock) {
        Account account = accounts.get(rule.tenant());
        if (account == null) {
            return clock;
        }
        long second = Math.floorDiv(clock, SECOND);
        if (second <= account.second && account.isExhausted()) {
            long end = (account.second + 1) * SECOND;
            return Math.max(end, account.suspended.getOrDefault(rule, clock));
        }
        return account.suspended.isEmpty() ? clock : account.suspended.getOrDefault(rule, clock);
    }

    @Override
    public void spent(RuleKey rule, long clock, long units) {
        if (units == 0) {
            return;
        }
        Account account = accounts.computeIfAbsent(rule.tenant(), tenant -> new Account());
        long second = Math.floorDiv(clock, SECOND);
        if (second > account.second) {
            account.enter(second, budgets.applyAsLong(rule.tenant()));
        }
        account.spent += units;
        account.byRule.merge(rule, units, Long::sum);
        while (!account.isExhausted() && account.spent >= account.allowed(clock, burst)) {
            if (account.suspensions == MOST_SUSPENSIONS) {
                account.suspensions++;
                listener.exhausted(rule.tenant(), clock, (account.second + 1) * SECOND);
            } else {
                account.suspendCostliest(clock, listener);
            }
        }
    }

    /** Forgets what was spent before a time of the clock, as far as nothing follows from it. */
    public void forget(long clock) {
        long second = Math.floorDiv(clock, SECOND);
        accounts.values()
                .removeIf(
                        account ->
                                account.second < second
                                        && account.suspended.values().stream()
                                                .allMatch(until -> until <= clock));
    }

    /** Binary form, for {@link #restore}. */
    public byte[] toBytes() {
        StateWriter out = new StateWriter();
        out.number(VERSION).number(accounts.size());
        new TreeMap<>(accounts)
                .forEach(
                        (tenant, account) -> {
                            out.text(tenant.value()).number(account.second).number(account.budget);
                            out.number(account.spent).number(account.suspensions);
                            write(account.byRule, out);
                            write(account.suspended, out);
                        });
        return out.toBytes();
    }

    private static void write(Map<RuleKey, Long> byRule, StateWriter out) {
        out.number(byRule.size());
        byRule.forEach(
                (rule, number) ->
                        out.uuid(rule.alert().value()).number(rule.version()).number(number));
    }

    /** Goes on where {@link #toBytes} was called. */
    public void restore(byte[] bytes) {
        StateReader in = new StateReader(bytes);
        in.version("budgets", VERSION);
        accounts.clear();
        for (long tenants = in.number(); tenants > 0; tenants--) {
            TenantId tenant = new TenantId(in.text());
            Account account = new Account();
            account.second = in.number();
            account.budget = in.number();
            account.spent = in.number();
            account.suspensions = in.integer();
            read(tenant, in, account.byRule);
            read(tenant, in, account.suspended);
            accounts.put(tenant, account);
        }
    }

    private static void read(TenantId tenant, StateReader in, Map<RuleKey, Long> byRule) {
        for (long rules = in.number(); rules > 0; rules--) {
            RuleKey rule = new RuleKey(tenant, new AlertId(in.uuid()), in.number());
            byRule.put(rule, in.number());
        }
    }
}
