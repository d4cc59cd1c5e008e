package io.streamgauge.control.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What became of a batch. All rejections are counted; the first of them are listed, and of each the
 * first of its violations, so that an answer stays a small part of what can be asked.
 */
final class IngestReport {

    static final int MAX_LISTED = 1_000;
    static final int MAX_VIOLATIONS_LISTED = 20;

    private final List<Rejection> listed = new ArrayList<>();
    private int accepted;
    private int rejected;
    private boolean truncated;
    private OptionalInt processed = OptionalInt.empty();

    void reject(EventPlace place, List<Violation> violations) {
        rejected++;
        if (listed.size() == MAX_LISTED) {
            truncated = true;
        } else if (violations.size() > MAX_VIOLATIONS_LISTED) {
            truncated = true;
            listed.add(new Rejection(place, violations.subList(0, MAX_VIOLATIONS_LISTED)));
        } else {
            listed.add(new Rejection(place, violations));
        }
    }

    void accepted(int events) {
        accepted = events;
    }

    /**
     * The tenant's budget ended before the batch did.
     *
     * @param first event that was not looked at any more
     */
    void exhausted(EventPlace first) {
        processed = OptionalInt.of(first.index());
    }

    /** How many events were looked at, where that is not all. */
    OptionalInt processed() {
        return processed;
    }

    int accepted() {
        return accepted;
    }

    int rejected() {
        return rejected;
    }

    /** Whether there was something, and nothing of it was taken. */
    boolean allRejected() {
        return accepted == 0 && rejected > 0;
    }

    /** The counts, as members of a problem. */
    Map<String, Long> numbers() {
        return Map.of("accepted", (long) accepted, "rejected", (long) rejected);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("accepted", accepted);
        json.put("rejected", rejected);
        processed.ifPresent(events -> json.put("processed", events));
        ArrayNode errors = json.putArray("errors");
        // What Kafka refuses is known only in the end.
        listed.sort(Comparator.comparingInt(rejection -> rejection.place().index()));
        for (Rejection rejection : listed) {
            ObjectNode entry = errors.addObject();
            entry.put("index", rejection.place().index());
            rejection.place().line().ifPresent(line -> entry.put("line", line));
            rejection.place().column().ifPresent(column -> entry.put("column", column));
            ArrayNode violations = entry.putArray("errors");
            for (Violation violation : rejection.violations()) {
                violations
                        .addObject()
                        .put("pointer", violation.pointer())
                        .put("code", violation.code())
                        .put("detail", violation.message());
            }
        }
        json.put("errorsTruncated", truncated);
        return json;
    }
}
