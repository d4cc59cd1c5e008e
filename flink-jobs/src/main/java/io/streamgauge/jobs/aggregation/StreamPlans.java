package io.streamgauge.jobs.aggregation;

import java.util.HashMap;
import java.util.Map;

/**
 * Plans by their text, each read once. Few, and bounded by the number of definitions that events
 * still carry. For one task's thread.
 */
final class StreamPlans {

    private static final int MAX_PLANS = 10_000;

    private final Map<String, StreamPlan> byText = new HashMap<>();

    StreamPlan get(String text) {
        StreamPlan plan = byText.get(text);
        if (plan == null) {
            if (byText.size() == MAX_PLANS) {
                byText.clear();
            }
            plan = StreamPlan.parse(text);
            byText.put(text, plan);
        }
        return plan;
    }
}
