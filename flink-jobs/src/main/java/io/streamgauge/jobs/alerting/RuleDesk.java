package io.streamgauge.jobs.alerting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.alerting.RuleBook;
import io.streamgauge.alerting.RuleInForce;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.alerting.RuleRevision;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.tenant.TenantPolicy;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * <p>A record that cannot be read is left out, and what was known before stays in force.
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

    private static final Logger LOG = LoggerFactory.getLogger(RuleDesk.class);

    private final RuleBook book = new RuleBook();
    private final TenantPolicies policies = new TenantPolicies();
    private final Map<StreamId, Long> streamVersions = new HashMap<>();
    private final Map<AlertId, AlertDefinition> latest = new HashMap<>();
    private final Map<String, List<Revision>> revisions = new HashMap<>();

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

    /** One element of an alert's array. */
    private record Revision(
            long effectiveFrom, SortedMap<Long, Long> since, Optional<AlertDefinition> definition) {

        RuleRevision of(AlertDefinitionCodec.Key key) {
            return new RuleRevision(key.tenant(), key.alert(), definition, effectiveFrom, since);
        }
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
        List<Revision> restored = new ArrayList<>();
        for (JsonNode node : Json.mapper().readTree(json)) {
            SortedMap<Long, Long> since = new TreeMap<>();
            node.path("since")
                    .properties()
                    .forEach(
                            entry ->
                                    since.put(
                                            Long.parseLong(entry.getKey()),
                                            entry.getValue().asLong()));
            Optional<AlertDefinition> definition = Optional.empty();
            if (node.has("definition")) {
                definition = read(text, Json.mapper().writeValueAsBytes(node.get("definition")));
                if (definition.isEmpty()) {
                    continue;
                }
            }
            Revision revision =
                    new Revision(node.path("effectiveFrom").asLong(), since, definition);
            restored.add(revision);
            book.put(revision.of(key));
            definition.ifPresent(this::note);
            if (definition.isEmpty()) {
                latest.remove(key.alert());
            }
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
            definition = read(key.toString(), value).filter(wanted);
            if (definition.isEmpty()) {
                return false;
            }
        }
        List<Revision> known = revisions.getOrDefault(key.toString(), new ArrayList<>());
        // Writers' clocks may differ: none takes effect before the one that it follows.
        long from =
                known.isEmpty()
                        ? effectiveFrom
                        : Math.max(effectiveFrom, known.getLast().effectiveFrom());
        if (!book.put(
                new RuleRevision(key.tenant(), key.alert(), definition, from, new TreeMap<>()))) {
            return false;
        }
        SortedMap<Long, Long> since = new TreeMap<>();
        if (definition.isPresent()) {
            note(definition.get());
            for (AlertVersion version : definition.get().versions()) {
                book.find(new RuleKey(key.tenant(), key.alert(), version.number()), from)
                        .map(RuleInForce::since)
                        .ifPresent(at -> since.put(version.number(), at));
            }
        } else {
            latest.remove(key.alert());
        }
        known.add(new Revision(from, since, definition));
        revisions.put(key.toString(), known);
        write(key.toString(), known);
        return true;
    }

    private void note(AlertDefinition definition) {
        latest.put(definition.id(), definition);
        if (definition.stream().isEmpty()) {
            composites.add(definition.id());
        }
    }

    private static Optional<AlertDefinition> read(String key, byte[] value) {
        try {
            AlertDefinition definition = AlertDefinitionCodec.fromBytes(value);
            Record inside = new AlertDefinitionCodec.Key(definition.tenant(), definition.id());
            return isAbout(inside, key) ? Optional.of(definition) : Optional.empty();
        } catch (InvalidInputException e) {
            LOG.error("the record under key {} is invalid; ignored: {}", key, e.getMessage());
            return Optional.empty();
        }
    }

    /** False where the record is of another kind, cannot be read or says nothing new. */
    private boolean take(String key, byte[] value) {
        try {
            if (TenantPolicyCodec.Key.parse(key).isPresent()) {
                TenantPolicy policy = TenantPolicyCodec.fromBytes(value);
                return isAbout(new TenantPolicyCodec.Key(policy.tenant()), key)
                        && policies.put(policy);
            }
            if (StreamDefinitionCodec.Key.parse(key).isEmpty()) {
                return false;
            }
            StreamDefinition definition = StreamDefinitionCodec.fromBytes(value);
            Record inside = new StreamDefinitionCodec.Key(definition.tenant(), definition.id());
            if (!isAbout(inside, key)
                    || streamVersions.getOrDefault(definition.id(), 0L) >= definition.version()) {
                return false;
            }
            streamVersions.put(definition.id(), definition.version());
            book.putStream(definition);
            return true;
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

    private void write(String key, List<Revision> known) throws Exception {
        ArrayNode json = Json.mapper().createArrayNode();
        for (Revision revision : known) {
            ObjectNode node = json.addObject().put("effectiveFrom", revision.effectiveFrom());
            ObjectNode since = node.putObject("since");
            revision.since().forEach((version, at) -> since.put(version.toString(), at));
            revision.definition()
                    .ifPresent(
                            definition ->
                                    node.set(
                                            "definition", AlertDefinitionCodec.toJson(definition)));
        }
        try {
            state.put(key, Json.mapper().writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written", e);
        }
    }

    /** Forgets what was over at a time of the clock, which nothing is judged before any more. */
    void forget(long before) throws Exception {
        book.forget(before);
        for (String key : List.copyOf(revisions.keySet())) {
            List<Revision> known = revisions.getOrDefault(key, new ArrayList<>());
            int size = known.size();
            while (known.size() > 1 && known.get(1).effectiveFrom() <= before) {
                known.removeFirst();
            }
            if (known.size() == 1
                    && known.getFirst().definition().isEmpty()
                    && known.getFirst().effectiveFrom() <= before) {
                revisions.remove(key);
                state.remove(key);
                AlertDefinitionCodec.Key.parse(key)
                        .ifPresent(alert -> composites.remove(alert.alert()));
            } else if (known.size() < size) {
                write(key, known);
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
