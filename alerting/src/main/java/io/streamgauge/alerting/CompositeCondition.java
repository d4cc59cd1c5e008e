package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.Condition;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A condition on other alerts, by their ids.
 *
 * @param members all of them, without repetition, in the order of the specification
 */
record CompositeCondition(
        List<AlertId> members, List<AlertId> all, List<AlertId> any, List<AlertId> none) {

    static CompositeCondition of(CompiledRule rule, Condition.Composite composite) {
        Map<String, AlertId> ids = rule.definition().members();
        List<AlertId> all = ids(composite.all(), ids);
        List<AlertId> any = ids(composite.any(), ids);
        List<AlertId> none = ids(composite.none(), ids);
        List<AlertId> members = Stream.of(all, any, none).flatMap(List::stream).distinct().toList();
        return new CompositeCondition(members, all, any, none);
    }

    private static List<AlertId> ids(List<String> names, Map<String, AlertId> ids) {
        return names.stream()
                .map(
                        name -> {
                            AlertId id = ids.get(name);
                            if (id == null) {
                                throw new IllegalStateException("member: " + name); // was checked
                            }
                            return id;
                        })
                .toList();
    }

    boolean holds(List<AlertId> firing) {
        return firing.containsAll(all)
                && (any.isEmpty() || any.stream().anyMatch(firing::contains))
                && none.stream().noneMatch(firing::contains);
    }
}
