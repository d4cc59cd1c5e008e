package io.streamgauge.control.backtest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.event.Event;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.problem.InvalidRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Events that a request has brought. They arrive in the order in which they stand: each when it
 * says that it happened, but not before the one before it; one that does not say so a second after
 * that.
 */
final class GivenEvents {

    private static final int MAX_VIOLATIONS = 20;
    private static final long STEP_MILLIS = 1_000;

    private GivenEvents() {}

    /** How long after the last event judging goes on: alerts also fire where nothing comes. */
    static final Duration AFTERMATH = Duration.ofHours(1);

    /**
     * Reads events.
     *
     * @param from when the alert is in force, and the first event without a time arrives; the first
     *     event's time where empty
     * @param to when judging ends
     * @throws InvalidRequest where any is not one of the stream's
     */
    static EventScan read(
            List<JsonNode> events,
            StreamDefinition stream,
            Optional<Instant> from,
            Optional<Instant> to,
            Instant now) {
        EventDecoder decoder = new EventDecoder(stream.spec());
        List<Violation> violations = new ArrayList<>();
        List<BacktestEvent> rows = new ArrayList<>();
        long arrival = from.map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
        for (int i = 0; i < events.size() && violations.size() < MAX_VIOLATIONS; i++) {
            try {
                EventRow row = decoder.decodeRow(bytes(events.get(i)));
                arrival = arrival(row, arrival, i, now);
                rows.add(new BacktestEvent(stream.id(), row, arrival, 0, i));
            } catch (InvalidInputException e) {
                for (Violation violation : e.violations()) {
                    violations.add(
                            new Violation(
                                    "#/events/%d%s".formatted(i, violation.pointer().substring(1)),
                                    violation.code(),
                                    violation.message()));
                }
            }
        }
        if (!violations.isEmpty()) {
            throw new InvalidRequest(violations);
        }
        long begin = from.map(Instant::toEpochMilli).orElse(rows.getFirst().arrival());
        long end = to.map(Instant::toEpochMilli).orElse(arrival + AFTERMATH.toMillis());
        if (end < arrival) {
            throw new InvalidRequest(
                    new Violation(
                            "#/to",
                            "range",
                            "%s (expected: after the last event's arrival, %s)"
                                    .formatted(
                                            Instant.ofEpochMilli(end),
                                            Instant.ofEpochMilli(arrival))));
        }
        return new EventScan(rows, begin, end, 0, rows.size(), 0, Optional.empty());
    }

    private static long arrival(EventRow row, long before, int index, Instant now) {
        if (row.timestamp() != Event.NO_TIMESTAMP) {
            return Math.max(before, row.timestamp());
        }
        if (before == Long.MIN_VALUE) {
            return now.toEpochMilli();
        }
        return index == 0 ? before : before + STEP_MILLIS;
    }

    private static byte[] bytes(JsonNode event) {
        try {
            return Json.mapper().writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read could not be written", e);
        }
    }
}
