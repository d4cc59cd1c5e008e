package io.streamgauge.jobs.routing;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.StreamCatalog;
import io.streamgauge.jobs.control.TenantPolicies;
import io.streamgauge.jobs.kafka.SourceRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * Finds the stream of each record of the events topic, in the first operator of each job. For one
 * task's thread.
 *
 * <p>An event may come before the definition that it was validated with: the two take different
 * ways. The gateway's records name the version that they need, and a record that needs one which is
 * not known yet is held until it comes. So are records for unknown streams, which direct producers
 * may send right after making one. After {@link #HOLD_LIMIT} on the platform's clock they are
 * refused. Held records are part of the state.
 *
 * @param <T> what the job derives from a stream's definition, once for each version
 */
public final class RecordRouter<T> {

    /**
     * Definitions and policies by their key on the control topic, as JSON: readable by every later
     * release.
     */
    public static final MapStateDescriptor<String, byte[]> DEFINITIONS =
            new MapStateDescriptor<>(
                    "definitions-v1",
                    Types.STRING,
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    /** How long a record waits for the definition of its stream. */
    public static final Duration HOLD_LIMIT = Duration.ofSeconds(5);

    /**
     * Events further in the future than this are not taken: what waits for their time would wait
     * until then.
     */
    public static final Duration FUTURE_TOLERANCE = Duration.ofMinutes(1);

    /** Most bytes of held records in a task; more are refused at once. */
    static final long MAX_HELD_BYTES = 16L * 1024 * 1024;

    private static final ListStateDescriptor<SourceRecord> HELD =
            new ListStateDescriptor<>("held-records-v1", TypeInformation.of(SourceRecord.class));

    private final RoutingTable<T> table;
    private final BroadcastState<String, byte[]> definitions;
    private final ListState<SourceRecord> heldState;
    private ArrayDeque<SourceRecord> held = new ArrayDeque<>();
    private long heldBytes;

    /**
     * Where a record's way ends.
     *
     * @param <T> as of the router
     */
    public interface Outcome<T> {

        /** Its stream was found, and its tenant is active. */
        void routed(SourceRecord record, StreamCatalog.Entry<T> stream);

        /**
         * It goes nowhere.
         *
         * @param stream its id where it is known, and what the record calls it where it is not
         */
        void refused(SourceRecord record, String stream, RejectionReason reason, String detail);
    }

    private RecordRouter(Function<StreamDefinition, T> derive, OperatorStateStore store)
            throws Exception {
        table = new RoutingTable<>(derive);
        definitions = store.getBroadcastState(DEFINITIONS);
        heldState = store.getListState(HELD);
    }

    /**
     * Starts a task's router, from its state where there is one, and from the definitions in force
     * where there is none.
     */
    public static <T> RecordRouter<T> start(
            Function<StreamDefinition, T> derive,
            OperatorStateStore store,
            boolean restored,
            DefinitionBootstrap bootstrap)
            throws Exception {
        RecordRouter<T> router = new RecordRouter<>(derive, store);
        if (!restored) {
            for (DefinitionUpdate update : bootstrap.read()) {
                router.table.apply(update, router.definitions);
            }
            return router;
        }
        router.table.restore(router.definitions);
        for (SourceRecord record : router.heldState.get()) {
            router.hold(record);
        }
        if (router.table.policies().isEmpty()) {
            // Whoever wrote this state may have passed policies over, not knowing what they are.
            for (DefinitionUpdate update : bootstrap.read()) {
                if (TenantPolicyCodec.Key.parse(update.key()).isPresent()) {
                    router.table.apply(update, router.definitions);
                }
            }
        }
        return router;
    }

    /** Writes what is held into the state. */
    public void snapshot() throws Exception {
        heldState.update(List.copyOf(held));
    }

    /** Takes the next record, which may be the end of others' patience. */
    public void accept(SourceRecord record, Outcome<T> outcome) {
        for (SourceRecord oldest = held.peek();
                oldest != null && oldest.arrival() + HOLD_LIMIT.toMillis() < record.arrival();
                oldest = held.peek()) {
            held.remove();
            heldBytes -= size(oldest);
            route(oldest, false, outcome);
        }
        if (!record.heartbeat()) {
            route(record, true, outcome);
        }
    }

    /** Takes an update of what is known, which others may have been waiting for. */
    public void update(DefinitionUpdate update, Outcome<T> outcome) throws Exception {
        if (!table.apply(update, definitions) || held.isEmpty()) {
            return;
        }
        // Those that still cannot be routed are held again, in their order.
        ArrayDeque<SourceRecord> waiting = held;
        held = new ArrayDeque<>();
        heldBytes = 0;
        for (SourceRecord record : waiting) {
            route(record, true, outcome);
        }
    }

    /** The tenants' policies as they are known now. */
    public TenantPolicies policies() {
        return table.policies();
    }

    /** A tenant's stream as it is known now. */
    public Optional<StreamCatalog.Entry<T>> find(TenantId tenant, String idOrName) {
        return table.find(tenant, idOrName);
    }

    private void route(SourceRecord record, boolean mayHold, Outcome<T> outcome) {
        if (!TenantId.isValid(record.tenant()) || record.stream().isEmpty()) {
            outcome.refused(
                    record,
                    record.stream(),
                    RejectionReason.UNADDRESSED,
                    "headers sg-tenant and sg-stream: \"%s\" and \"%s\" (expected: a tenant and a stream's id or name)"
                            .formatted(shown(record.tenant()), shown(record.stream())));
            return;
        }
        TenantId tenant = new TenantId(record.tenant());
        StreamCatalog.@Nullable Entry<T> found = table.find(tenant, record.stream()).orElse(null);
        if (!table.policies().isActive(tenant)) {
            outcome.refused(
                    record,
                    found == null ? record.stream() : found.definition().id().toString(),
                    RejectionReason.TENANT_INACTIVE,
                    "tenant: %s is not active (expected: an active tenant)".formatted(tenant));
            return;
        }
        boolean known = found != null && found.definition().version() >= record.definitionVersion();
        if (!known && mayHold && heldBytes + size(record) <= MAX_HELD_BYTES) {
            hold(record);
        } else if (found == null) {
            outcome.refused(
                    record, record.stream(), RejectionReason.UNKNOWN_STREAM, "no such stream");
        } else {
            // A version that did not come in time: the older one is what there is to judge by.
            outcome.routed(record, found);
        }
    }

    private void hold(SourceRecord record) {
        held.add(record);
        heldBytes += size(record);
    }

    private static long size(SourceRecord record) {
        byte[] value = record.value();
        return 256L + (value == null ? 0 : value.length); // 256: about what the record itself takes
    }

    private static String shown(String header) {
        return header.length() <= 80 ? header : header.substring(0, 77) + "...";
    }
}
