package io.streamgauge.control.detection;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.detection.Exclusion;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * What a training has to heed of what people have said: which windows of which series it leaves
 * out, and which were usual although they seemed not to be. A window of which both is said, of
 * different measures perhaps, is left out.
 */
public final class Lessons {

    private final List<Excluded> excluded;
    private final Map<Place, Boolean> verdicts;

    /** What is to become of a window. */
    public enum Use {
        /** It is learned as any other. */
        LEARN,
        /** It is known to have been usual. */
        USUAL,
        /** It falls into an exclusion. */
        EXCLUDED,
        /** It is known to have been an anomaly. */
        ANOMALY
    }

    /** A window of a series. */
    private record Place(UUID series, Instant end) {}

    /**
     * @param series those that it is about; all where {@code all}
     */
    private record Excluded(Exclusion time, boolean all, Set<UUID> series) {

        boolean holds(UUID one, Instant start, Duration window) {
            return (all || series.contains(one)) && time.touches(start, window);
        }
    }

    private Lessons(List<Excluded> excluded, Map<Place, Boolean> verdicts) {
        this.excluded = excluded;
        this.verdicts = verdicts;
    }

    /** Reads what there is to heed in a range of windows. */
    public static Lessons read(
            Handle handle, TenantId tenant, StreamId stream, Instant from, Instant to) {
        List<Excluded> excluded =
                new DetectionRepository()
                        .exclusions(handle, tenant, stream).stream()
                                .filter(it -> it.from().isBefore(to) && it.to().isAfter(from))
                                .map(
                                        it ->
                                                new Excluded(
                                                        it,
                                                        it.series().where().isEmpty(),
                                                        seriesOf(handle, tenant, stream, it)))
                                .toList();
        Map<Place, Boolean> verdicts = new HashMap<>();
        for (Feedback said : new FeedbackRepository().about(handle, tenant, stream, from, to)) {
            verdicts.merge(
                    new Place(said.series(), said.end()), said.verdict(), Boolean::logicalOr);
        }
        return new Lessons(excluded, verdicts);
    }

    /** What is to become of a window of a series. */
    public Use of(UUID series, Instant start, Duration window) {
        if (excluded.stream().anyMatch(it -> it.holds(series, start, window))) {
            return Use.EXCLUDED;
        }
        Boolean verdict = verdicts.get(new Place(series, start.plus(window)));
        if (verdict == null) {
            return Use.LEARN;
        }
        return verdict ? Use.ANOMALY : Use.USUAL;
    }

    private static Set<UUID> seriesOf(
            Handle handle, TenantId tenant, StreamId stream, Exclusion exclusion) {
        if (exclusion.series().where().isEmpty()) {
            return Set.of();
        }
        return handle.createQuery(
                        """
                        SELECT id FROM series WHERE tenant_id = :tenant AND stream_id = :stream
                            AND dimensions @> CAST(:where AS jsonb)\
                        """)
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .bind("where", Scopes.toJson(exclusion.series().where()).toString())
                .mapTo(UUID.class)
                .collect(Collectors.toCollection(HashSet::new));
    }
}
