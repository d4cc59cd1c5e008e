package io.streamgauge.alerting;

import io.streamgauge.alerting.sequence.SequenceMatch;
import io.streamgauge.contracts.alert.Evidence;
import io.streamgauge.contracts.alert.InstanceIds;
import io.streamgauge.contracts.event.EventRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a match says of itself. */
final class MatchEvidence {

    private MatchEvidence() {}

    /**
     * What tells a match from others that start with the same event: its events by step, each step
     * behind a mark, since the same events may be steps in several ways.
     */
    static List<InstanceIds.Position> identity(SequenceMatch<SequenceEvent> match) {
        List<InstanceIds.Position> identity = new ArrayList<>();
        match.events()
                .forEach(
                        (step, events) -> {
                            identity.add(new InstanceIds.Position(-1, step.hashCode()));
                            events.forEach(event -> identity.add(event.position()));
                        });
        return identity;
    }

    static Map<String, List<EventRow>> rows(SequenceMatch<SequenceEvent> match) {
        Map<String, List<EventRow>> rows = new LinkedHashMap<>();
        match.events()
                .forEach(
                        (step, events) ->
                                rows.put(step, events.stream().map(SequenceEvent::row).toList()));
        return rows;
    }

    /** The first and the last events, where there are too many. */
    static Evidence of(SequenceMatch<SequenceEvent> match, long clock, long late) {
        int total = match.events().values().stream().mapToInt(List::size).sum();
        int head = total <= Evidence.MAX_EVENTS ? total : Evidence.MAX_EVENTS / 2;
        int tail = Math.max(head, total - (Evidence.MAX_EVENTS - Evidence.MAX_EVENTS / 2));
        Map<String, List<String>> steps = new LinkedHashMap<>();
        int at = 0;
        for (Map.Entry<String, List<SequenceEvent>> step : match.events().entrySet()) {
            List<String> shown = new ArrayList<>();
            for (SequenceEvent event : step.getValue()) {
                if (at < head || at >= tail) {
                    shown.add(new String(event.row().json(), StandardCharsets.UTF_8));
                }
                at++;
            }
            if (!shown.isEmpty()) {
                steps.put(step.getKey(), shown);
            }
        }
        return evidence(steps, tail - head, match.timedOut(), clock, late);
    }

    /** Of a match that no longer fires: it was told when it began. */
    static Evidence resolved(boolean timedOut, long clock, long late) {
        return evidence(Map.of(), 0, timedOut, clock, late);
    }

    private static Evidence evidence(
            Map<String, List<String>> steps, int omitted, boolean timedOut, long clock, long late) {
        return new Evidence(
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                steps,
                omitted,
                Optional.empty(),
                Optional.empty(),
                timedOut,
                Optional.empty(),
                List.of(),
                clock,
                late);
    }
}
