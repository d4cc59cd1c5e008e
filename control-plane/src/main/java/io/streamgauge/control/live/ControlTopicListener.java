package io.streamgauge.control.live;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;

/**
 * Hears of changes that any replica has published, in the order of the control topic and moments
 * after their commit. Called on the thread that reads for all clients: must neither wait nor throw.
 */
@FunctionalInterface
public interface ControlTopicListener {

    /** Something of the tenant's, or the tenant itself, has been changed, made or removed. */
    void changed(TenantId tenant);

    /** A stream has been deleted, alone or with its tenant; comes behind {@link #changed}. */
    default void streamDeleted(StreamId stream) {}
}
