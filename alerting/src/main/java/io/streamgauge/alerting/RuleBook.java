package io.streamgauge.alerting;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rules in force, by the platform's clock: which were when, which are, and, as definitions take
 * effect a little after they are read, which will be. The same whoever holds it, so that all tasks
 * judge the same events by the same rules.
 *
 * <p>A rule that does not compile is not in force; the others are not touched by it. For one
 * thread.
 */
public final class RuleBook {

    private static final Comparator<AlertId> BY_VALUE = Comparator.comparing(AlertId::value);

    private record AlertKey(TenantId tenant, AlertId alert) {}

    private record StreamKey(TenantId tenant, StreamId stream) {}

    /** Rules of a stream between two times. */
    private record Span(long until, List<RuleInForce> rules) {}

    private final Map<AlertKey, AlertTimeline> timelines = new HashMap<>();
    private final Map<StreamKey, StreamDefinition> streams = new HashMap<>();
    private final Map<StreamKey, StreamTools> tools = new HashMap<>();
    private final Map<StreamKey, SortedSet<AlertId>> alertsByStream = new HashMap<>();
    private final Map<TenantId, SortedSet<AlertId>> composites = new HashMap<>();
    private final NavigableMap<Long, Set<AlertKey>> upcoming = new TreeMap<>();
    private final Map<StreamKey, NavigableMap<Long, Span>> spans = new HashMap<>();
    private final List<RuleChange> pending = new ArrayList<>();

    /** Alerts that have more than what is in force for good. */
    private final Set<AlertKey> changing = new LinkedHashSet<>();

    private long clock = Long.MIN_VALUE;
    private long forgotten = Long.MIN_VALUE;

    /** Takes on a stream's definition, new or changed; its rules are compiled by it. */
    public void putStream(StreamDefinition definition) {
        StreamKey key = new StreamKey(definition.tenant(), definition.id());
        if (definition.equals(streams.put(key, definition))) {
            return;
        }
        tools.remove(key);
        spans.remove(key);
        for (AlertId alert : alertsByStream.getOrDefault(key, new TreeSet<>(BY_VALUE))) {
            AlertTimeline timeline = timelines.get(new AlertKey(key.tenant(), alert));
            if (timeline != null) {
                timeline.recompile(Optional.of(definition));
                AlertTimeline.Segment now = timeline.at(clock);
                if (now != null) {
                    timeline.announceRules(now, pending);
                }
            }
        }
    }

    /**
     * A stream is gone: its rules end. What was not yet in force then never is.
     *
     * @param at on the platform's clock
     */
    public void removeStream(TenantId tenant, StreamId stream, long at) {
        StreamKey key = new StreamKey(tenant, stream);
        streams.remove(key);
        tools.remove(key);
        for (AlertId alert :
                List.copyOf(alertsByStream.getOrDefault(key, new TreeSet<>(BY_VALUE)))) {
            put(RuleRevision.removal(tenant, alert, at));
        }
    }

    private StreamTools tools(StreamDefinition stream) {
        return tools.computeIfAbsent(
                new StreamKey(stream.tenant(), stream.id()), key -> new StreamTools(stream.spec()));
    }

    /** A stream's definition. */
    public Optional<StreamDefinition> stream(TenantId tenant, StreamId stream) {
        return Optional.ofNullable(streams.get(new StreamKey(tenant, stream)));
    }

    /**
     * Adds a revision to an alert. One that is older than what is known is passed over.
     *
     * @return whether it was added
     */
    public boolean put(RuleRevision revision) {
        AlertKey key = new AlertKey(revision.tenant(), revision.alert());
        AlertTimeline timeline =
                timelines.computeIfAbsent(key, alert -> new AlertTimeline(this::tools));
        if (isOld(timeline, revision)) {
            return false;
        }
        Optional<StreamKey> stream =
                revision.definition()
                        .flatMap(AlertDefinition::stream)
                        .map(id -> new StreamKey(key.tenant(), id));
        AlertTimeline.Segment segment = timeline.add(revision, stream.map(streams::get));
        revision.definition().ifPresent(definition -> index(key, stream));
        forgetSpans(key, timeline);
        changing.add(key);
        upcoming.computeIfAbsent(segment.from(), from -> new LinkedHashSet<>()).add(key);
        return true;
    }

    private static boolean isOld(AlertTimeline timeline, RuleRevision revision) {
        if (timeline.isEmpty()) {
            return revision.definition().isEmpty();
        }
        Optional<AlertDefinition> last = timeline.segments().getLast().definition();
        if (last.isEmpty() || revision.definition().isEmpty()) {
            return last.isEmpty() && revision.definition().isEmpty();
        }
        return revision.definition().get().revision() <= last.get().revision();
    }

    private void index(AlertKey key, Optional<StreamKey> stream) {
        SortedSet<AlertId> alerts =
                stream.isPresent()
                        ? alertsByStream.computeIfAbsent(
                                stream.get(), of -> new TreeSet<>(BY_VALUE))
                        : composites.computeIfAbsent(key.tenant(), of -> new TreeSet<>(BY_VALUE));
        alerts.add(key.alert());
    }

    private void forgetSpans(AlertKey key, AlertTimeline timeline) {
        for (AlertTimeline.Segment segment : timeline.segments()) {
            segment.definition()
                    .flatMap(AlertDefinition::stream)
                    .ifPresent(stream -> spans.remove(new StreamKey(key.tenant(), stream)));
        }
    }

    /**
     * The rules that judge a stream's events of an arrival, by alert and version; those that drain
     * among them, composites not.
     */
    public List<RuleInForce> rules(TenantId tenant, StreamId stream, long arrival) {
        StreamKey key = new StreamKey(tenant, stream);
        SortedSet<AlertId> alerts = alertsByStream.get(key);
        if (alerts == null) {
            return List.of();
        }
        NavigableMap<Long, Span> known = spans.computeIfAbsent(key, of -> new TreeMap<>());
        Map.Entry<Long, Span> span = known.floorEntry(arrival);
        if (span != null && arrival < span.getValue().until()) {
            return span.getValue().rules();
        }
        List<RuleInForce> rules = new ArrayList<>();
        long from = Long.MIN_VALUE;
        long until = RuleInForce.OPEN;
        for (AlertId alert : alerts) {
            AlertTimeline timeline = timelines.get(new AlertKey(tenant, alert));
            if (timeline == null) {
                continue;
            }
            for (AlertTimeline.Segment segment : timeline.segments()) {
                if (segment.from() <= arrival) {
                    from = Math.max(from, segment.from());
                } else {
                    until = Math.min(until, segment.from());
                }
            }
            rules.addAll(timeline.inForce(arrival));
        }
        List<RuleInForce> result = List.copyOf(rules);
        known.values().removeIf(old -> old.until() <= forgotten);
        known.put(from, new Span(until, result));
        return result;
    }

    /** The composites of a tenant that an alert is a member of, at a time of the clock. */
    public List<RuleInForce> composites(TenantId tenant, AlertId member, long at) {
        List<RuleInForce> rules = new ArrayList<>();
        for (AlertId alert : composites.getOrDefault(tenant, new TreeSet<>(BY_VALUE))) {
            AlertTimeline timeline = timelines.get(new AlertKey(tenant, alert));
            if (timeline == null) {
                continue;
            }
            for (RuleInForce rule : timeline.inForce(at)) {
                if (rule.rule().definition().members().containsValue(member)) {
                    rules.add(rule);
                }
            }
        }
        return rules;
    }

    /** A rule at a time of the clock; empty where it is not in force then. */
    public Optional<RuleInForce> find(RuleKey rule, long at) {
        AlertTimeline timeline = timelines.get(new AlertKey(rule.tenant(), rule.alert()));
        return timeline == null ? Optional.empty() : timeline.find(rule.version(), at);
    }

    Optional<RuleEnd> end(RuleKey rule, long since) {
        AlertTimeline timeline = timelines.get(new AlertKey(rule.tenant(), rule.alert()));
        return timeline == null ? Optional.empty() : timeline.end(rule.version(), since);
    }

    /**
     * When something changes next, after the time advanced to; {@link RuleInForce#OPEN} if never.
     */
    public long nextChange() {
        return upcoming.isEmpty() ? RuleInForce.OPEN : upcoming.firstKey();
    }

    /** What changes up to a time of the clock and was not yet told, in order. */
    public List<RuleChange> advance(long to) {
        List<RuleChange> changes = new ArrayList<>(pending);
        pending.clear();
        clock = Math.max(clock, to);
        while (!upcoming.isEmpty() && upcoming.firstKey() <= clock) {
            Map.Entry<Long, Set<AlertKey>> due = upcoming.pollFirstEntry();
            for (AlertKey key : due.getValue()) {
                announce(key, due.getKey(), changes);
            }
        }
        return changes;
    }

    private void announce(AlertKey key, long from, List<RuleChange> changes) {
        AlertTimeline timeline = timelines.get(key);
        if (timeline == null) {
            return;
        }
        for (AlertTimeline.Segment segment : List.copyOf(timeline.segments())) {
            if (segment.from() == from) {
                timeline.announce(segment, changes);
            }
        }
    }

    /**
     * Forgets what was over at a time of the clock: no event and no key will be judged before it
     * any more.
     */
    public void forget(long before) {
        forgotten = before;
        changing.removeIf(key -> isSettled(key, before));
    }

    private boolean isSettled(AlertKey key, long before) {
        AlertTimeline timeline = timelines.get(key);
        if (timeline == null) {
            return true;
        }
        timeline.forget(before);
        if (timeline.isEmpty()) {
            timelines.remove(key);
            unindex(key);
            return true;
        }
        return timeline.segments().size() == 1
                && timeline.segments().getFirst().definition().isPresent();
    }

    private void unindex(AlertKey key) {
        alertsByStream.values().forEach(alerts -> alerts.remove(key.alert()));
        alertsByStream.values().removeIf(Set::isEmpty);
        SortedSet<AlertId> of = composites.get(key.tenant());
        if (of != null && of.remove(key.alert()) && of.isEmpty()) {
            composites.remove(key.tenant());
        }
    }

    /**
     * All that is remembered of alerts, oldest first: {@link #put} in this order, after the
     * streams, makes the same book again.
     */
    public List<RuleRevision> revisions() {
        List<RuleRevision> revisions = new ArrayList<>();
        timelines.entrySet().stream()
                .sorted(
                        Map.Entry.comparingByKey(
                                Comparator.comparing(AlertKey::tenant)
                                        .thenComparing(of -> of.alert().value())))
                .forEach(
                        entry ->
                                entry.getValue()
                                        .segments()
                                        .forEach(of -> revisions.add(of.revision())));
        return revisions;
    }
}
