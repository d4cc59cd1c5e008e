package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;

/**
 * An instance of an alert has come to another state. A job that repeats itself after a failure
 * repeats the same transitions: of one instance each state occurs once, so {@code instance} and
 * {@code state} identify one.
 *
 * @param version of the alert's specification
 * @param shadow whether the version only runs beside the active one
 * @param stream empty where the alert is a composite
 * @param instance derived from tenant, alert, version, key and {@code startedAt}
 * @param fingerprint of tenant, alert and key: the same for each of their instances
 * @param key values of {@code groupBy} by name, as a JSON object of strings with its names in order
 * @param reason why it ended, where it did
 * @param startedAt since when the condition holds, or the time of a match's first event,
 *     milliseconds since the epoch; so are the others
 * @param at when the transition took place: event time for what events decide, the platform's clock
 *     for what it decides
 * @param firedAt when it began to fire, where it did
 * @param annotations rendered
 */
public record AlertTransition(
        TenantId tenant,
        AlertId alert,
        String name,
        long version,
        boolean shadow,
        Optional<StreamId> stream,
        UUID instance,
        String fingerprint,
        String key,
        InstanceState state,
        Optional<EndReason> reason,
        long startedAt,
        long at,
        Optional<Long> firedAt,
        Severity severity,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations,
        Evidence evidence) {}
