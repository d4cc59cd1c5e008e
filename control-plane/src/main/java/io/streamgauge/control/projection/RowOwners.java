package io.streamgauge.control.projection;

import io.streamgauge.contracts.TenantId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Tells rows that something is there for from those of what was deleted, and keeps that there until
 * the transaction ends.
 */
final class RowOwners {

    private RowOwners() {}

    /** Those whose streams exist. */
    static List<ResultRow.OfStream> ofStreams(
            Handle handle, TenantId tenant, List<ResultRow.OfStream> rows) {
        if (rows.isEmpty()) {
            return rows;
        }
        Set<UUID> streams =
                ResultTables.lockStreams(
                        handle,
                        tenant,
                        rows.stream().map(ResultRow.OfStream::stream).collect(Collectors.toSet()));
        return rows.stream().filter(row -> streams.contains(row.stream())).toList();
    }

    /**
     * Those whose alerts exist, and what goes on with instances that were stored while theirs did.
     */
    static List<ResultRow.OfAlert> ofAlerts(
            Handle handle, TenantId tenant, List<ResultRow.OfAlert> rows) {
        if (rows.isEmpty()) {
            return rows;
        }
        Set<UUID> alerts =
                AlertTables.lockAlerts(
                        handle,
                        tenant,
                        rows.stream().map(ResultRow.OfAlert::alert).collect(Collectors.toSet()));
        Set<UUID> orphans =
                AlertTables.lockInstances(
                        handle,
                        tenant,
                        rows.stream()
                                .filter(row -> !alerts.contains(row.alert()))
                                .filter(ResultRow.Instance.class::isInstance)
                                .map(row -> ((ResultRow.Instance) row).transition().instance())
                                .collect(Collectors.toSet()));
        return rows.stream()
                .filter(row -> alerts.contains(row.alert()) || isOfOne(row, orphans))
                .toList();
    }

    private static boolean isOfOne(ResultRow.OfAlert row, Set<UUID> instances) {
        return switch (row) {
            case ResultRow.Instance instance ->
                    instances.contains(instance.transition().instance());
            case ResultRow.Status status -> false;
        };
    }
}
