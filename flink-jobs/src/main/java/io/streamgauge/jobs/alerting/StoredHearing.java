package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.ActivityLog;
import io.streamgauge.alerting.BlindTimes;
import io.streamgauge.alerting.Hearing;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.alerting.Throttling;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.Condition;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * When the platform was blind, tenants inactive, streams active and rules not asked about events,
 * as the router tells all tasks. On the heap, and in broadcast state as of the last checkpoint. For
 * one task's thread.
 */
final class StoredHearing implements Hearing {

    private static final MapStateDescriptor<String, byte[]> STATE =
            new MapStateDescriptor<>(
                    "hearing-v1",
                    Types.STRING,
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    private static final String BLIND = "blind";
    private static final String SUSPENSIONS = "suspensions";
    private static final String THROTTLING = "throttling";
    private static final long MARGIN_MILLIS = Duration.ofHours(1).toMillis();

    private final BroadcastState<String, byte[]> state;
    private BlindTimes blind = new BlindTimes();
    private Suspensions suspensions = new Suspensions();
    private Throttling throttling = new Throttling();
    private final Map<String, ActivityLog> activity = new HashMap<>();
    private long longestMemory = Duration.ofDays(1).toMillis();

    StoredHearing(OperatorStateStore store) throws Exception {
        state = store.getBroadcastState(STATE);
        for (Map.Entry<String, byte[]> entry : state.immutableEntries()) {
            if (entry.getKey().equals(BLIND)) {
                blind = BlindTimes.fromBytes(entry.getValue());
            } else if (entry.getKey().equals(SUSPENSIONS)) {
                suspensions = Suspensions.fromBytes(entry.getValue());
            } else if (entry.getKey().equals(THROTTLING)) {
                throttling = Throttling.fromBytes(entry.getValue());
            } else {
                activity.put(entry.getKey(), ActivityLog.fromBytes(entry.getValue()));
            }
        }
    }

    void snapshot() throws Exception {
        state.clear();
        state.put(BLIND, blind.toBytes());
        state.put(SUSPENSIONS, suspensions.toBytes());
        state.put(THROTTLING, throttling.toBytes());
        for (Map.Entry<String, ActivityLog> entry : activity.entrySet()) {
            state.put(entry.getKey(), entry.getValue().toBytes());
        }
    }

    void blind(long from, long until) {
        blind.add(from, until);
    }

    /** An alert's absences are going to ask for a stream's activity, from its next event on. */
    void expect(AlertDefinition alert) {
        if (alert.stream().isEmpty()) {
            return;
        }
        String stream = alert.tenant() + "/" + alert.stream().get();
        for (AlertVersion version : alert.versions()) {
            if (!version.spec().groupBy().isEmpty()
                    && version.spec().condition() instanceof Condition.Absence absence) {
                expect(stream, absence);
            }
        }
    }

    private void expect(String stream, Condition.Absence absence) {
        long gap = ActivityLog.leastGapOf(absence.duration().toMillis());
        activity.computeIfAbsent(stream, key -> new ActivityLog(gap)).remember(gap);
        longestMemory = Math.max(longestMemory, absence.forgetAfter().toMillis());
    }

    /**
     * A stream had an event.
     *
     * @param stream tenant and id
     */
    void active(String stream, long arrival) {
        ActivityLog log = activity.get(stream);
        if (log != null) {
            log.add(arrival);
        }
    }

    /**
     * Forgets what is over for so long that no rule asks for it.
     *
     * @param rules those that there are
     */
    void forget(long clock, Predicate<RuleKey> rules) {
        throttling.retain(rules);
        long before = clock - longestMemory - MARGIN_MILLIS;
        blind.forget(before);
        suspensions.forget(before);
        activity.values().forEach(log -> log.forget(before));
    }

    /** When the router did not ask rules about events. */
    Throttling throttling() {
        return throttling;
    }

    /** When tenants are not active. */
    Suspensions suspensions() {
        return suspensions;
    }

    @Override
    public BlindTimes suspensions(TenantId tenant) {
        return suspensions.over(tenant);
    }

    @Override
    public BlindTimes blindTimes() {
        return blind;
    }

    @Override
    public Optional<ActivityLog> activity(TenantId tenant, StreamId stream) {
        return Optional.ofNullable(activity.get(tenant + "/" + stream));
    }
}
