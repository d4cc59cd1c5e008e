package io.streamgauge.control.detection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;

/** Tells what a stream is judged by besides its settings. */
@FunctionalInterface
public interface InForce {

    /** Adds members to what the API shows of a stream's detection. */
    void describe(TenantId tenant, StreamId stream, ObjectNode json);
}
