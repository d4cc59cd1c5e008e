package io.streamgauge.jobs.aggregation;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.event.Event;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.StreamCatalog;
import io.streamgauge.jobs.kafka.OutputRecord;
import io.streamgauge.jobs.kafka.SourceRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Finds each event's stream, decodes and validates the event, and sends it on under its series.
 * What cannot be counted, or must not be since its tenant is switched off, leaves by the side
 * output {@link Rejections#TAG} with its reason; nothing that a record holds makes this operator
 * fail.
 *
 * <p>An event may come before the definition that it was validated with: the two take different
 * ways. The gateway's records name the version that they need, and a record that needs one which is
 * not known yet is held until it comes. So are records for unknown streams, which direct producers
 * may send right after making one. After {@link #HOLD_LIMIT} on the platform's clock they are
 * rejected. Held records are part of the state.
 */
public final class EventRouter
        extends BroadcastProcessFunction<SourceRecord, DefinitionUpdate, SeriesEvent>
        implements CheckpointedFunction {

    /**
     * Definitions and policies by their key on the control topic, as JSON: readable by every later
     * release.
     */
    public static final MapStateDescriptor<String, byte[]> DEFINITIONS =
            new MapStateDescriptor<>(
                    "definitions-v1",
                    Types.STRING,
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    /**
     * Events further in the future than this are rejected: their windows would stay open until
     * then.
     */
    public static final Duration FUTURE_TOLERANCE = Duration.ofMinutes(1);

    /** How long a record waits for the definition of its stream. */
    public static final Duration HOLD_LIMIT = Duration.ofSeconds(5);

    /** Most bytes of held records in a task; more are rejected at once. */
    static final long MAX_HELD_BYTES = 16L * 1024 * 1024;

    private static final ListStateDescriptor<SourceRecord> HELD =
            new ListStateDescriptor<>("held-records-v1", TypeInformation.of(SourceRecord.class));

    private static final long serialVersionUID = 1L;

    private final DefinitionBootstrap bootstrap;

    private transient RoutingTable table;
    private transient ArrayDeque<SourceRecord> held;
    private transient long heldBytes;
    private transient ListState<SourceRecord> heldState;
    private transient @Nullable Rejections rejections;

    /** A router that reads the definitions in force where it starts without state. */
    @SuppressWarnings("NullAway.Init") // Flink calls initializeState before anything else.
    public EventRouter(DefinitionBootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        table = new RoutingTable();
        held = new ArrayDeque<>();
        heldBytes = 0;
        BroadcastState<String, byte[]> definitions =
                context.getOperatorStateStore().getBroadcastState(DEFINITIONS);
        heldState = context.getOperatorStateStore().getListState(HELD);
        if (!context.isRestored()) {
            for (DefinitionUpdate update : bootstrap.read()) {
                table.apply(update, definitions);
            }
            return;
        }
        table.restore(definitions);
        for (SourceRecord record : heldState.get()) {
            hold(record);
        }
        if (table.policies().isEmpty()) {
            // Whoever wrote this state may have passed policies over, not knowing what they are.
            for (DefinitionUpdate update : bootstrap.read()) {
                if (TenantPolicyCodec.Key.parse(update.key()).isPresent()) {
                    table.apply(update, definitions);
                }
            }
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        heldState.update(List.copyOf(held));
    }

    @Override
    public void processElement(
            SourceRecord record, ReadOnlyContext ctx, Collector<SeriesEvent> out) {
        Consumer<OutputRecord> rejected = rejection -> ctx.output(Rejections.TAG, rejection);
        if (!held.isEmpty()) {
            release(
                    stale -> stale.arrival() + HOLD_LIMIT.toMillis() < record.arrival(),
                    rejected,
                    out);
        }
        if (!record.heartbeat()) {
            route(record, true, rejected, out);
        }
    }

    @Override
    public void processBroadcastElement(
            DefinitionUpdate update, Context ctx, Collector<SeriesEvent> out) throws Exception {
        if (table.apply(update, ctx.getBroadcastState(DEFINITIONS)) && !held.isEmpty()) {
            Consumer<OutputRecord> rejected = rejection -> ctx.output(Rejections.TAG, rejection);
            // Those that still cannot be routed are held again, in their order.
            ArrayDeque<SourceRecord> waiting = held;
            held = new ArrayDeque<>();
            heldBytes = 0;
            for (SourceRecord record : waiting) {
                route(record, true, rejected, out);
            }
        }
    }

    /**
     * Routes, without holding them again, the records from the oldest on while the condition holds.
     */
    private void release(
            Predicate<SourceRecord> condition,
            Consumer<OutputRecord> rejected,
            Collector<SeriesEvent> out) {
        for (SourceRecord oldest = held.peek();
                oldest != null && condition.test(oldest);
                oldest = held.peek()) {
            held.remove();
            heldBytes -= size(oldest);
            route(oldest, false, rejected, out);
        }
    }

    private void route(
            SourceRecord record,
            boolean mayHold,
            Consumer<OutputRecord> rejected,
            Collector<SeriesEvent> out) {
        if (!TenantId.isValid(record.tenant()) || record.stream().isEmpty()) {
            reject(
                    record,
                    record.stream(),
                    RejectionReason.UNADDRESSED,
                    "headers sg-tenant and sg-stream: \"%s\" and \"%s\" (expected: a tenant and a stream's id or name)"
                            .formatted(shown(record.tenant()), shown(record.stream())),
                    rejected);
            return;
        }
        TenantId tenant = new TenantId(record.tenant());
        Optional<StreamCatalog.Entry<RoutingTable.Decoding>> found =
                table.find(tenant, record.stream());
        if (!table.policies().isActive(tenant)) {
            reject(
                    record,
                    found.map(stream -> stream.definition().id().toString())
                            .orElse(record.stream()),
                    RejectionReason.TENANT_INACTIVE,
                    "tenant: %s is not active (expected: an active tenant)".formatted(tenant),
                    rejected);
            return;
        }
        boolean known =
                found.isPresent()
                        && found.get().definition().version() >= record.definitionVersion();
        if (!known && mayHold && heldBytes + size(record) <= MAX_HELD_BYTES) {
            hold(record);
        } else if (found.isEmpty()) {
            reject(
                    record,
                    record.stream(),
                    RejectionReason.UNKNOWN_STREAM,
                    "no such stream",
                    rejected);
        } else {
            // A version that did not come in time: the older one is what there is to judge by.
            count(record, found.get(), rejected, out);
        }
    }

    private void count(
            SourceRecord record,
            StreamCatalog.Entry<RoutingTable.Decoding> stream,
            Consumer<OutputRecord> rejected,
            Collector<SeriesEvent> out) {
        StreamDefinition definition = stream.definition();
        String id = definition.id().toString();
        byte[] value = record.value();
        if (value == null) {
            reject(
                    record,
                    id,
                    RejectionReason.INVALID,
                    "no value (expected: a JSON object)",
                    rejected);
            return;
        }
        Event event;
        try {
            event = stream.derived().decoder().decode(value);
        } catch (InvalidInputException e) {
            reject(record, id, RejectionReason.INVALID, String.valueOf(e.getMessage()), rejected);
            return;
        }
        long timestamp =
                event.timestamp() == Event.NO_TIMESTAMP ? record.arrival() : event.timestamp();
        long ahead = timestamp - record.arrival();
        if (ahead > FUTURE_TOLERANCE.toMillis()) {
            reject(
                    record,
                    id,
                    RejectionReason.FUTURE,
                    "timestamp %d ms after arrival (expected: at most %d ms)"
                            .formatted(ahead, FUTURE_TOLERANCE.toMillis()),
                    rejected);
            return;
        }
        out.collect(
                new SeriesEvent(
                        new SeriesKey(definition.tenant(), definition.id(), event.dimensions())
                                .toString(),
                        timestamp,
                        record.arrival(),
                        stream.derived()
                                .plan(table.policies().seriesPerStream(definition.tenant())),
                        event.measures(),
                        record.partition(),
                        record.offset(),
                        value));
    }

    private void hold(SourceRecord record) {
        held.add(record);
        heldBytes += size(record);
    }

    private void reject(
            SourceRecord record,
            String stream,
            RejectionReason reason,
            String detail,
            Consumer<OutputRecord> rejected) {
        if (rejections == null) {
            rejections = new Rejections(getRuntimeContext().getMetricGroup());
        }
        rejected.accept(
                rejections.record(
                        record.tenant(),
                        stream,
                        reason,
                        detail,
                        record.arrival(),
                        record.partition(),
                        record.offset(),
                        record.value()));
    }

    private static long size(SourceRecord record) {
        byte[] value = record.value();
        return 256L + (value == null ? 0 : value.length); // 256: about what the record itself takes
    }

    private static String shown(String header) {
        return header.length() <= 80 ? header : header.substring(0, 77) + "...";
    }
}
