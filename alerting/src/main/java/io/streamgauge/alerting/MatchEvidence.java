package io.streamgauge.alerting;

import io.streamgauge.alerting.sequence.SequenceMatch;
import io.streamgauge.contracts.alert.Evidence;
import io.streamgauge.contracts.alert.InstanceIds;
import io.streamgauge.contracts.alert.TextSize;
import io.streamgauge.contracts.event.EventRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a match says of itself. */
final class MatchEvidence {

    private static final int SEPARATOR_BYTES = 1;

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

    /** The first and the last events, where there are too many or they are too large. */
    static Evidence of(SequenceMatch<SequenceEvent> match, long clock, long late) {
        List<String> texts = new ArrayList<>();
        List<SequenceEvent> events =
                match.events().values().stream().flatMap(List::stream).toList();
        int tail = events.size();
        int bytes = 0;
        boolean truncated = false;
        // From both ends towards the middle; what is left out is one gap.
        Deque<String> last = new ArrayDeque<>();
        while (texts.size() < tail && texts.size() + last.size() < Evidence.MAX_EVENTS) {
            boolean front = texts.size() == last.size();
            String text = text(events.get(front ? texts.size() : tail - 1));
            bytes += TextSize.ofJson(text) + SEPARATOR_BYTES;
            if (bytes > Evidence.MAX_STEPS_BYTES) {
                truncated = true;
                break;
            }
            if (front) {
                texts.add(text);
            } else {
                last.addFirst(text);
                tail--;
            }
        }
        int omitted = tail - texts.size();
        Map<String, List<String>> steps = steps(match, texts, tail, List.copyOf(last));
        return evidence(steps, omitted, truncated, match.timedOut(), clock, late);
    }

    private static Map<String, List<String>> steps(
            SequenceMatch<SequenceEvent> match, List<String> first, int tail, List<String> last) {
        Map<String, List<String>> steps = new LinkedHashMap<>();
        int at = 0;
        for (Map.Entry<String, List<SequenceEvent>> step : match.events().entrySet()) {
            List<String> shown = new ArrayList<>();
            for (int end = at + step.getValue().size(); at < end; at++) {
                if (at < first.size()) {
                    shown.add(first.get(at));
                } else if (at >= tail) {
                    shown.add(last.get(at - tail));
                }
            }
            if (!shown.isEmpty()) {
                steps.put(step.getKey(), shown);
            }
        }
        return steps;
    }

    private static String text(SequenceEvent event) {
        return new String(event.row().json(), StandardCharsets.UTF_8);
    }

    /** Of a match that no longer fires: it was told when it began. */
    static Evidence resolved(boolean timedOut, long clock, long late) {
        return evidence(Map.of(), 0, false, timedOut, clock, late);
    }

    private static Evidence evidence(
            Map<String, List<String>> steps,
            int omitted,
            boolean truncated,
            boolean timedOut,
            long clock,
            long late) {
        return new Evidence(
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                steps,
                omitted,
                truncated,
                Optional.empty(),
                Optional.empty(),
                timedOut,
                Optional.empty(),
                List.of(),
                clock,
                late);
    }
}
