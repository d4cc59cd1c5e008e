package io.streamgauge.control.alertlookup;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import java.util.List;
import java.util.Optional;

/**
 * An alert that exists.
 *
 * @param stream empty where it is a composite
 * @param activeVersion the one that is the alert
 * @param shadowVersion the one that only runs beside it, if any
 * @param draining those that finish what they have begun
 * @param revision of the whole, one more with each change
 */
public record KnownAlert(
        TenantId tenant,
        AlertId id,
        String name,
        Optional<StreamId> stream,
        long activeVersion,
        Optional<Long> shadowVersion,
        List<Long> draining,
        boolean paused,
        long revision) {

    public KnownAlert {
        draining = List.copyOf(draining);
    }
}
