package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.RuleBook;
import io.streamgauge.alerting.RuleInForce;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.alerting.RuleRevision;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionBootstrap;
import io.streamgauge.jobs.control.DefinitionUpdate;
import io.streamgauge.jobs.control.TenantPolicies;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * What a task of the alerting job knows by the control topic: the rules and when they are in force,
 * the streams, the tenants' policies. Known twice, on the heap and as JSON in broadcast state,
 * which the heap is rebuilt from. For one task's thread.
 *
 * <p>A definition takes effect {@link #EFFECT_DELAY_MILLIS} after it was written, on the platform's
 * clock, so that each task has read it before the first event that it is about. A task that starts,
 * with or without state, first reads what is in the topic: definitions that were written while it
 * did not run must be known before the events that it missed are judged.
 *
 * <p>A record that cannot be read is left out ({@link ControlRecords}).
 */
final class RuleDesk {

    /** By key on the control topic. Of an alert, an array of its revisions with their times. */
    static final MapStateDescriptor<String, byte[]> STATE =
            new MapStateDescriptor<>(
                    "rules-v1",
                    Types.STRING,
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    /**
     * From a definition's record to its effect. Several times what Kafka and Flink take from one to
     * the other when all is well; for one that comes later see {@link LateDefinitions}.
     */
    static final long EFFECT_DELAY_MILLIS = 250;

    private final RuleBook book = new RuleBook();
    private final TenantPolicies policies = new TenantPolicies();
    private final Map<StreamId, Long> streamVersions = new HashMap<>();
    private final Map<AlertId, AlertDefinition> latest = new HashMap<>();
    private final Map<String, Revisions> revisions = new HashMap<>();

    /** Alerts that judge other alerts; of those that are gone, until they are forgotten. */
    private final Set<AlertId> composites = new HashSet<>();

    private final BroadcastState<String, byte[]> state;
    private final Predicate<AlertDefinition> wanted;
    private final PolicyListener listener;

    /** Is told of tenants' policies, those of the start included. */
    @FunctionalInterface
    interface PolicyListener {

        /** For who does not care. */
        PolicyListener NONE = (tenant, active, effectiveFrom) -> {};

        /** A policy says whether a tenant is active. */
        void policy(TenantId tenant, boolean active, long effectiveFrom);
    }

    private RuleDesk(
            BroadcastState<String, byte[]> state,
            Predicate<AlertDefinition> wanted,
            PolicyListener listener) {
        this.state = state;
        this.wanted = wanted;
        this.listener = listener;
    }

    /**
     * Starts a task's desk from its state and from what the topic holds.
     *
     * @param wanted which alerts matter here; to compile the others would cost time and heap
     * @param judged up to where everything has been judged: alerts that were gone by then, and that
     *     the state does not know, are passed over
     */
    static RuleDesk start(
            OperatorStateStore store,
            DefinitionBootstrap bootstrap,
            Predicate<AlertDefinition> wanted,
            long judged,
            PolicyListener listener)
            throws Exception {
        RuleDesk desk = new RuleDesk(store.getBroadcastState(STATE), wanted, listener);
        desk.restore();
        Map<String, List<DefinitionUpdate>> alerts = new LinkedHashMap<>();
        for (DefinitionUpdate update : bootstrap.history()) {
            if (AlertDefinitionCodec.Key.parse(update.key()).isPresent()) {
                alerts.computeIfAbsent(update.key(), key -> new ArrayList<>()).add(update);
            } else {
                desk.update(update.key(), update.value(), update.timestamp());
            }
        }
        // After the streams, which they are compiled by.
        for (List<DefinitionUpdate> updates : alerts.values()) {
            DefinitionUpdate last = updates.getLast();
            boolean gone = last.value() == null && last.timestamp() + EFFECT_DELAY_MILLIS <= judged;
            if (gone && !desk.revisions.containsKey(last.key())) {
                continue;
            }
            for (DefinitionUpdate update : updates) {
                desk.update(update.key(), update.value(), update.timestamp());
            }
        }
        return desk;
    }

    private void restore() throws Exception {
        List<Map.Entry<String, byte[]>> alerts = new ArrayList<>();
        for (Map.Entry<String, byte[]> known : state.immutableEntries()) {
            if (AlertDefinitionCodec.Key.parse(known.getKey()).isPresent()) {
                alerts.add(known);
            } else {
                take(known.getKey(), known.getValue());
            }
        }
        for (Map.Entry<String, byte[]> known : alerts) {
            restoreAlert(known.getKey(), known.getValue());
        }
    }

    private void restoreAlert(String text, byte[] json) throws IOException {
        AlertDefinitionCodec.Key key = AlertDefinitionCodec.Key.parse(text).orElseThrow();
        Revisions restored = Revisions.fromBytes(key, json);
        for (RuleRevision revision : restored.all()) {
            book.put(revision);
            note(key, revision.definition());
        }
        revisions.put(text, restored);
    }

    /**
     * Takes an update from the control topic.
     *
     * @return whether it says something of an alert that was not known before
     */
    boolean update(String key, byte @Nullable [] value, long timestamp) throws Exception {
        long effectiveFrom = timestamp + EFFECT_DELAY_MILLIS;
        Optional<AlertDefinitionCodec.Key> alert = AlertDefinitionCodec.Key.parse(key);
        if (alert.isPresent()) {
            return updateAlert(alert.get(), value, effectiveFrom);
        }
        if (value == null) {
            Optional<StreamDefinitionCodec.Key> stream = StreamDefinitionCodec.Key.parse(key);
            if (stream.isPresent()) {
                removeStream(stream.get(), effectiveFrom);
            }
            TenantPolicyCodec.Key.parse(key).ifPresent(tenant -> policies.remove(tenant.tenant()));
            state.remove(key);
        } else if (take(key, value)) {
            state.put(key, value);
            TenantPolicyCodec.Key.parse(key)
                    .ifPresent(
                            of ->
                                    listener.policy(
                                            of.tenant(),
                                            policies.isActive(of.tenant()),
                                            effectiveFrom));
        }
        return false;
    }

    private void removeStream(StreamDefinitionCodec.Key key, long at) throws Exception {
        streamVersions.remove(key.stream());
        for (AlertDefinition alert : List.copyOf(latest.values())) {
            if (alert.stream().equals(Optional.of(key.stream()))) {
                updateAlert(new AlertDefinitionCodec.Key(alert.tenant(), alert.id()), null, at);
            }
        }
        book.removeStream(key.tenant(), key.stream(), at);
    }

    private boolean updateAlert(
            AlertDefinitionCodec.Key key, byte @Nullable [] value, long effectiveFrom)
            throws Exception {
        Optional<AlertDefinition> definition = Optional.empty();
        if (value != null) {
            definition = ControlRecords.alert(key.toString(), value).filter(wanted);
            if (definition.isEmpty()) {
                return false;
            }
        }
        Revisions known = revisions.getOrDefault(key.toString(), new Revisions(key));
        long from = known.notBefore(effectiveFrom);
        if (!book.put(
                new RuleRevision(key.tenant(), key.alert(), definition, from, new TreeMap<>()))) {
            return false;
        }
        note(key, definition);
        known.add(from, since(key, definition, from), definition);
        revisions.put(key.toString(), known);
        state.put(key.toString(), known.toBytes());
        return true;
    }

    /** Since when each version is judged, as the book says. */
    private SortedMap<Long, Long> since(
            AlertDefinitionCodec.Key key, Optional<AlertDefinition> definition, long from) {
        SortedMap<Long, Long> since = new TreeMap<>();
        definition.stream()
                .flatMap(of -> of.versions().stream())
                .forEach(
                        version ->
                                book.find(
                                                new RuleKey(
                                                        key.tenant(),
                                                        key.alert(),
                                                        version.number()),
                                                from)
                                        .map(RuleInForce::since)
                                        .ifPresent(at -> since.put(version.number(), at)));
        return since;
    }

    private void note(AlertDefinitionCodec.Key key, Optional<AlertDefinition> definition) {
        if (definition.isEmpty()) {
            latest.remove(key.alert());
            return;
        }
        latest.put(key.alert(), definition.get());
        if (definition.get().stream().isEmpty()) {
            composites.add(key.alert());
        }
    }

    /** False where the record is of another kind, cannot be read or says nothing new. */
    private boolean take(String key, byte[] value) {
        if (TenantPolicyCodec.Key.parse(key).isPresent()) {
            return ControlRecords.policy(key, value).filter(policies::put).isPresent();
        }
        if (StreamDefinitionCodec.Key.parse(key).isEmpty()) {
            return false;
        }
        Optional<StreamDefinition> news = ControlRecords.stream(key, value).filter(this::isNewer);
        news.ifPresent(
                definition -> {
                    streamVersions.put(definition.id(), definition.version());
                    book.putStream(definition);
                });
        return news.isPresent();
    }

    private boolean isNewer(StreamDefinition definition) {
        return streamVersions.getOrDefault(definition.id(), 0L) < definition.version();
    }

    /** Forgets what was over at a time of the clock, which nothing is judged before any more. */
    void forget(long before) throws Exception {
        book.forget(before);
        for (Map.Entry<String, Revisions> entry : List.copyOf(revisions.entrySet())) {
            String key = entry.getKey();
            boolean less = entry.getValue().forget(before);
            if (entry.getValue().isGone(before)) {
                revisions.remove(key);
                state.remove(key);
                AlertDefinitionCodec.Key.parse(key)
                        .ifPresent(alert -> composites.remove(alert.alert()));
            } else if (less) {
                state.put(key, entry.getValue().toBytes());
            }
        }
    }

    /** The rules by their times. */
    RuleBook book() {
        return book;
    }

    /** The tenants' policies. */
    TenantPolicies policies() {
        return policies;
    }

    /** Whether an alert judges other alerts, and not events. */
    boolean isComposite(AlertId alert) {
        return composites.contains(alert);
    }

    /** The newest definition of the alert that a record of the control topic is about. */
    Optional<AlertDefinition> definitionOf(String key) {
        return AlertDefinitionCodec.Key.parse(key)
                .flatMap(alert -> definition(alert.tenant(), alert.alert()));
    }

    /** The newest definition of each alert. */
    Collection<AlertDefinition> definitions() {
        return Collections.unmodifiableCollection(latest.values());
    }

    /** Whether an alert's newest definition has a version. */
    boolean knows(RuleKey rule) {
        return definition(rule.tenant(), rule.alert()).stream()
                .flatMap(definition -> definition.versions().stream())
                .anyMatch(version -> version.number() == rule.version());
    }

    /** The newest definition of a tenant's alert, whether in force yet or not. */
    Optional<AlertDefinition> definition(TenantId tenant, AlertId alert) {
        return Optional.ofNullable(latest.get(alert))
                .filter(definition -> definition.tenant().equals(tenant));
    }
}
