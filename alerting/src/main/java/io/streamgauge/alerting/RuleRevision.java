package io.streamgauge.alerting;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertId;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A definition with the time from which on it is in force; what a {@link RuleBook} is made of, and
 * made again from after a failure.
 *
 * @param definition empty where the alert is gone from then on
 * @param effectiveFrom on the platform's clock, milliseconds since the epoch
 * @param since for each version by its number, from when on it is judged without a break; where it
 *     says nothing of a version, it follows from the revision before
 */
public record RuleRevision(
        TenantId tenant,
        AlertId alert,
        Optional<AlertDefinition> definition,
        long effectiveFrom,
        SortedMap<Long, Long> since) {

    public RuleRevision {
        since = Collections.unmodifiableSortedMap(new TreeMap<>(since));
    }

    /** A definition that was just read. */
    public static RuleRevision of(AlertDefinition definition, long effectiveFrom) {
        return new RuleRevision(
                definition.tenant(),
                definition.id(),
                Optional.of(definition),
                effectiveFrom,
                new TreeMap<>(Map.of()));
    }

    /** An alert that is gone. */
    public static RuleRevision removal(TenantId tenant, AlertId alert, long effectiveFrom) {
        return new RuleRevision(
                tenant, alert, Optional.empty(), effectiveFrom, new TreeMap<>(Map.of()));
    }
}
