package io.streamgauge.jobs.control;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The streams that a task knows, found by id or by name. Lives on the heap beside the broadcast
 * state that it is rebuilt from.
 *
 * @param <T> what a task derives from a definition, once for each version
 */
public final class StreamCatalog<T> {

    private final Function<StreamDefinition, T> derive;
    private final Map<StreamId, Entry<T>> byId = new HashMap<>();
    private final Map<TenantId, Map<String, StreamId>> idByName = new HashMap<>();

    /** A definition and what is derived from it. */
    public record Entry<T>(StreamDefinition definition, T derived) {}

    /** An empty catalog. */
    public StreamCatalog(Function<StreamDefinition, T> derive) {
        this.derive = derive;
    }

    /**
     * Takes a definition; one that is no newer than what is known is ignored, and false the answer.
     */
    public boolean put(StreamDefinition definition) {
        Entry<T> known = byId.get(definition.id());
        if (known != null && known.definition().version() >= definition.version()) {
            return false;
        }
        byId.put(definition.id(), new Entry<>(definition, derive.apply(definition)));
        idByName.computeIfAbsent(definition.tenant(), tenant -> new HashMap<>())
                .put(definition.name(), definition.id());
        return true;
    }

    /** Forgets a stream. A newer one that has taken its name keeps it. */
    public void remove(StreamId id) {
        Entry<T> removed = byId.remove(id);
        if (removed == null) {
            return;
        }
        TenantId tenant = removed.definition().tenant();
        Map<String, StreamId> names = idByName.getOrDefault(tenant, new HashMap<>());
        if (names.remove(removed.definition().name(), id) && names.isEmpty()) {
            idByName.remove(tenant);
        }
    }

    /** Finds a tenant's stream. A stream of another tenant is not found, whatever its id. */
    public Optional<Entry<T>> find(TenantId tenant, String idOrName) {
        @Nullable StreamId id = StreamId.parse(idOrName).orElse(null);
        if (id == null) {
            id = idByName.getOrDefault(tenant, Map.of()).get(idOrName);
        }
        return Optional.ofNullable(id)
                .map(byId::get)
                .filter(entry -> entry.definition().tenant().equals(tenant));
    }
}
