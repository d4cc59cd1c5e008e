package io.streamgauge.control.testing;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Inserts alerts and what came of them, as the API and the projection would. */
public final class AlertRows {

    private final Jdbi owner;
    private final TenantId tenant;

    public AlertRows(Backends backends, TenantId tenant) {
        this.owner = backends.owner();
        this.tenant = tenant;
    }

    /** An alert with one version. */
    public AlertId alert(String name, Optional<StreamId> stream, String spec) {
        AlertId id = new AlertId(UUID.randomUUID());
        owner.useTransaction(
                handle -> {
                    handle.execute(
                            """
                            INSERT INTO alerts (tenant_id, id, name, stream_id, active_version,
                                last_version, revision, created_at, updated_at)
                            VALUES (?, ?, ?, ?, 1, 1, 1, now(), now())\
                            """,
                            tenant.value(),
                            id.value(),
                            name,
                            stream.map(StreamId::value).orElse(null));
                    handle.execute(
                            """
                            INSERT INTO alert_versions (tenant_id, alert_id, number, spec,
                                created_at, created_by)
                            VALUES (?, ?, 1, CAST(? AS jsonb), now(), 'test')\
                            """,
                            tenant.value(),
                            id.value(),
                            spec);
                });
        return id;
    }

    /** Lets another version run beside the active one. */
    public void shadow(AlertId alert, long version) {
        owner.useHandle(
                handle ->
                        handle.execute(
                                """
                                UPDATE alerts SET shadow_version = ?, last_version = ? WHERE id = ?\
                                """,
                                version,
                                version,
                                alert.value()));
    }

    /** Removes an alert. */
    public void delete(AlertId alert) {
        owner.useHandle(handle -> handle.execute("DELETE FROM alerts WHERE id = ?", alert.value()));
    }

    /**
     * What can be said of an instance.
     *
     * @param key JSON
     * @param labels JSON
     */
    public record Instance(
            AlertId alert,
            String name,
            long version,
            boolean shadow,
            String key,
            String labels,
            String severity,
            Instant startedAt,
            @Nullable Instant firedAt,
            @Nullable Instant endedAt) {

        /** One that fires since it began. */
        public static Instance firing(AlertId alert, String key, Instant startedAt) {
            return new Instance(
                    alert, "an-alert", 1, false, key, "{}", "warning", startedAt, startedAt, null);
        }

        public Instance named(String otherName) {
            return new Instance(
                    alert, otherName, version, shadow, key, labels, severity, startedAt, firedAt,
                    endedAt);
        }

        public Instance labelled(String json) {
            return new Instance(
                    alert, name, version, shadow, key, json, severity, startedAt, firedAt, endedAt);
        }

        public Instance severity(String other) {
            return new Instance(
                    alert, name, version, shadow, key, labels, other, startedAt, firedAt, endedAt);
        }

        public Instance pending() {
            return new Instance(
                    alert, name, version, shadow, key, labels, severity, startedAt, null, endedAt);
        }

        public Instance until(Instant end) {
            return new Instance(
                    alert, name, version, shadow, key, labels, severity, startedAt, firedAt, end);
        }

        public Instance ofShadow(long number) {
            return new Instance(
                    alert, name, number, true, key, labels, severity, startedAt, firedAt, endedAt);
        }
    }

    /** An instance; its id. */
    public UUID insert(Instance instance) {
        UUID id = UUID.randomUUID();
        Instant endedAt = instance.endedAt();
        Instant firedAt = instance.firedAt();
        String state = endedAt != null ? "resolved" : firedAt != null ? "firing" : "pending";
        owner.useHandle(
                handle ->
                        handle.execute(
                                """
                                INSERT INTO alert_instances (id, tenant_id, alert_id, name, version,
                                    shadow, stream_id, fingerprint, key, state, reason, started_at,
                                    fired_at, ended_at, severity, labels, annotations, evidence,
                                    updated_at)
                                VALUES (?, ?, ?, ?, ?, ?, NULL, 'f', CAST(? AS jsonb), ?, ?, ?, ?, ?, ?,
                                    CAST(? AS jsonb), '{}', '{"value": 97}', now())\
                                """,
                                id,
                                tenant.value(),
                                instance.alert().value(),
                                instance.name(),
                                instance.version(),
                                instance.shadow(),
                                instance.key(),
                                state,
                                endedAt == null ? null : "recovered",
                                instance.startedAt().atOffset(ZoneOffset.UTC),
                                firedAt == null ? null : firedAt.atOffset(ZoneOffset.UTC),
                                endedAt == null ? null : endedAt.atOffset(ZoneOffset.UTC),
                                instance.severity(),
                                instance.labels()));
        return id;
    }
}
