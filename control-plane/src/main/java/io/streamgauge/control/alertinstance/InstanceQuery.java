package io.streamgauge.control.alertinstance;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.rest.TimeRange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Which instances are asked for, the latest first. What is empty does not matter.
 *
 * @param open whether only those that have not ended
 * @param range of their starts
 * @param shadow whether of shadow versions or of the others
 * @param labels values that labels must have
 * @param key values that dimensions must have
 * @param after where the page before ended
 */
record InstanceQuery(
        TenantId tenant,
        boolean open,
        Optional<UUID> alert,
        Optional<UUID> stream,
        Optional<TimeRange> range,
        List<String> states,
        List<String> severities,
        Optional<Boolean> shadow,
        Map<String, String> labels,
        Map<String, String> key,
        Optional<Position> after,
        int limit) {

    /** The place of an instance in the order. */
    record Position(Instant startedAt, UUID id) {}

    InstanceQuery {
        states = List.copyOf(states);
        severities = List.copyOf(severities);
        labels = Map.copyOf(labels);
        key = Map.copyOf(key);
    }

    /** The same, from a place on. */
    InstanceQuery after(Optional<Position> place) {
        return new InstanceQuery(
                tenant,
                open,
                alert,
                stream,
                range,
                states,
                severities,
                shadow,
                labels,
                key,
                place,
                limit);
    }

    /** The same, of a time. */
    InstanceQuery in(TimeRange time) {
        return new InstanceQuery(
                tenant,
                open,
                alert,
                stream,
                Optional.of(time),
                states,
                severities,
                shadow,
                labels,
                key,
                after,
                limit);
    }
}
