package io.streamgauge.control.live.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions by the values that they want dimensions to have. Those that name the same
 * dimensions are found by the values that a result has there, with one look-up for all of them:
 * what a result costs grows with the ways in which dimensions are combined and with those who want
 * it, and not with those who do not.
 *
 * <p>Changed by one thread at a time, and read by others meanwhile: these find what is there all
 * the while, and perhaps what comes or goes.
 */
final class FilterIndex {

    /** By the names of dimensions, in their order, and then by the values. */
    private final Map<List<String>, Map<List<String>, Set<Subscription>>> byNames =
            new ConcurrentHashMap<>();

    void add(Map<String, String> where, Subscription subscription) {
        SortedMap<String, String> sorted = new TreeMap<>(where);
        byNames.computeIfAbsent(List.copyOf(sorted.keySet()), names -> new ConcurrentHashMap<>())
                .computeIfAbsent(
                        List.copyOf(sorted.values()), values -> ConcurrentHashMap.newKeySet())
                .add(subscription);
    }

    void remove(Map<String, String> where, Subscription subscription) {
        SortedMap<String, String> sorted = new TreeMap<>(where);
        List<String> names = List.copyOf(sorted.keySet());
        List<String> values = List.copyOf(sorted.values());
        byNames.computeIfPresent(
                names,
                (same, byValues) -> {
                    byValues.computeIfPresent(
                            values,
                            (sameToo, present) -> {
                                present.remove(subscription);
                                return present.isEmpty() ? null : present;
                            });
                    return byValues.isEmpty() ? null : byValues;
                });
    }

    boolean isEmpty() {
        return byNames.isEmpty();
    }

    /**
     * Finds those whose wishes are met.
     *
     * @param valueOf gives a dimension's value, null where there is none
     */
    void find(Function<String, @Nullable String> valueOf, Consumer<Subscription> found) {
        byNames.forEach(
                (names, byValues) -> {
                    List<String> values = valuesOf(names, valueOf);
                    if (values != null) {
                        byValues.getOrDefault(values, Set.of()).forEach(found);
                    }
                });
    }

    private static @Nullable List<String> valuesOf(
            List<String> names, Function<String, @Nullable String> valueOf) {
        List<String> values = new ArrayList<>(names.size());
        for (String name : names) {
            String value = valueOf.apply(name);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return values;
    }
}
