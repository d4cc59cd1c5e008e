package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.event.EventDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an instance's transition was decided on.
 *
 * @param value what was compared, where there is such a value
 * @param reference what it was compared with in the past, where there is such a value
 * @param steps events of a match by step, as the JSON that they came as, in the order of the steps;
 *     at most {@link #MAX_EVENTS} and {@link #MAX_STEPS_BYTES} in all
 * @param omittedEvents how many more there were
 * @param truncated whether some of these were left out for the size of the events
 * @param windowStart begin of the window that was judged, milliseconds since the epoch
 * @param windowEnd its end
 * @param timedOut whether the match did not finish in time
 * @param silence of an absence, what is silent
 * @param members of a composite, which of its alerts are firing
 * @param clock the platform's clock when it was decided, milliseconds since the epoch
 * @param lateEvents how many events of the key came too late to be judged, so far
 */
public record Evidence(
        OptionalDouble value,
        OptionalDouble reference,
        Map<String, List<String>> steps,
        int omittedEvents,
        boolean truncated,
        Optional<Long> windowStart,
        Optional<Long> windowEnd,
        boolean timedOut,
        Optional<Silence> silence,
        List<AlertId> members,
        long clock,
        long lateEvents) {

    /** Most events that evidence holds; the first and the last of a longer match. */
    public static final int MAX_EVENTS = 20;

    /**
     * Most bytes that its events take on the wire. The first and the last always fit, since quoting
     * at most doubles an event. A transition must stay far below what Kafka takes as one record.
     */
    public static final int MAX_STEPS_BYTES = 4 * EventDecoder.MAX_EVENT_BYTES + 1_024;

    /** Evidence of which nothing was left out for its size. */
    public Evidence(
            OptionalDouble value,
            OptionalDouble reference,
            Map<String, List<String>> steps,
            int omittedEvents,
            Optional<Long> windowStart,
            Optional<Long> windowEnd,
            boolean timedOut,
            Optional<Silence> silence,
            List<AlertId> members,
            long clock,
            long lateEvents) {
        this(
                value,
                reference,
                steps,
                omittedEvents,
                false,
                windowStart,
                windowEnd,
                timedOut,
                silence,
                members,
                clock,
                lateEvents);
    }

    /** What is silent. */
    public enum Silence {
        /** This key alone: others of its stream were heard of. */
        KEY,
        /** The whole stream. */
        SOURCE;

        /** Name on the wire. */
        public String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
