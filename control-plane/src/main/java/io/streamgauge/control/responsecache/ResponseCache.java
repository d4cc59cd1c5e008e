package io.streamgauge.control.responsecache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.responsecache.CacheStatus.Forwarded;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Keeps responses in this process' memory, and makes one of several requests for the same response
 * compute it.
 *
 * <p>A response is good for one <em>stamp</em> of its tenant. {@link #invalidate} moves the stamp
 * on, so that everything the tenant has is void at once, without being looked for. What is being
 * computed meanwhile carries the stamp that it began with, so it is not kept: it may have read what
 * was before. While a request of the tenant that may change something is under way ({@link
 * #beginWrite}), nothing is given or kept: the change may have been committed already, and who made
 * it must see it. None of this takes a lock.
 *
 * <p>Requests wait for the one that computes for a few seconds at most, and then, as when it fails,
 * compute by themselves. Of a service's response that was not to be kept it is assumed for a while
 * that the next is not either, so that nobody waits for it. Safe for use by many threads; made for
 * virtual ones.
 */
public final class ResponseCache {

    /** A healthy handler needs a fraction of this. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Nothing larger is kept, and nothing that takes more than this share of all. */
    private static final int MAX_BODY_BYTES = 1 << 20;

    private static final int SHARE = 8;

    /** How long nobody waits for a response that, when last made, was not to be kept. */
    private static final Duration REFUSAL = Duration.ofSeconds(30);

    private static final int MAX_REFUSALS = 10_000;

    private final Duration ttl;
    private final int maxBodyBytes;
    private final LongSupplier nanoTime;
    private final Duration patience;
    private final Cache<ResponseKey, StoredResponse> responses;
    private final Cache<ResponseKey, Boolean> refusals;
    private final Map<ResponseKey, Computation> underWay = new ConcurrentHashMap<>();
    private final Map<TenantId, TenantValidity> tenants = new ConcurrentHashMap<>();

    /** Of all tenants: part of each one's stamp. */
    private final AtomicLong epoch = new AtomicLong();

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder collapsed = new LongAdder();
    private final LongAdder invalidations = new LongAdder();

    /**
     * @param ttl how long a response is given at most
     * @param maxBytes what all kept responses may come to; with 0 none is kept, but requests for
     *     the same response still wait for one
     */
    public ResponseCache(Duration ttl, long maxBytes) {
        this(ttl, maxBytes, System::nanoTime, PATIENCE);
    }

    ResponseCache(Duration ttl, long maxBytes, LongSupplier nanoTime, Duration patience) {
        this.ttl = ttl;
        this.maxBodyBytes = (int) Math.min(MAX_BODY_BYTES, maxBytes / SHARE);
        this.nanoTime = nanoTime;
        this.patience = patience;
        responses =
                Caffeine.newBuilder()
                        .maximumWeight(maxBytes)
                        .weigher((ResponseKey key, StoredResponse it) -> it.weight(key))
                        .expireAfterWrite(ttl)
                        .ticker(nanoTime::getAsLong)
                        .build();
        refusals =
                Caffeine.newBuilder()
                        .maximumSize(MAX_REFUSALS)
                        .expireAfterWrite(REFUSAL)
                        .ticker(nanoTime::getAsLong)
                        .build();
    }

    /** How long a response is given at most. */
    public Duration ttl() {
        return ttl;
    }

    /** Responses larger than this are not kept. */
    int maxBodyBytes() {
        return maxBodyBytes;
    }

    /** The response as it is kept; empty where it has to be made, without a word about who does. */
    public Optional<StoredResponse> find(ResponseKey key) {
        TenantValidity tenant = validity(key.tenant());
        Optional<StoredResponse> found =
                tenant.isBeingWritten() ? Optional.empty() : kept(key, stamp(tenant));
        if (found.isPresent()) {
            hits.increment();
        }
        return found;
    }

    /**
     * The response as it is kept, or as another request has just made it, or the order to make it.
     * May wait for the other request.
     */
    public Lookup lookUp(ResponseKey key) {
        TenantValidity tenant = validity(key.tenant());
        if (tenant.isBeingWritten()) {
            return miss(new Computation(this, key, Computation.NEVER, Forwarded.BYPASS));
        }
        long stamp = stamp(tenant);
        Optional<StoredResponse> found = kept(key, stamp);
        if (found.isPresent()) {
            hits.increment();
            return new Lookup.Hit(found.get(), false);
        }
        return compute(key, stamp);
    }

    /**
     * The order to make a response anew, whether or not one is kept.
     *
     * @param keep whether others may have it
     */
    Computation refresh(ResponseKey key, boolean keep) {
        misses.increment();
        TenantValidity tenant = validity(key.tenant());
        long stamp = keep && !tenant.isBeingWritten() ? stamp(tenant) : Computation.NEVER;
        return new Computation(this, key, stamp, Forwarded.REQUEST);
    }

    /** Voids all responses of a tenant, also those that are being made. */
    public void invalidate(TenantId tenant) {
        invalidations.increment();
        validity(tenant).changed();
    }

    /** Voids everything: news of changes may have been missed. */
    public void invalidateAll() {
        invalidations.increment();
        epoch.incrementAndGet();
    }

    /** Tells that a request begins that may change a tenant's data. */
    void beginWrite(TenantId tenant) {
        validity(tenant).beginWrite();
    }

    /** Tells that it has ended. */
    void endWrite(TenantId tenant, boolean changed) {
        if (changed) {
            invalidations.increment();
        }
        validity(tenant).endWrite(changed);
    }

    /** Requests since the start that were answered from what is kept. */
    public long hits() {
        return hits.sum();
    }

    /** Requests since the start for which a handler had to be asked. */
    public long misses() {
        return misses.sum();
    }

    /** Requests since the start that got what another request, at the same time, had computed. */
    public long collapsed() {
        return collapsed.sum();
    }

    /** Changes since the start that voided a tenant's responses, or all. */
    public long invalidations() {
        return invalidations.sum();
    }

    /**
     * Bytes of memory that kept responses take, roughly; void ones count until they are evicted.
     */
    public long bytes() {
        OptionalLong weight =
                responses
                        .policy()
                        .eviction()
                        .map(Policy.Eviction::weightedSize)
                        .orElse(OptionalLong.empty());
        return weight.orElse(0);
    }

    /** How many responses are kept; void ones count until they are evicted. */
    public long entries() {
        return responses.estimatedSize();
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /**
     * Keeps a response where it is still good.
     *
     * @return whether it was
     */
    boolean keep(ResponseKey key, StoredResponse response) {
        TenantValidity tenant = validity(key.tenant());
        if (response.body().length > maxBodyBytes
                || tenant.isBeingWritten()
                || response.stamp() != stamp(tenant)) {
            return false;
        }
        // Should the stamp move here, the response is void: readers compare it as well.
        responses.put(key, response);
        return true;
    }

    void ended(Computation computation) {
        underWay.remove(computation.key(), computation);
    }

    void refused(ResponseKey key) {
        refusals.put(key, true);
    }

    /** Does what Caffeine does by and by. */
    void cleanUp() {
        responses.cleanUp();
    }

    private Lookup compute(ResponseKey key, long stamp) {
        Computation own = new Computation(this, key, stamp, Forwarded.MISS);
        if (refusals.getIfPresent(key) != null) {
            return miss(own);
        }
        while (true) {
            Computation other = underWay.putIfAbsent(key, own);
            if (other == null) {
                return recheck(own);
            }
            if (other.stamp() >= stamp) {
                return join(other, own);
            }
            // It began before a change that this request has to see; those who wait for it do not.
            if (underWay.replace(key, other, own)) {
                return miss(own);
            }
        }
    }

    /** One may have ended between the look at the cache and the entry of this. */
    private Lookup recheck(Computation own) {
        Optional<StoredResponse> found = kept(own.key(), own.stamp());
        if (found.isEmpty()) {
            return miss(own);
        }
        own.abandon();
        hits.increment();
        return new Lookup.Hit(found.get(), false);
    }

    private Lookup join(Computation other, Computation own) {
        Optional<StoredResponse> made = other.await(patience);
        if (made.isEmpty()) {
            if (!other.hasEnded()) {
                refused(own.key()); // as slow as that is not worth another's waiting
            }
            return miss(own);
        }
        collapsed.increment();
        return new Lookup.Hit(made.get(), true);
    }

    private Lookup miss(Computation computation) {
        misses.increment();
        return new Lookup.Miss(computation);
    }

    private Optional<StoredResponse> kept(ResponseKey key, long stamp) {
        StoredResponse response = responses.getIfPresent(key);
        return response != null && response.stamp() == stamp && response.isFresh(nanoTime())
                ? Optional.of(response)
                : Optional.empty();
    }

    /** Both parts only grow, so that it stays the same only while neither changes. */
    private long stamp(TenantValidity tenant) {
        return epoch.get() + tenant.generation();
    }

    private TenantValidity validity(TenantId tenant) {
        TenantValidity known = tenants.get(tenant); // without a lock, which the other may take
        return known != null ? known : tenants.computeIfAbsent(tenant, key -> new TenantValidity());
    }
}
