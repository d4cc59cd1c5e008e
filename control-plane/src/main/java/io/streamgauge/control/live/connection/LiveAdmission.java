package io.streamgauge.control.live.connection;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.live.connection.LiveIdentity.RefusedException;
import io.streamgauge.control.live.wire.CloseCode;
import io.streamgauge.control.problem.QuotaExceeded;
import io.streamgauge.control.ratelimit.LeasedCounters;
import io.streamgauge.control.tenant.Quota;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Holds a tenant to its quotas of connections and subscriptions, over all replicas, and counts a
 * new connection as a request.
 */
public final class LiveAdmission {

    private final LeasedCounters leases;
    private final Function<Caller, Optional<String>> rateLimit;

    /**
     * @param rateLimit counts a request of a caller, and says why it is refused where it is
     */
    public LiveAdmission(LeasedCounters leases, Function<Caller, Optional<String>> rateLimit) {
        this.leases = leases;
        this.rateLimit = rateLimit;
    }

    /**
     * Lets a connection in.
     *
     * @throws RefusedException where the tenant may not have another one now
     */
    public Lease open(Caller caller) throws RefusedException {
        Optional<String> refusal = rateLimit.apply(caller);
        if (refusal.isPresent()) {
            throw new RefusedException(CloseCode.TRY_LATER, refusal.get());
        }
        try {
            return openCounted(caller);
        } catch (QuotaExceeded e) {
            throw new RefusedException(
                    CloseCode.CONNECTION_LIMIT,
                    "quota of %s: exhausted (expected: at most %d at a time)"
                            .formatted(
                                    Quota.LIVE_CONNECTIONS.wireName(),
                                    caller.tenantState().limit(Quota.LIVE_CONNECTIONS)));
        }
    }

    /**
     * Lets a connection in that has been counted as a request already.
     *
     * @throws QuotaExceeded where the tenant may not have another one now
     */
    public Lease openCounted(Caller caller) {
        long most = caller.tenantState().limit(Quota.LIVE_CONNECTIONS);
        if (!leases.acquire(Quota.LIVE_CONNECTIONS.wireName(), caller.tenant(), most)) {
            throw new QuotaExceeded(Quota.LIVE_CONNECTIONS.wireName(), most, most);
        }
        return new Lease(caller.tenant());
    }

    /** What one connection has taken. Given back once, whoever notices first that it is over. */
    public final class Lease {

        private static final int CLOSED = -1;

        private final TenantId tenant;
        private final AtomicInteger subscriptions = new AtomicInteger();

        private Lease(TenantId tenant) {
            this.tenant = tenant;
        }

        /**
         * Takes a subscription.
         *
         * @param most the tenant's quota
         * @return false where there is none left
         */
        boolean subscribe(long most) {
            if (!leases.acquire(Quota.LIVE_SUBSCRIPTIONS.wireName(), tenant, most)) {
                return false;
            }
            int before;
            do {
                before = subscriptions.get();
                if (before == CLOSED) {
                    releaseSubscription();
                    return false;
                }
            } while (!subscriptions.compareAndSet(before, before + 1));
            return true;
        }

        /** Gives a subscription back. */
        void unsubscribe() {
            int before;
            do {
                before = subscriptions.get();
                if (before <= 0) {
                    return; // given back with the connection
                }
            } while (!subscriptions.compareAndSet(before, before - 1));
            releaseSubscription();
        }

        /** Gives everything back; the first call counts. */
        public void close() {
            int before = subscriptions.getAndSet(CLOSED);
            if (before == CLOSED) {
                return;
            }
            for (int i = 0; i < before; i++) {
                releaseSubscription();
            }
            leases.release(Quota.LIVE_CONNECTIONS.wireName(), tenant);
        }

        private void releaseSubscription() {
            leases.release(Quota.LIVE_SUBSCRIPTIONS.wireName(), tenant);
        }
    }
}
