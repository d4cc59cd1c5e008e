package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.contracts.detection.DetectionStatus;
import io.streamgauge.contracts.detection.DetectionStatusCodec;
import io.streamgauge.detection.Phase;
import io.streamgauge.jobs.anomaly.DetectionCatalog.Place;
import io.streamgauge.jobs.anomaly.DetectionCatalog.Standing;
import io.streamgauge.jobs.kafka.OutputRecord;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a task says of the streams that it judges. Changes are told at once, counts at most once a
 * second. Not part of the state: a task that starts again says so again, and counts from 0. Of a
 * stream that is gone the last is a tombstone, so that the compacted topic holds those that there
 * are. For one task's thread.
 */
final class DetectionStatuses {

    /** Of one stream. */
    static final long INTERVAL_MILLIS = 1_000;

    /** Reasons may quote what a tenant wrote. */
    private static final int MAX_REASON_CHARACTERS = 500;

    private final int subtask;
    private final int parallelism;
    private final Map<Place, Counts> counts = new HashMap<>();
    private final Set<Place> changed = new LinkedHashSet<>();
    private final Set<Place> counted = new LinkedHashSet<>();
    private final Set<Place> gone = new LinkedHashSet<>();

    /** Of one stream. */
    private static final class Counts {

        private final Map<Phase, Long> measures = new EnumMap<>(Phase.class);
        private long invalidValues;
        private long outOfOrder;
        private long failures;
        private long beyondLimit;
        private long toldAt = Long.MIN_VALUE;
    }

    DetectionStatuses(int subtask, int parallelism) {
        this.subtask = subtask;
        this.parallelism = parallelism;
    }

    /** Something else holds for a stream than did. */
    void changed(Place place) {
        changed.add(place);
    }

    /** A stream is deleted. */
    void gone(Place place) {
        changed.remove(place);
        counted.remove(place);
        counts.remove(place);
        gone.add(place);
    }

    /** Detectors of a stream's series had to begin anew. */
    void failed(Place place, long number) {
        counts(place).failures += number;
        counted.add(place);
    }

    /** A window of a stream was not scored, because it has too many series. */
    void beyondLimit(Place place) {
        counts(place).beyondLimit++;
        counted.add(place);
    }

    /** A window of a stream was passed over: it came again, or after a later one. */
    void outOfOrder(Place place) {
        counts(place).outOfOrder++;
        counted.add(place);
    }

    /** A value of a stream was no finite number. */
    void invalidValue(Place place) {
        counts(place).invalidValues++;
        counted.add(place);
    }

    /** A measure of a series is something else than it was counted as; empty: it was not yet. */
    void became(Place place, Optional<Phase> before, Phase now) {
        if (before.isPresent() && before.get() == now) {
            return; // as nearly always
        }
        before.ifPresent(it -> add(place, it, -1));
        add(place, now, 1);
    }

    /** A measure of a series is forgotten. */
    void forgotten(Place place, Phase before) {
        add(place, before, -1);
    }

    private void add(Place place, Phase phase, long number) {
        counts(place).measures.merge(phase, number, Long::sum);
        counted.add(place);
    }

    /** Tells what there is to tell now. */
    void tell(DetectionCatalog catalog, WallClock clock, Consumer<OutputRecord> output) {
        if (changed.isEmpty() && counted.isEmpty() && gone.isEmpty()) {
            return; // as nearly always
        }
        long now = clock.getAsLong();
        for (Place place : gone) {
            String key = DetectionStatusCodec.key(place.tenant(), place.stream(), subtask);
            output.accept(OutputRecord.forgotten(key, place.tenant().value()));
        }
        gone.clear();
        List<Place> due = new ArrayList<>(changed);
        changed.clear();
        for (Iterator<Place> places = counted.iterator(); places.hasNext(); ) {
            Place place = places.next();
            long toldAt = counts(place).toldAt;
            if (due.contains(place)) {
                places.remove();
            } else if (toldAt == Long.MIN_VALUE || now - toldAt >= INTERVAL_MILLIS) {
                due.add(place);
                places.remove();
            }
        }
        for (Place place : due) {
            counts(place).toldAt = now;
            output.accept(record(status(place, catalog.standing(place), now)));
        }
    }

    private DetectionStatus status(Place place, Standing standing, long now) {
        Counts counted = counts(place);
        DetectionSettings settings = standing.detection().settings();
        return new DetectionStatus(
                place.tenant(),
                place.stream(),
                subtask,
                parallelism,
                state(standing),
                standing.model(),
                standing.version().map(OptionalLong::of).orElse(OptionalLong.empty()),
                standing.refusal().map(DetectionStatuses::bounded),
                settings.threshold(),
                settings.series().size(),
                settings.exclusions().size(),
                counted.failures,
                counted.beyondLimit,
                new DetectionStatus.Observed(
                        measures(counted, Phase.LEARNING),
                        measures(counted, Phase.ACTIVE),
                        measures(counted, Phase.CONSTANT),
                        counted.invalidValues,
                        counted.outOfOrder),
                now);
    }

    private static long measures(Counts counted, Phase phase) {
        return Math.max(0, counted.measures.getOrDefault(phase, 0L));
    }

    private static DetectionStatus.State state(Standing standing) {
        if (standing.detection().model().isPresent()) {
            return DetectionStatus.State.ACTIVE;
        }
        return standing.modelGiven()
                ? DetectionStatus.State.REFUSED
                : DetectionStatus.State.NO_MODEL;
    }

    private Counts counts(Place place) {
        return counts.computeIfAbsent(place, unknown -> new Counts());
    }

    private static OutputRecord record(DetectionStatus status) {
        return new OutputRecord(
                DetectionStatusCodec.key(status),
                status.tenant().value(),
                status.stream().toString(),
                "",
                DetectionStatusCodec.toBytes(status));
    }

    private static String bounded(String reason) {
        return reason.length() <= MAX_REASON_CHARACTERS
                ? reason
                : reason.substring(0, MAX_REASON_CHARACTERS - 3) + "...";
    }
}
