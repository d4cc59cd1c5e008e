package io.streamgauge.jobs.aggregation;

import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.tenant.TenantPolicy;

/** What the router keeps of a stream's definition. For one task's thread. */
final class Decoding {

    private final StreamDefinition definition;
    private final EventDecoder decoder;
    private long seriesLimit;
    private String plan;

    Decoding(StreamDefinition definition) {
        this.definition = definition;
        decoder = new EventDecoder(definition.spec());
        seriesLimit = TenantPolicy.DEFAULT_SERIES_PER_STREAM;
        plan = StreamPlan.of(definition, seriesLimit).toString();
    }

    EventDecoder decoder() {
        return decoder;
    }

    /** Text of the stream's plan. Made anew only where the limit is another than last time. */
    String plan(long limit) {
        if (limit != seriesLimit) {
            seriesLimit = limit;
            plan = StreamPlan.of(definition, limit).toString();
        }
        return plan;
    }
}
