package io.streamgauge.jobs.alerting;

import io.streamgauge.contracts.expression.Constraint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is found by the value of one field: by a hash of values, or a tree of ranges. What is found
 * is named by numbers, as who builds it likes. Immutable.
 */
final class FieldIndex {

    private final String field;
    private final Map<Object, int[]> byValue = new HashMap<>();
    private @Nullable IntervalIndex ranges;
    private int[] all = {};

    private FieldIndex(String field) {
        this.field = field;
    }

    String field() {
        return field;
    }

    /** All that is there to be found. Not a copy. */
    int[] all() {
        return all;
    }

    /** Gives what admits a value. */
    void find(Object value, IntConsumer found) {
        Object key = value;
        if (value instanceof Double number) {
            if (ranges != null) {
                ranges.find(number, found);
            }
            if (number == 0) {
                key = 0.0; // constraints hold the positive zero
            }
        }
        int[] exact = byValue.get(key);
        if (exact != null) {
            for (int item : exact) {
                found.accept(item);
            }
        }
    }

    static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Collects what goes under each field. */
    static final class Builder {

        private final Map<String, Map<Object, List<Integer>>> values = new LinkedHashMap<>();
        private final Map<String, List<Constraint.Range>> ranges = new HashMap<>();
        private final Map<String, List<Integer>> rangeItems = new HashMap<>();

        void add(Constraint constraint, int alternative) {
            Map<Object, List<Integer>> ofField =
                    values.computeIfAbsent(constraint.field(), field -> new HashMap<>());
            switch (constraint) {
                case Constraint.Equal equal ->
                        ofField.computeIfAbsent(equal.value(), value -> new ArrayList<>())
                                .add(alternative);
                case Constraint.In in ->
                        in.values()
                                .forEach(
                                        each ->
                                                ofField.computeIfAbsent(
                                                                each, value -> new ArrayList<>())
                                                        .add(alternative));
                case Constraint.Range range -> {
                    ranges.computeIfAbsent(range.field(), field -> new ArrayList<>()).add(range);
                    rangeItems
                            .computeIfAbsent(range.field(), field -> new ArrayList<>())
                            .add(alternative);
                }
            }
        }

        FieldIndex[] build() {
            List<FieldIndex> built = new ArrayList<>();
            values.forEach(
                    (field, byValue) -> {
                        FieldIndex index = new FieldIndex(field);
                        List<Integer> all = new ArrayList<>();
                        byValue.forEach(
                                (value, items) -> {
                                    index.byValue.put(value, ints(items));
                                    all.addAll(items);
                                });
                        List<Constraint.Range> ofField = ranges.get(field);
                        List<Integer> items = rangeItems.get(field);
                        if (ofField != null && items != null) {
                            index.ranges = new IntervalIndex(ofField, items);
                            all.addAll(items);
                        }
                        index.all = ints(all);
                        built.add(index);
                    });
            return built.toArray(FieldIndex[]::new);
        }
    }
}
