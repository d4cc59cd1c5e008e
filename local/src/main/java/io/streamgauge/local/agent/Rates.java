package io.streamgauge.local.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/**
 * Turns counters that only grow into rates per second. A counter that went back, as when a device
 * was replaced, gives no rate once.
 */
final class Rates {

    private final Map<String, Reading> readings = new HashMap<>();

    private record Reading(long value, long timeMillis) {}

    /**
     * One device's counters, read at one time.
     *
     * @param timeMillis when they were read, in milliseconds since the epoch
     */
    Source of(String device, long timeMillis) {
        return new Source(device, timeMillis);
    }

    /** The counters of one device. */
    final class Source {

        private final String device;
        private final long timeMillis;

        private Source(String device, long timeMillis) {
            this.device = device;
            this.timeMillis = timeMillis;
        }

        /** Puts the rate of a counter into an event, where there is a former reading. */
        void put(ObjectNode event, String name, long value) {
            putBounded(event, name, value, 1, Double.MAX_VALUE);
        }

        /**
         * As {@link #put}, times a factor, and not above a bound.
         *
         * @param bound what the rate cannot exceed but for the clock's coarseness
         */
        void putBounded(ObjectNode event, String name, long value, double factor, double bound) {
            Reading last = readings.put(device + ' ' + name, new Reading(value, timeMillis));
            if (last == null || value < last.value() || timeMillis <= last.timeMillis()) {
                return;
            }
            double seconds = (timeMillis - last.timeMillis()) / 1_000.0;
            event.put(name, Math.min(bound, (value - last.value()) / seconds * factor));
        }
    }
}
