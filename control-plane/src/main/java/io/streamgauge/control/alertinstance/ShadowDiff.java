package io.streamgauge.control.alertinstance;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * How what a shadow version fired differs from what the active one fired. Two instances are the
 * same incident if they are of the same key and their times overlap; either may overlap several.
 *
 * @param both each instance that overlaps one of the other version, with the first that it does
 */
record ShadowDiff(List<Pair> both, List<AlertInstance> onlyActive, List<AlertInstance> onlyShadow) {

    /** The same incident, as either version saw it. */
    record Pair(AlertInstance active, AlertInstance shadow) {}

    /** Compares instances, each list in order of their starts. */
    static ShadowDiff of(List<AlertInstance> active, List<AlertInstance> shadow) {
        Map<JsonNode, List<AlertInstance>> shadowByKey = byKey(shadow);
        Map<JsonNode, List<AlertInstance>> activeByKey = byKey(active);
        List<Pair> both = new ArrayList<>();
        Set<UUID> paired = new HashSet<>();
        List<AlertInstance> onlyActive = new ArrayList<>();
        for (AlertInstance instance : active) {
            Optional<AlertInstance> other = firstOverlapping(instance, shadowByKey);
            if (other.isEmpty()) {
                onlyActive.add(instance);
            } else {
                both.add(new Pair(instance, other.get()));
                paired.add(other.get().id());
            }
        }
        List<AlertInstance> onlyShadow = new ArrayList<>();
        for (AlertInstance instance : shadow) {
            Optional<AlertInstance> other = firstOverlapping(instance, activeByKey);
            if (other.isEmpty()) {
                onlyShadow.add(instance);
            } else if (!paired.contains(instance.id())) {
                both.add(new Pair(other.get(), instance));
            }
        }
        return new ShadowDiff(both, onlyActive, onlyShadow);
    }

    private static Map<JsonNode, List<AlertInstance>> byKey(List<AlertInstance> instances) {
        Map<JsonNode, List<AlertInstance>> byKey = new HashMap<>();
        for (AlertInstance instance : instances) {
            byKey.computeIfAbsent(instance.key(), key -> new ArrayList<>()).add(instance);
        }
        return byKey;
    }

    private static Optional<AlertInstance> firstOverlapping(
            AlertInstance instance, Map<JsonNode, List<AlertInstance>> others) {
        return others.getOrDefault(instance.key(), List.of()).stream()
                .filter(it -> overlap(it, instance))
                .findFirst();
    }

    private static boolean overlap(AlertInstance one, AlertInstance other) {
        return !end(one).isBefore(other.startedAt()) && !end(other).isBefore(one.startedAt());
    }

    private static Instant end(AlertInstance instance) {
        return instance.endedAt().orElse(Instant.MAX);
    }
}
