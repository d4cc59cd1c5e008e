package io.streamgauge.alerting.sequence;

import java.util.List;
import java.util.SequencedMap;

/**
 * A sequence that has occurred, or one that began and ran out of time.
 *
 * @param events the events of each step that has any, steps in the order of their first events
 * @param start timestamp of its first event
 * @param end timestamp of its last event; where the time it may take has decided, because it is
 *     timed out or because its last step says what must not follow, the moment when it was over
 * @param timedOut whether it did not finish
 * @param <T> type of the events
 */
public record SequenceMatch<T>(
        SequencedMap<String, List<T>> events, long start, long end, boolean timedOut) {}
