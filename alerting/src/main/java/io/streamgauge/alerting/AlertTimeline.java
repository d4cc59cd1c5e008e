package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The revisions of one alert in the order in which they are in force, each compiled. For one
 * thread.
 */
final class AlertTimeline {

    /** A revision from its time on, until the next one's. */
    static final class Segment {

        private final RuleRevision revision;
        private final SortedMap<Long, CompiledRule> rules = new TreeMap<>();
        private final SortedMap<Long, String> problems = new TreeMap<>();
        private boolean announced;

        private Segment(RuleRevision revision) {
            this.revision = revision;
        }

        long from() {
            return revision.effectiveFrom();
        }

        Optional<AlertDefinition> definition() {
            return revision.definition();
        }

        RuleRevision revision() {
            return revision;
        }

        RuleKey key(long version) {
            return new RuleKey(revision.tenant(), revision.alert(), version);
        }

        SortedMap<Long, String> problems() {
            return problems;
        }

        SortedMap<Long, CompiledRule> rules() {
            return rules;
        }
    }

    private final Function<StreamDefinition, StreamTools> tools;
    private final List<Segment> segments = new ArrayList<>();

    AlertTimeline(Function<StreamDefinition, StreamTools> tools) {
        this.tools = tools;
    }

    boolean isEmpty() {
        return segments.isEmpty();
    }

    List<Segment> segments() {
        return segments;
    }

    /** Adds a revision; one that is not newer than the last one's time takes that time. */
    Segment add(RuleRevision revision, Optional<StreamDefinition> stream) {
        Segment before = segments.isEmpty() ? null : segments.getLast();
        long from =
                before == null
                        ? revision.effectiveFrom()
                        : Math.max(before.from(), revision.effectiveFrom());
        SortedMap<Long, Long> since = new TreeMap<>(revision.since());
        revision.definition()
                .ifPresent(
                        definition ->
                                definition
                                        .versions()
                                        .forEach(
                                                version ->
                                                        since.putIfAbsent(
                                                                version.number(),
                                                                since(before, version, from))));
        Segment segment =
                new Segment(
                        new RuleRevision(
                                revision.tenant(),
                                revision.alert(),
                                revision.definition(),
                                from,
                                since));
        compile(segment, before, stream);
        if (before != null && before.from() == from && !before.announced) {
            segments.removeLast(); // of two at one time the later one counts
        }
        segments.add(segment);
        return segment;
    }

    private static long since(@Nullable Segment before, AlertVersion version, long from) {
        if (before == null || before.definition().isEmpty()) {
            return from;
        }
        boolean shadow = version.mode() == AlertVersion.Mode.SHADOW;
        for (AlertVersion earlier : before.definition().get().versions()) {
            if (earlier.number() == version.number()
                    && (earlier.mode() == AlertVersion.Mode.SHADOW) == shadow) {
                return before.revision.since().getOrDefault(version.number(), from);
            }
        }
        return from;
    }

    private void compile(
            Segment segment, @Nullable Segment before, Optional<StreamDefinition> stream) {
        segment.rules.clear();
        segment.problems.clear();
        if (segment.definition().isEmpty()) {
            return;
        }
        AlertDefinition definition = segment.definition().get();
        for (AlertVersion version : definition.versions()) {
            try {
                CompiledRule known = before == null ? null : before.rules.get(version.number());
                Optional<CompiledRule> reused =
                        known == null || !known.stream().equals(stream)
                                ? Optional.empty()
                                : known.as(definition, version);
                CompiledRule rule =
                        reused.isPresent()
                                ? reused.get()
                                : CompiledRule.compile(definition, version, stream, tools);
                segment.rules.put(version.number(), rule);
            } catch (InvalidRuleException e) {
                segment.problems.put(version.number(), String.valueOf(e.getMessage()));
            } catch (RuntimeException e) { // a mistake of ours, which must not stop the others
                segment.problems.put(version.number(), "internal error: " + e);
            }
        }
    }

    /** Compiles all again, by a changed stream; they are announced once more. */
    void recompile(Optional<StreamDefinition> stream) {
        Segment before = null;
        for (Segment segment : segments) {
            compile(segment, before, stream);
            before = segment;
        }
    }

    @Nullable Segment at(long clock) {
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (segments.get(i).from() <= clock) {
                return segments.get(i);
            }
        }
        return null;
    }

    private long until(Segment segment) {
        int next = segments.indexOf(segment) + 1;
        return next < segments.size() ? segments.get(next).from() : RuleInForce.OPEN;
    }

    /** The rules in force at a time, by version. */
    List<RuleInForce> inForce(long clock) {
        Segment segment = at(clock);
        if (segment == null) {
            return List.of();
        }
        List<RuleInForce> rules = new ArrayList<>(segment.rules.size());
        for (CompiledRule rule : segment.rules.values()) {
            rules.add(inForce(segment, rule));
        }
        return rules;
    }

    Optional<RuleInForce> find(long version, long clock) {
        Segment segment = at(clock);
        CompiledRule rule = segment == null ? null : segment.rules.get(version);
        return segment == null || rule == null
                ? Optional.empty()
                : Optional.of(inForce(segment, rule));
    }

    private RuleInForce inForce(Segment segment, CompiledRule rule) {
        long revision = rule.definition().revision();
        long since = segment.revision.since().getOrDefault(rule.version().number(), segment.from());
        return new RuleInForce(rule, rule.mode(), since, until(segment), revision);
    }

    /** Says what a segment changes. */
    void announce(Segment segment, List<RuleChange> changes) {
        segment.announced = true;
        int at = segments.indexOf(segment);
        Segment before = at > 0 ? segments.get(at - 1) : null;
        if (before != null) {
            // Those that were set aside end as well: somebody was told of them.
            SortedSet<Long> versions = new TreeSet<>(before.rules.keySet());
            versions.addAll(before.problems.keySet());
            for (long version : versions) {
                if (!continues(segment, before, version)) {
                    changes.add(
                            new RuleChange(
                                    RuleChange.Kind.ENDED,
                                    segment.key(version),
                                    segment.from(),
                                    segment.definition()
                                            .or(before::definition)
                                            .map(AlertDefinition::revision)
                                            .orElse(0L),
                                    Optional.of(reason(segment)),
                                    Optional.empty()));
                }
            }
        }
        announceRules(segment, changes);
    }

    void announceRules(Segment segment, List<RuleChange> changes) {
        for (CompiledRule rule : segment.rules.values()) {
            changes.add(
                    new RuleChange(
                            RuleChange.Kind.IN_FORCE,
                            rule.key(),
                            segment.revision
                                    .since()
                                    .getOrDefault(rule.version().number(), segment.from()),
                            rule.definition().revision(),
                            Optional.empty(),
                            Optional.empty()));
        }
        segment.problems.forEach(
                (version, problem) ->
                        changes.add(
                                new RuleChange(
                                        RuleChange.Kind.QUARANTINED,
                                        segment.key(version),
                                        segment.from(),
                                        segment.definition()
                                                .map(AlertDefinition::revision)
                                                .orElse(0L),
                                        Optional.empty(),
                                        Optional.of(problem))));
    }

    private static boolean continues(Segment segment, Segment before, long version) {
        Long since = segment.revision.since().get(version);
        return since != null && since.equals(before.revision.since().get(version));
    }

    static EndReason reason(Segment segment) {
        if (segment.definition().isEmpty()) {
            return EndReason.RULE_REMOVED;
        }
        return segment.definition().get().paused() ? EndReason.RULE_PAUSED : EndReason.RULE_CHANGED;
    }

    /** When, and why, what was judged since some time ended; empty where it has not. */
    Optional<RuleEnd> end(long version, long since) {
        Segment last = null;
        for (Segment segment : segments) {
            Long of = segment.revision.since().get(version);
            boolean there = of != null && of == since && segment.rules.containsKey(version);
            if (there) {
                last = segment;
            } else if (last != null) {
                CompiledRule rule = last.rules.get(version);
                return rule == null
                        ? Optional.empty()
                        : Optional.of(
                                new RuleEnd(inForce(last, rule), reason(segment), segment.from()));
            }
        }
        return Optional.empty();
    }

    /** Forgets what is over at a time. */
    void forget(long clock) {
        while (segments.size() > 1 && segments.get(1).from() <= clock) {
            segments.removeFirst();
        }
        if (segments.size() == 1
                && segments.getFirst().definition().isEmpty()
                && segments.getFirst().from() <= clock) {
            segments.clear();
        }
    }
}
