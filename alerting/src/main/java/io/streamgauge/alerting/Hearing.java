package io.streamgauge.alerting;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.util.Optional;

/**
 * What tells a key's own silence from that of its source and from that of the platform. What
 * happened up to some time of the clock must be known here before a judge is advanced to that time;
 * more may be known, and makes no difference.
 */
public interface Hearing {

    /** A platform that was never blind, and streams of whose activity nothing is known. */
    Hearing PERFECT =
            new Hearing() {
                @Override
                public BlindTimes blindTimes() {
                    return new BlindTimes();
                }

                @Override
                public Optional<ActivityLog> activity(TenantId tenant, StreamId stream) {
                    return Optional.empty();
                }
            };

    /** When the platform could not take events. */
    BlindTimes blindTimes();

    /** When a tenant was not active, so that nothing of it was judged; as far as that is over. */
    default BlindTimes suspensions(TenantId tenant) {
        return new BlindTimes();
    }

    /** When a stream had events; empty where nobody keeps account of it. */
    Optional<ActivityLog> activity(TenantId tenant, StreamId stream);
}
