package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.EvaluationBudget;
import io.streamgauge.alerting.HostException;
import io.streamgauge.alerting.JudgedEvent;
import io.streamgauge.alerting.KeyJudge;
import io.streamgauge.alerting.Limits;
import io.streamgauge.alerting.RuleChange;
import io.streamgauge.alerting.RuleInForce;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.event.EventRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link KeyJudge} over Flink's state and timers: turns to a group, lets it be judged, and sees
 * to it that its one timer is set to when it is next due. For one task's thread; the caller keeps
 * to the order of the clock.
 */
final class GroupJudge {

    private static final Logger LOG = LoggerFactory.getLogger(GroupJudge.class);

    private final RuleDesk desk;
    private final StoredHearing hearing;
    private final RuleStatuses statuses;
    private final OpenInstances open;
    private final FlinkKeyStore store;
    private final InternalTimerService<VoidNamespace> timers;
    private final Consumer<String> setKey;
    private final JudgeSink sink;
    private final Counter judgementsFailed;
    private final StreamDecoders decoders;
    private final KeyJudge judge;
    private GroupKey group = NO_GROUP;
    private String groupText = "";

    private static final GroupKey NO_GROUP =
            new GroupKey(new TenantId("none"), new StreamId(new UUID(0, 0)), "", "{}");

    /**
     * A judge of a task's groups.
     *
     * @param setKey makes a group the backend's current key
     */
    GroupJudge(
            RuleDesk desk,
            StoredHearing hearing,
            RuleStatuses statuses,
            OpenInstances open,
            FlinkKeyStore store,
            InternalTimerService<VoidNamespace> timers,
            Consumer<String> setKey,
            EvaluationBudget budget,
            Counter judgementsFailed,
            JudgeSink sink) {
        this.desk = desk;
        this.hearing = hearing;
        this.statuses = statuses;
        this.open = open;
        this.store = store;
        this.timers = timers;
        this.setKey = setKey;
        this.judgementsFailed = judgementsFailed;
        this.sink = sink;
        decoders = new StreamDecoders(desk.book());
        judge = new KeyJudge(desk.book(), new Policy(), hearing, sink, budget);
    }

    /** Judges the next event, at a time of the clock that is its arrival or later. */
    void event(GroupedEvent event, long arrival) {
        long due = select(event.group());
        if (isSuspended() && event.kind() != GroupedEvent.Kind.MEMBER) {
            return;
        }
        List<RuleInForce> rules = inForce(event.rules(), arrival);
        if (rules.isEmpty()) {
            return;
        }
        try {
            judge(event, arrival, rules);
        } catch (HostException e) {
            throw e;
        } catch (RuntimeException e) {
            failed(e, rules);
        }
        schedule(due);
    }

    /** Members are told all the same, since what they have open may end. */
    private boolean isSuspended() {
        return hearing.suspensions().since(group.tenant()) != KeyJudge.NEVER;
    }

    /**
     * The judge met something that it should have been ready for: not in a rule, of which each
     * fails by itself, but in what is a group's. It must not stop the job, which would only meet
     * the same again after each restart.
     */
    private void failed(RuntimeException failure, List<RuleInForce> rules) {
        LOG.error("group {} could not be judged by {}", groupText, rules, failure);
        judgementsFailed.inc();
        for (RuleInForce rule : rules) {
            statuses.failed(rule.key(), 1, "internal error: " + failure);
        }
    }

    private void judge(GroupedEvent event, long arrival, List<RuleInForce> rules) {
        switch (event.kind()) {
            case EVENT -> {
                EventRow row = decoders.decode(group.tenant(), group.stream(), event.value());
                if (row != null) {
                    judge.onEvent(
                            new JudgedEvent(
                                    row, arrival, event.partition(), event.offset(), rules));
                }
            }
            case ACTIVITY -> judge.onActivity(arrival, rules);
            case ANOMALY -> {
                try {
                    judge.onAnomaly(Anomalies.read(event.value()), arrival, rules);
                } catch (InvalidInputException e) {
                    LOG.error("an anomaly is invalid; ignored: {}", e.getMessage());
                }
            }
            case MEMBER -> judge.onMember(Members.read(event.value(), arrival), rules);
        }
    }

    private List<RuleInForce> inForce(long[] refs, long arrival) {
        List<RuleInForce> rules = new ArrayList<>(RuleRefs.count(refs));
        for (int i = 0; i < RuleRefs.count(refs); i++) {
            Optional<RuleInForce> rule =
                    desk.book().find(RuleRefs.get(refs, i, group.tenant()), arrival);
            rule.ifPresent(rules::add);
        }
        return rules;
    }

    /** Does what is due in a group whose timer has fired. */
    void due(String group, long timestamp) {
        select(group);
        try {
            judge.advance(timestamp);
        } catch (HostException e) {
            throw e;
        } catch (RuntimeException e) {
            failed(e, List.of());
            return; // without a timer: it would fail again at once
        }
        schedule(KeyJudge.NEVER); // the timer is gone
    }

    /** The tenant of a group is active again. */
    void resume(String text, long from, long to) {
        long before = select(text);
        try {
            judge.resume(from, to);
        } catch (HostException e) {
            throw e;
        } catch (RuntimeException e) {
            failed(e, List.of());
        }
        // Whether there is still a timer, nobody knows.
        if (before != KeyJudge.NEVER) {
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, before);
        }
        schedule(KeyJudge.NEVER);
    }

    /**
     * A rule is in force, or no longer.
     *
     * @param now on the platform's clock
     */
    void changed(RuleChange change, long now) {
        statuses.changed(change, now);
        if (change.kind() == RuleChange.Kind.ENDED) {
            EndReason reason = change.reason().orElse(EndReason.RULE_REMOVED);
            for (String text : open.groups(change.rule())) {
                long due = select(text);
                judge.ruleEnded(change.rule(), reason, change.at());
                schedule(due);
            }
        }
    }

    /**
     * Tells a composite that is in force from now on which of its members fire.
     *
     * @param now on the platform's clock
     */
    void tellComposite(RuleKey composite, long now) {
        Optional<RuleInForce> rule = desk.book().find(composite, now);
        if (rule.isEmpty()) {
            return;
        }
        AlertDefinition definition = rule.get().rule().definition();
        definition.members().values().stream()
                .distinct()
                .sorted((a, b) -> a.value().compareTo(b.value()))
                .flatMap(member -> open.firing(member).stream())
                .filter(firing -> !isShadow(firing.rule(), now))
                .forEach(
                        firing ->
                                sink.member(
                                        Members.grouped(
                                                rule.get(),
                                                GroupKey.parse(firing.group()).key(),
                                                firing.rule().alert(),
                                                firing.instance(),
                                                true,
                                                now)));
    }

    private boolean isShadow(RuleKey rule, long now) {
        return desk.book().find(rule, now).map(RuleInForce::isShadow).orElse(true);
    }

    /** Removes what a group remembers of rules that are over. */
    void sweep(String text, long clock) {
        long due = select(text);
        judge.sweep(clock);
        schedule(due);
    }

    /** The router's conditions have failed. */
    void failures(String rule, long count, byte[] reason) {
        rule(rule)
                .ifPresent(
                        of ->
                                statuses.failed(
                                        of, count, new String(reason, StandardCharsets.UTF_8)));
    }

    /** The router does not ask a rule about events, or all rules of a tenant. */
    void throttled(String ruleOrTenant, long from, long until) {
        Optional<RuleKey> rule = rule(ruleOrTenant);
        if (rule.isEmpty()) {
            hearing.throttling().add(new TenantId(ruleOrTenant), from, until);
            return;
        }
        hearing.throttling().add(rule.get(), from, until);
        statuses.throttled(rule.get(), until);
    }

    private static Optional<RuleKey> rule(String text) {
        String[] parts = text.split("/", -1);
        return parts.length < 3
                ? Optional.empty()
                : AlertId.parse(parts[1])
                        .map(
                                alert ->
                                        new RuleKey(
                                                new TenantId(parts[0]),
                                                alert,
                                                Long.parseLong(parts[2])));
    }

    /** The present state of a rule for a group, as a JSON object. */
    String explain(String text, RuleKey rule, long clock) {
        long due = select(text);
        String state = judge.explain(rule, clock);
        schedule(due);
        return state;
    }

    /** Turns to a group; gives the time that its timer is set to. */
    private long select(String text) {
        setKey.accept(text);
        if (!text.equals(groupText)) {
            group = GroupKey.parse(text);
            groupText = text;
            sink.select(text);
        }
        store.keyChanged();
        judge.select(group.key(), store, hearing.suspensions().since(group.tenant()));
        return judge.nextDue();
    }

    private void schedule(long before) {
        long next = judge.nextDue();
        if (next == before) {
            return;
        }
        if (before != KeyJudge.NEVER) {
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, before);
        }
        if (next != KeyJudge.NEVER) {
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, next);
        }
    }

    /** What the tenant's policy allows. */
    private final class Policy implements Limits {

        @Override
        public boolean mayOpen(RuleKey rule) {
            return open.count(rule.alert()) < desk.policies().openInstancesPerAlert(rule.tenant());
        }

        @Override
        public int partialMatches(RuleKey rule) {
            return desk.policies().partialMatchesPerKey(rule.tenant());
        }
    }
}
