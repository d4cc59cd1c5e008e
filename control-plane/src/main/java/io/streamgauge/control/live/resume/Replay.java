package io.streamgauge.control.live.resume;

import io.streamgauge.contracts.TenantId;

/**
 * Something that is brought to the present in small steps, by whatever thread is free; one at a
 * time. A step that throws is tried again after a while.
 */
public interface Replay {

    /** What comes of a step. */
    enum Step {
        /** There is more to do. */
        AGAIN,
        /** There is more to do, once others have moved. */
        LATER,
        /** There is no more to do. */
        DONE
    }

    /** For whom it is. */
    TenantId tenant();

    /** Does a part that takes no longer than Kafka does for one answer. */
    Step step(LogReader reader);
}
