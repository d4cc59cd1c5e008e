package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.ActivityLog;
import io.streamgauge.alerting.RuleInForce;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the router keeps of a stream: how to read its events, and which of its rules want them. The
 * index is made anew when the rules in force are others. For one task's thread.
 */
final class RoutedStream {

    private static final long[] NONE = {};

    private final StreamDefinition definition;
    private final EventDecoder decoder;
    private final String activityKey;
    private @Nullable List<RuleInForce> indexed;
    private RuleIndex<Routed> index = new RuleIndex<>(List.of());
    private List<Group> groups = List.of();
    private long[] sourceRules = NONE;

    /** Of each partition, the interval of the activity log that was last told of. */
    private final Map<Integer, Long> told = new HashMap<>();

    private long failuresToldAt = Long.MIN_VALUE;

    /** A rule, and which of the groupings is its own. */
    record Routed(RuleKey rule, Group group) {}

    /** The rules of one grouping, and which of them want the present event. */
    private static final class Group {

        private final String prefix;
        private final List<String> dimensions;
        private final RuleRefs wanting = new RuleRefs();

        Group(String prefix, List<String> dimensions) {
            this.prefix = prefix;
            this.dimensions = dimensions;
        }
    }

    /** Takes what comes of an event. */
    interface Output {

        void event(GroupedEvent event);

        void signal(Signal signal);

        void failed(RuleKey rule, String reason);
    }

    RoutedStream(StreamDefinition definition) {
        this.definition = definition;
        decoder = new EventDecoder(definition.spec());
        activityKey = definition.tenant() + "/" + definition.id();
    }

    EventDecoder decoder() {
        return decoder;
    }

    /**
     * Sends an event to the groups whose rules want it.
     *
     * @param account of the event's partition
     */
    void route(
            EventRow row,
            long arrival,
            int partition,
            long offset,
            List<RuleInForce> rules,
            RoutingBudgets.Account account,
            Output output) {
        if (rules != indexed) {
            build(rules);
        }
        if (rules.isEmpty()) {
            return;
        }
        if (sourceRules.length > 0) {
            tellOfActivity(arrival, partition, offset, output);
        }
        // Once a second is enough to say that a field is missing, and costs a look at each rule.
        long second = Math.floorDiv(arrival, 1_000);
        boolean allFailures = second != failuresToldAt;
        failuresToldAt = second;
        index.find(row, allFailures, new Findings(output, account, arrival));
        for (Group group : groups) {
            if (!group.wanting.isEmpty()) {
                output.event(
                        new GroupedEvent(
                                GroupedEvent.Kind.EVENT,
                                group.prefix + row.key(group.dimensions),
                                arrival,
                                partition,
                                offset,
                                group.wanting.toArray(),
                                row.json()));
                group.wanting.clear();
            }
        }
    }

    /** Collects an event's findings by group. */
    private static final class Findings implements RuleIndex.Findings<Routed> {

        private final Output output;
        private final RoutingBudgets.Account account;
        private final long arrival;

        Findings(Output output, RoutingBudgets.Account account, long arrival) {
            this.output = output;
            this.account = account;
            this.arrival = arrival;
        }

        @Override
        public void wanted(Routed routed) {
            routed.group().wanting.add(routed.rule());
        }

        @Override
        public void failed(Routed routed, String reason) {
            output.failed(routed.rule(), reason);
        }

        @Override
        public boolean mayCost(Routed routed) {
            return !account.isSuspended(routed.rule(), arrival);
        }

        @Override
        public void cost(Routed routed, long cost) {
            account.spent(routed.rule(), cost);
        }
    }

    /** Tells, once for each partition and interval, of the first event in it. */
    private void tellOfActivity(long arrival, int partition, long offset, Output output) {
        long interval = Math.floorDiv(arrival, ActivityLog.GRAIN_MILLIS);
        Long last = told.put(partition, interval);
        if (last != null && last == interval) {
            return;
        }
        output.signal(Signal.activity(activityKey, arrival));
        output.event(
                new GroupedEvent(
                        GroupedEvent.Kind.ACTIVITY,
                        GroupKey.prefix(definition.tenant(), definition.id(), "") + "{}",
                        arrival,
                        partition,
                        offset,
                        sourceRules,
                        new byte[0]));
    }

    private void build(List<RuleInForce> rules) {
        Map<String, Group> byGrouping = new HashMap<>();
        List<RuleIndex.Entry<Routed>> entries = new ArrayList<>(rules.size());
        RuleRefs source = new RuleRefs();
        for (RuleInForce rule : rules) {
            String grouping = GroupKey.grouping(rule.rule().groupBy());
            Group group =
                    byGrouping.computeIfAbsent(
                            grouping,
                            text ->
                                    new Group(
                                            GroupKey.prefix(
                                                    definition.tenant(), definition.id(), text),
                                            rule.rule().groupBy().stream().sorted().toList()));
            entries.add(
                    new RuleIndex.Entry<>(new Routed(rule.key(), group), rule.rule().interest()));
            if (rule.rule().judgesSource()) {
                source.add(rule.key());
            }
        }
        index = new RuleIndex<>(entries);
        groups = List.copyOf(byGrouping.values());
        sourceRules = source.toArray();
        indexed = rules;
    }
}
