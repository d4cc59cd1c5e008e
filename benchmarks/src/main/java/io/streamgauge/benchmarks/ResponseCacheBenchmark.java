package io.streamgauge.benchmarks;

import io.helidon.http.HeaderNames;
import io.helidon.http.WritableHeaders;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.responsecache.Lookup;
import io.streamgauge.control.responsecache.ResponseCache;
import io.streamgauge.control.responsecache.ResponseKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a request pays for finding its response in the cache, besides what the server needs to read
 * and answer it. The baseline finds an equal key in a map. Keys are made anew each time, as
 * requests make them, so that nothing has their hash yet.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@Threads(2)
public class ResponseCacheBenchmark {

    private static final int KEYS = 1_000;

    private final TenantId tenant = new TenantId("acme");
    private final char[] path = "/api/v1/streams/web-requests".toCharArray();
    private final ResponseCache cache = new ResponseCache(Duration.ofMinutes(5), 64 << 20);
    private final Map<ResponseKey, Integer> map = new ConcurrentHashMap<>();

    /** Fills cache and map with the same keys. */
    @Setup
    public void fill() {
        WritableHeaders<?> headers = WritableHeaders.create();
        headers.set(HeaderNames.CONTENT_TYPE, "application/json");
        for (int i = 0; i < KEYS; i++) {
            ResponseKey key = key(Integer.toString(i));
            map.put(key, i);
            if (cache.lookUp(key) instanceof Lookup.Miss miss) {
                miss.computation().complete(headers, new byte[1_024], cache.ttl());
            }
        }
    }

    /** The baseline. */
    @Benchmark
    public @Nullable Integer mapGet() {
        return map.get(key("17"));
    }

    /** What each hit does. */
    @Benchmark
    public Lookup cacheHit() {
        return cache.lookUp(key("17"));
    }

    private ResponseKey key(String query) {
        return new ResponseKey(tenant, 7, new String(path), query, "application/json");
    }
}
