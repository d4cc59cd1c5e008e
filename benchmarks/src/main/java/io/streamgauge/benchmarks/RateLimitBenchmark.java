package io.streamgauge.benchmarks;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.RedisConfig;
import io.streamgauge.control.ratelimit.Demand;
import io.streamgauge.control.ratelimit.EventBudget;
import io.streamgauge.control.ratelimit.FallbackRateLimiter;
import io.streamgauge.control.ratelimit.Limit;
import io.streamgauge.control.ratelimit.Verdict;
import io.streamgauge.control.redis.SharedStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What a request costs that has a limit, or two, and an event that is taken from a budget; on two
 * threads that want the same bucket, which is the worst case. The baseline counts in a map of
 * counters, which is the least that a limiter could do.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Threads(2)
@Fork(1)
public class RateLimitBenchmark {

    /** Never reached: a hundred million requests a second. */
    private static final Limit WIDE = Limit.perHour(360_000_000_000L);

    private static final TenantId TENANT = new TenantId("tenant");

    private final Map<String, AtomicLong> counters = new ConcurrentHashMap<>();
    private final Demand tier = Demand.one("gold", "tier:tenant", WIDE);
    private final List<Demand> both =
            List.of(tier, Demand.one("real-time", "real-time:tenant", WIDE));

    /** Too small an amount for taking tokens in advance: with Redis, each request waits for it. */
    private final Demand small =
            Demand.one("small", "small:tenant", new Limit(999, Duration.ofMillis(1)));

    private final List<Demand> exhausted =
            List.of(Demand.one("few", "few:tenant", Limit.perHour(1)));

    /** Where a Redis is; empty for limits of this process. */
    @Param("")
    private String redis = "";

    private SharedStore store;
    private FallbackRateLimiter limiter;
    private EventBudget budget;

    @SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
    public RateLimitBenchmark() {}

    @Setup
    public void open() {
        counters.put(tier.key(), new AtomicLong());
        RedisConfig config = RedisConfig.at(redis);
        if (config.isConfigured()) {
            store = SharedStore.open(config);
            limiter = FallbackRateLimiter.sharedThrough(store, config.commandTimeout());
        } else {
            limiter = FallbackRateLimiter.local();
        }
        budget = new EventBudget(limiter, tenant -> 100_000_000);
    }

    @TearDown
    public void close() {
        limiter.close();
        if (RedisConfig.at(redis).isConfigured()) {
            store.close();
        }
    }

    @Benchmark
    public long baseline() {
        AtomicLong counter = counters.get(tier.key());
        return counter == null ? 0 : counter.incrementAndGet();
    }

    @Benchmark
    public Verdict oneLimit() {
        return limiter.tryConsume(tier);
    }

    @Benchmark
    public Verdict twoLimits() {
        return limiter.tryConsumeAll(both);
    }

    @Benchmark
    public Verdict oneSmallLimit() {
        return limiter.tryConsume(small);
    }

    @Benchmark
    public Verdict refusal() {
        return limiter.tryConsumeAll(exhausted);
    }

    /** A batch of a thousand; the result is the time of all of them. */
    @Benchmark
    public void thousandEvents(Blackhole results) {
        try (EventBudget.Allowance allowance = budget.open(TENANT)) {
            for (int i = 0; i < 1_000; i++) {
                results.consume(allowance.takeOne());
            }
        }
    }
}
