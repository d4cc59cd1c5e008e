package io.streamgauge.control.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.problem.RateLimitFields;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * How many events a second a tenant may send. After a pause it may send {@link #BURST} worth of
 * them at once; no more than that is ever saved.
 *
 * <p>A request draws events in chunks of a hundredth of a second's, so that an event costs it a
 * decrement; what it leaves of a chunk waits {@link #SPARE_FOR} for the tenant's next request, and
 * is lost then. That is the error: a chunk for each of the tenant's requests under way, always to
 * the tenant's disadvantage.
 */
public final class EventBudget {

    /** The limit's name for clients. */
    public static final String POLICY = "events-per-second";

    /** How many seconds' worth of events can come at once. */
    public static final Duration BURST = Duration.ofSeconds(10);

    /** When it is worth coming again: one second's worth has been refilled then. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** From here on there is no limit; also the most that a bucket can refill. */
    public static final long UNLIMITED = 1_000_000_000;

    private static final Duration SPARE_FOR = Duration.ofSeconds(1);
    private static final int CHUNKS_A_SECOND = 100;
    private static final int CHUNK_AT_MOST = 1_000;
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(1);
    private static final int TENANTS_AT_MOST = 100_000;

    private final RateLimiter limiter;
    private final ToLongFunction<TenantId> limits;
    private final LongSupplier nanoTime;
    private final Cache<TenantId, Account> accounts =
            Caffeine.newBuilder()
                    .maximumSize(TENANTS_AT_MOST)
                    .expireAfterAccess(FORGOTTEN_AFTER)
                    .build();

    /** What requests of a tenant have drawn and not used. */
    private static final class Account {

        private final AtomicLong spare = new AtomicLong();
        private volatile long spareSince;
    }

    /**
     * @param limits events a second of each tenant; 0 for none, {@link #UNLIMITED} for no limit
     */
    public EventBudget(RateLimiter limiter, ToLongFunction<TenantId> limits) {
        this(limiter, limits, System::nanoTime);
    }

    EventBudget(RateLimiter limiter, ToLongFunction<TenantId> limits, LongSupplier nanoTime) {
        this.limiter = limiter;
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    /** The bucket behind a limit of so many events a second. */
    public static Limit limit(long eventsPerSecond) {
        return new Limit(Math.multiplyExact(eventsPerSecond, BURST.toSeconds()), BURST);
    }

    /** What a client is told whose events are used up. */
    public static RateLimitFields fields(long eventsPerSecond) {
        Demand demand =
                new Demand(POLICY, POLICY, limit(Math.clamp(eventsPerSecond, 1, UNLIMITED)), 1);
        Verdict verdict = new Verdict(false, demand, 0, RETRY_AFTER.toNanos());
        return new RateLimitFields(Demands.of(demand).policies(), Demands.limitField(verdict));
    }

    /** What one request may take. */
    public Allowance open(TenantId tenant) {
        return new Allowance(tenant, limits.applyAsLong(tenant));
    }

    /**
     * Takes events out of a tenant's budget.
     *
     * @param wanted at most, at least 1
     * @return how many may be taken; fewer than wanted, or 0, where the budget is exhausted
     */
    public long take(TenantId tenant, long limitPerSecond, long wanted) {
        if (limitPerSecond <= 0) {
            return 0;
        }
        if (limitPerSecond >= UNLIMITED) {
            return wanted;
        }
        long spare = takeSpare(tenant, wanted);
        return spare == wanted ? spare : spare + draw(tenant, limitPerSecond, wanted - spare);
    }

    private long draw(TenantId tenant, long limitPerSecond, long events) {
        return limiter.consumeUpTo("events:" + tenant.value(), limit(limitPerSecond), events);
    }

    private long takeSpare(TenantId tenant, long wanted) {
        Account account = account(tenant);
        if (account.spare.get() == 0) {
            return 0;
        }
        if (nanoTime.getAsLong() - account.spareSince > SPARE_FOR.toNanos()) {
            account.spare.set(0);
            return 0;
        }
        long before = account.spare.getAndUpdate(spare -> spare - Math.min(spare, wanted));
        return Math.min(before, wanted);
    }

    private void putSpare(TenantId tenant, long unused) {
        Account account = account(tenant);
        account.spareSince = nanoTime.getAsLong();
        account.spare.addAndGet(unused);
    }

    private Account account(TenantId tenant) {
        return accounts.get(tenant, missing -> new Account());
    }

    /** The part of one request, for one thread. */
    public final class Allowance implements AutoCloseable {

        private final TenantId tenant;
        private final long limitPerSecond;
        private final long chunk;
        private long left;

        private Allowance(TenantId tenant, long limitPerSecond) {
            this.tenant = tenant;
            this.limitPerSecond = limitPerSecond;
            chunk = Math.clamp(limitPerSecond / CHUNKS_A_SECOND, 1, CHUNK_AT_MOST);
        }

        /** Takes one event; false where the budget is exhausted. */
        public boolean takeOne() {
            if (left == 0) {
                left = nextChunk();
            }
            if (left == 0) {
                return false;
            }
            left--;
            return true;
        }

        /** What others have left is enough for now; only without it the limiter is asked. */
        private long nextChunk() {
            boolean limited = limitPerSecond > 0 && limitPerSecond < UNLIMITED;
            long spare = limited ? takeSpare(tenant, chunk) : 0;
            return spare > 0 ? spare : take(tenant, limitPerSecond, chunk);
        }

        /** The limit that applies. */
        public long limitPerSecond() {
            return limitPerSecond;
        }

        /** Leaves what is unused to the tenant's next request. */
        @Override
        public void close() {
            if (left > 0 && limitPerSecond < UNLIMITED) {
                putSpare(tenant, left);
            }
            left = 0;
        }
    }
}
