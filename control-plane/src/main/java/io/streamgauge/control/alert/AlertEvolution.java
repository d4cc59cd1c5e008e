package io.streamgauge.control.alert;

import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * From one alert to the next: which versions run after a change. Pure; each result has the next
 * revision.
 */
final class AlertEvolution {

    /** As many as can reasonably have something open; the oldest one ends where another comes. */
    static final int MAX_DRAINING = 3;

    private final Alert current;
    private final Instant now;

    private AlertEvolution(Alert current, Instant now) {
        this.current = current;
        this.now = now;
    }

    /** Begins with an alert as it is. */
    static AlertEvolution of(Alert current, Instant now) {
        return new AlertEvolution(current, now);
    }

    /** Another specification takes the active one's place; what drains ends with a reset. */
    Alert activated(AlertSpec spec, Map<String, AlertId> members, OnChange onChange) {
        return next(
                Stream.concat(
                                Stream.of(added(spec, AlertVersion.Mode.ACTIVE)),
                                current.shadow().stream())
                        .toList(),
                drained(onChange),
                members,
                current.lastVersion() + 1,
                current.paused());
    }

    /** The shadow takes the active one's place, as a new version: it begins without a past. */
    Alert promoted(AlertSpec shadow, Map<String, AlertId> members, OnChange onChange) {
        return next(
                List.of(added(shadow, AlertVersion.Mode.ACTIVE)),
                drained(onChange),
                members,
                current.lastVersion() + 1,
                current.paused());
    }

    /** A specification is judged beside the active one, in the place of any that was. */
    Alert shadowed(AlertSpec spec, Map<String, AlertId> members) {
        return next(
                List.of(current.active(), added(spec, AlertVersion.Mode.SHADOW)),
                current.draining(),
                members,
                current.lastVersion() + 1,
                current.paused());
    }

    /** Nothing is judged beside the active version. */
    Alert withoutShadow() {
        return next(
                List.of(current.active()),
                current.draining(),
                Map.of(),
                current.lastVersion(),
                current.paused());
    }

    /** Nothing is judged, and what has begun ends; or it is judged again, from the beginning. */
    Alert paused(boolean paused) {
        return next(
                Stream.concat(Stream.of(current.active()), current.shadow().stream()).toList(),
                List.of(),
                Map.of(),
                current.lastVersion(),
                paused);
    }

    private AlertVersion added(AlertSpec spec, AlertVersion.Mode mode) {
        return new AlertVersion(current.lastVersion() + 1, mode, spec);
    }

    private List<AlertVersion> drained(OnChange onChange) {
        if (onChange == OnChange.RESET || current.paused()) { // a paused one has begun nothing
            return List.of();
        }
        List<AlertVersion> draining = new ArrayList<>(current.draining());
        draining.add(
                new AlertVersion(
                        current.active().number(),
                        AlertVersion.Mode.DRAINING,
                        current.active().spec()));
        return draining.subList(Math.max(0, draining.size() - MAX_DRAINING), draining.size());
    }

    private Alert next(
            List<AlertVersion> running,
            List<AlertVersion> draining,
            Map<String, AlertId> newMembers,
            long lastVersion,
            boolean paused) {
        List<AlertVersion> versions = Stream.concat(running.stream(), draining.stream()).toList();
        Map<String, AlertId> known = new TreeMap<>(current.members());
        known.putAll(newMembers);
        Map<String, AlertId> members = new TreeMap<>();
        versions.stream()
                .flatMap(version -> references(version.spec()))
                .forEach(reference -> members.put(reference, known.get(reference)));
        return new Alert(
                current.tenant(),
                current.id(),
                current.stream(),
                members,
                versions,
                lastVersion,
                paused,
                current.revision() + 1,
                current.createdAt(),
                now);
    }

    private static Stream<String> references(AlertSpec spec) {
        return spec.condition() instanceof Condition.Composite composite
                ? Stream.of(composite.all(), composite.any(), composite.none())
                        .flatMap(List::stream)
                : Stream.empty();
    }
}
