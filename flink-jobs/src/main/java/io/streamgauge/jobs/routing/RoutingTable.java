package io.streamgauge.jobs.routing;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.StreamCatalog;
import io.streamgauge.jobs.control.TenantPolicies;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.flink.api.common.state.BroadcastState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a router judges events by: the streams, with what it derives of each, and the tenants'
 * policies. Known twice, on the heap and as the control topic's records in broadcast state, which
 * the heap is rebuilt from. For one task's thread.
 *
 * <p>A record that cannot be read is left out, and what was known before stays in force: one bad
 * record must not stop every tenant's events.
 *
 * @param <T> what a router derives from a stream's definition
 */
final class RoutingTable<T> {

    private static final Logger LOG = LoggerFactory.getLogger(RoutingTable.class);

    private final StreamCatalog<T> streams;
    private final TenantPolicies policies = new TenantPolicies();

    RoutingTable(Function<StreamDefinition, T> derive) {
        streams = new StreamCatalog<>(derive);
    }

    /** Takes over what broadcast state holds. */
    void restore(BroadcastState<String, byte[]> records) throws Exception {
        for (Map.Entry<String, byte[]> known : records.immutableEntries()) {
            take(known.getKey(), known.getValue());
        }
    }

    /**
     * Takes an update into the table and into broadcast state.
     *
     * @return whether a stream is known, changed or gone by it, so that records that wait for one
     *     should be looked at again
     */
    boolean apply(DefinitionUpdate update, BroadcastState<String, byte[]> records)
            throws Exception {
        Optional<StreamDefinitionCodec.Key> stream = StreamDefinitionCodec.Key.parse(update.key());
        Optional<TenantPolicyCodec.Key> tenant = TenantPolicyCodec.Key.parse(update.key());
        if (stream.isEmpty() && tenant.isEmpty()) {
            return false; // about something else
        }
        byte[] value = update.value();
        if (value == null) {
            stream.ifPresent(key -> streams.remove(key.stream()));
            tenant.ifPresent(key -> policies.remove(key.tenant()));
            records.remove(update.key());
        } else if (take(update.key(), value)) {
            records.put(update.key(), value);
        } else {
            return false;
        }
        return stream.isPresent();
    }

    Optional<StreamCatalog.Entry<T>> find(TenantId tenant, String idOrName) {
        return streams.find(tenant, idOrName);
    }

    TenantPolicies policies() {
        return policies;
    }

    /** False where the record cannot be read or says nothing new. */
    private boolean take(String key, byte[] value) {
        try {
            if (TenantPolicyCodec.Key.parse(key).isPresent()) {
                TenantPolicy policy = TenantPolicyCodec.fromBytes(value);
                return isAbout(new TenantPolicyCodec.Key(policy.tenant()), key)
                        && policies.put(policy);
            }
            StreamDefinition definition = StreamDefinitionCodec.fromBytes(value);
            return isAbout(new StreamDefinitionCodec.Key(definition.tenant(), definition.id()), key)
                    && streams.put(definition);
        } catch (InvalidInputException e) {
            LOG.error("the record under key {} is invalid; ignored: {}", key, e.getMessage());
            return false;
        }
    }

    private static boolean isAbout(Record inside, String key) {
        if (inside.toString().equals(key)) {
            return true;
        }
        LOG.error("the record under key {} is about {}; ignored", key, inside);
        return false;
    }
}
