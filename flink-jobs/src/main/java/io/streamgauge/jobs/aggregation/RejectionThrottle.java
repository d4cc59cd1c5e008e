package io.streamgauge.jobs.aggregation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Lets a task tell of so many rejections of a stream for each second of arrival time and no more,
 * so that what is kept out does not come back as a flood of rejections. How many were left out is
 * told with the next one that passes. For one task's thread; not part of its state.
 */
final class RejectionThrottle {

    static final int PER_SECOND = 10;

    /** Beyond this the stream that was quiet for longest is forgotten, and what it left out. */
    private static final int MAX_STREAMS = 10_000;

    private final Map<String, Flow> flows =
            new LinkedHashMap<>(16, 0.75f, true) {

                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Flow> eldest) {
                    return size() > MAX_STREAMS;
                }
            };

    private static final class Flow {

        private long second = Long.MIN_VALUE;
        private int passed;
        private long leftOut;
    }

    /**
     * Asks for one rejection to be told.
     *
     * @param arrival of its event, in milliseconds since the epoch
     * @return how many were left out since the last one that passed; empty where this is another
     */
    OptionalLong pass(String stream, long arrival) {
        Flow flow = flows.computeIfAbsent(stream, unknown -> new Flow());
        long second = Math.floorDiv(arrival, 1_000);
        // A partition that lags behind shares the present second of the one that is ahead.
        if (second > flow.second) {
            flow.second = second;
            flow.passed = 0;
        }
        if (flow.passed == PER_SECOND) {
            flow.leftOut++;
            return OptionalLong.empty();
        }
        flow.passed++;
        OptionalLong leftOut = OptionalLong.of(flow.leftOut);
        flow.leftOut = 0;
        return leftOut;
    }
}
