package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.TenantId;
import java.util.Locale;
import java.util.Optional;

/**
 * What one subtask of the alerting job says of one version of an alert: that it judges events by
 * it, and what went wrong while it did. Repeated when something changes, at most once a second.
 *
 * @param revision of the definition that was applied
 * @param effectiveFrom the platform's clock from which on events are judged by it, milliseconds
 *     since the epoch
 * @param errors how many evaluations have failed since the subtask started
 * @param lastError the last one's reason
 * @param droppedPartialMatches how many were given up to stay within the tenant's limit
 * @param droppedInstances how many instances were not opened to stay within the tenant's limit
 * @param throttled how many evaluations were left out to stay within the tenant's budget
 * @param throttledUntil of the platform's clock, when the last time that it is suspended for that
 *     is over
 */
public record RuleStatus(
        TenantId tenant,
        AlertId alert,
        long version,
        long revision,
        int subtask,
        int parallelism,
        State state,
        long effectiveFrom,
        long errors,
        Optional<String> lastError,
        long droppedPartialMatches,
        long droppedInstances,
        long throttled,
        Optional<Long> throttledUntil,
        long at) {

    /** Whether events are judged by a version. */
    public enum State {
        /** They are. */
        ACTIVE,
        /**
         * They are not, since the version could not be compiled here; {@code lastError} says why.
         */
        QUARANTINED,
        /** They are no longer. */
        ENDED;

        /** Name on the wire. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
