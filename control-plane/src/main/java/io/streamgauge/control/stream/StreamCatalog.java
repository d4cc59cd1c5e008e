package io.streamgauge.control.stream;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpecReader;
import io.streamgauge.control.cache.OutageTolerantCache;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.problem.NotFound;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds stream definitions without asking the database each time. Shows this process's own changes
 * at once and those of other replicas within a second at most. While the database is away, what was
 * known stays known, so that ingest and live go on.
 */
public final class StreamCatalog {

    private static final Duration FRESH = Duration.ofSeconds(1);

    /** A definition is a few kilobytes at most. */
    private static final int CAPACITY = 10_000;

    private final OutageTolerantCache<Key, Optional<StreamDefinition>> cache;

    private record Key(TenantId tenant, String idOrName) {}

    public StreamCatalog(Database database) {
        StreamRepository streams = new StreamRepository();
        cache =
                new OutageTolerantCache<>(
                        "stream-catalog",
                        FRESH,
                        CAPACITY,
                        key ->
                                database.inTenant(
                                        key.tenant(),
                                        handle ->
                                                streams.find(
                                                        handle, key.tenant(), key.idOrName())));
    }

    /**
     * A tenant's stream.
     *
     * @param idOrName its UUID or its name
     * @return empty where the tenant has no such stream
     * @throws io.streamgauge.control.problem.Unavailable where the database is away and the stream
     *     was not asked for before
     */
    public Optional<StreamDefinition> find(TenantId tenant, String idOrName) {
        if (StreamId.parse(idOrName).isEmpty() && !StreamSpecReader.isName(idOrName)) {
            return Optional.empty(); // before it takes a place in the cache
        }
        return cache.get(new Key(tenant, idOrName));
    }

    /**
     * As {@link #find}, where the stream has to be there.
     *
     * @throws NotFound where it is not
     */
    public StreamDefinition get(TenantId tenant, String idOrName) {
        return find(tenant, idOrName).orElseThrow(() -> notFound(idOrName));
    }

    /** Called after this process has changed a definition. */
    void changed() {
        cache.clear();
    }

    /** Called after another replica has changed a definition. */
    public void changedElsewhere() {
        cache.expire();
    }

    /** What to throw where a tenant has no such stream. */
    public static NotFound notFound(String idOrName) {
        String shown = idOrName.length() <= 63 ? idOrName : idOrName.substring(0, 60) + "...";
        return new NotFound(
                "stream: %s does not exist (expected: the id or the name of a stream)"
                        .formatted(shown));
    }
}
