package io.streamgauge.jobs.aggregation;

import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.tenant.TenantPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What aggregation needs to know of a stream's definition and of its tenant's policy. Travels with
 * each event as a short text, so that the two operators need not agree on when a change takes
 * effect: an event is counted as it was decoded, also when it is replayed.
 */
final class StreamPlan {

    private static final long NEVER = Long.MIN_VALUE;

    private final long[] windows;
    private final long outOfOrderness;
    private final long allowedLateness;
    private final boolean earlyResults;
    private final String measures;

    private final long changedAt;
    private final long seriesLimit;

    private StreamPlan(
            long[] windows,
            long outOfOrderness,
            long allowedLateness,
            boolean earlyResults,
            String measures,
            long changedAt,
            long seriesLimit) {
        this.windows = windows;
        this.outOfOrderness = outOfOrderness;
        this.allowedLateness = allowedLateness;
        this.earlyResults = earlyResults;
        this.measures = measures;
        this.changedAt = changedAt;
        this.seriesLimit = seriesLimit;
    }

    static StreamPlan of(StreamDefinition definition, long seriesLimit) {
        StreamSpec spec = definition.spec();
        return new StreamPlan(
                spec.windows().stream().mapToLong(Duration::toMillis).toArray(),
                spec.outOfOrderness().toMillis(),
                spec.allowedLateness().toMillis(),
                spec.earlyResults(),
                spec.fields(FieldRole.MEASURE).stream()
                        .map(Field::name)
                        .collect(Collectors.joining(",")),
                definition.version() == 1 ? NEVER : definition.updatedAt().toEpochMilli(),
                seriesLimit);
    }

    /** Reads what {@link #toString()} wrote, also before there was a series limit. */
    static StreamPlan parse(String text) {
        String[] parts = text.split(";", -1);
        return new StreamPlan(
                Arrays.stream(parts[0].split(",", -1)).mapToLong(Long::parseLong).toArray(),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Boolean.parseBoolean(parts[3]),
                parts[4],
                Long.parseLong(parts[5]),
                parts.length > 6
                        ? Long.parseLong(parts[6])
                        : TenantPolicy.DEFAULT_SERIES_PER_STREAM);
    }

    /** Window sizes in milliseconds. Not a copy. */
    long[] windows() {
        return windows;
    }

    /** When a window's first result is due on the platform's clock. */
    long dueAt(long window) {
        return WindowId.end(window) + outOfOrderness;
    }

    /** When a window takes no more events, on the platform's clock. */
    long closesAt(long window) {
        return dueAt(window) + allowedLateness;
    }

    /**
     * Whether a window that has no state may be opened, at a time of the platform's clock. Not one
     * that has closed; nor one that was due before the definition changed: under the older one it
     * may have closed with a result, which a window begun anew would replace.
     */
    boolean opens(long window, long clock) {
        return clock < closesAt(window) && dueAt(window) > changedAt;
    }

    boolean earlyResults() {
        return earlyResults;
    }

    /** Names of the measures in the order of their values in events, with commas between. */
    String measures() {
        return measures;
    }

    /** How many series the stream may have open at once. */
    long seriesLimit() {
        return seriesLimit;
    }

    @Override
    public String toString() {
        return Arrays.stream(windows).mapToObj(Long::toString).collect(Collectors.joining(","))
                + ";"
                + outOfOrderness
                + ";"
                + allowedLateness
                + ";"
                + earlyResults
                + ";"
                + measures
                + ";"
                + changedAt
                + ";"
                + seriesLimit;
    }
}
