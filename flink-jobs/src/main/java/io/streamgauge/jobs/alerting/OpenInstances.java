package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.RuleKey;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;

/**
 * Which groups have instances of a rule that are pending or firing: so that a rule that ends can
 * resolve them at once, and so that they can be counted. On the heap for all groups of the task,
 * and in keyed state with each group, which the heap is rebuilt from. For one task's thread.
 */
final class OpenInstances {

    /** Whether an instance fires, by alert, version and id. */
    static final MapStateDescriptor<String, Boolean> STATE =
            new MapStateDescriptor<>("open-instances-v1", Types.STRING, Types.BOOLEAN);

    private final MapState<String, Boolean> state;
    private final Map<RuleKey, Map<String, Map<UUID, Boolean>>> byRule = new HashMap<>();
    private final Map<AlertId, Integer> countByAlert = new HashMap<>();

    /** An instance that fires, its rule and its group. */
    record Firing(RuleKey rule, String group, UUID instance) {}

    /** The instances of a backend's groups. Changes the backend's current key. */
    OpenInstances(KeyedStateBackend<String> backend, MapState<String, Boolean> state)
            throws Exception {
        this.state = state;
        List<String> groups;
        try (Stream<String> keys = backend.getKeys(STATE.getName(), VoidNamespace.INSTANCE)) {
            groups = keys.toList();
        }
        for (String group : groups) {
            backend.setCurrentKey(group);
            TenantId tenant = GroupKey.parse(group).tenant();
            for (Map.Entry<String, Boolean> entry : state.entries()) {
                String[] parts = entry.getKey().split("/", -1);
                RuleKey rule =
                        new RuleKey(
                                tenant,
                                new AlertId(UUID.fromString(parts[0])),
                                Long.parseLong(parts[1]));
                note(rule, group, UUID.fromString(parts[2]), entry.getValue());
            }
        }
    }

    /** The present group has an instance more, which does not fire yet. */
    void opened(RuleKey rule, String group, UUID instance) {
        note(rule, group, instance, false);
        put(rule, instance, false);
    }

    /** An instance of the present group fires. */
    void fires(RuleKey rule, String group, UUID instance) {
        Map<UUID, Boolean> known = byRule.getOrDefault(rule, Map.of()).get(group);
        if (known != null && known.containsKey(instance)) {
            known.put(instance, true);
            put(rule, instance, true);
        }
    }

    /** The present group has an instance less. */
    void closed(RuleKey rule, String group, UUID instance) {
        Map<String, Map<UUID, Boolean>> groups = byRule.getOrDefault(rule, new HashMap<>());
        Map<UUID, Boolean> instances = groups.getOrDefault(group, new HashMap<>());
        if (instances.remove(instance) == null) {
            return;
        }
        if (instances.isEmpty()) {
            groups.remove(group);
        }
        if (groups.isEmpty()) {
            byRule.remove(rule);
        }
        countByAlert.computeIfPresent(
                rule.alert(), (alert, count) -> count == 1 ? null : count - 1);
        try {
            state.remove(text(rule, instance));
        } catch (Exception e) {
            throw new FlinkKeyStore.StateException(e);
        }
    }

    private void note(RuleKey rule, String group, UUID instance, boolean firing) {
        Boolean before =
                byRule.computeIfAbsent(rule, key -> new HashMap<>())
                        .computeIfAbsent(group, key -> new HashMap<>())
                        .put(instance, firing);
        if (before == null) {
            countByAlert.merge(rule.alert(), 1, Integer::sum);
        }
    }

    private void put(RuleKey rule, UUID instance, boolean firing) {
        try {
            state.put(text(rule, instance), firing);
        } catch (Exception e) {
            throw new FlinkKeyStore.StateException(e);
        }
    }

    /** How many instances an alert has open in this task. */
    int count(AlertId alert) {
        return countByAlert.getOrDefault(alert, 0);
    }

    /** Groups with open instances of a rule, in order. */
    List<String> groups(RuleKey rule) {
        return byRule.getOrDefault(rule, Map.of()).keySet().stream().sorted().toList();
    }

    /** Instances of a rule that are open in a group, and whether each fires; a copy, in order. */
    Map<UUID, Boolean> instances(RuleKey rule, String group) {
        return new TreeMap<>(byRule.getOrDefault(rule, Map.of()).getOrDefault(group, Map.of()));
    }

    /** Instances of an alert's versions that fire, in order. */
    List<Firing> firing(AlertId alert) {
        List<Firing> firing = new ArrayList<>();
        byRule.forEach(
                (rule, groups) -> {
                    if (rule.alert().equals(alert)) {
                        groups.forEach(
                                (group, instances) ->
                                        instances.forEach(
                                                (instance, fires) -> {
                                                    if (fires) {
                                                        firing.add(
                                                                new Firing(rule, group, instance));
                                                    }
                                                }));
                    }
                });
        firing.sort(
                Comparator.comparing(Firing::rule)
                        .thenComparing(Firing::group)
                        .thenComparing(Firing::instance));
        return firing;
    }

    private static String text(RuleKey rule, UUID instance) {
        return rule.alert() + "/" + rule.version() + "/" + instance;
    }
}
