package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An alert as the jobs are told of it: the versions that run. A version that is no longer among
 * them ends, and resolves what it had firing.
 *
 * @param stream whose events are judged; empty where the condition is a composite
 * @param revision 1 when created, one more with each change of any kind: of two definitions the
 *     newer one is in force
 * @param members of its composites, by what the specifications call them
 * @param paused whether no version runs; {@code versions} is empty then
 * @param versions at most one active and one shadow, and a few that drain
 */
public record AlertDefinition(
        TenantId tenant,
        AlertId id,
        Optional<StreamId> stream,
        Map<String, AlertId> members,
        long revision,
        boolean paused,
        List<AlertVersion> versions,
        Instant updatedAt) {

    public AlertDefinition {
        members = Map.copyOf(members);
        versions = List.copyOf(versions);
    }
}
