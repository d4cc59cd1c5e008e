package io.streamgauge.control.audit;

import io.streamgauge.contracts.TenantId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked of the audit log.
 *
 * @param tenant whose entries; empty for those of the platform
 * @param from inclusive
 * @param to exclusive
 * @param equal values that columns must have
 * @param after where the page before ended
 */
record AuditQuery(
        Optional<TenantId> tenant,
        Optional<Instant> from,
        Optional<Instant> to,
        Map<Column, String> equal,
        Optional<Position> after,
        int limit) {

    /** What entries can be filtered by. */
    enum Column {
        ACTION("action", "action"),
        RESOURCE_TYPE("resourceType", "resource_type"),
        RESOURCE_ID("resourceId", "resource_id"),
        ACTOR("actor", "actor");

        private final String parameter;
        private final String sql;

        Column(String parameter, String sql) {
            this.parameter = parameter;
            this.sql = sql;
        }

        /** Name in the API. */
        String parameter() {
            return parameter;
        }

        /** Name in the table. */
        String sql() {
            return sql;
        }
    }

    /** The place of an entry in the order: newest first. */
    record Position(Instant at, long number) {}

    AuditQuery {
        equal = Map.copyOf(equal);
    }
}
