package io.streamgauge.control.silence;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.database.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Which silences are for an instance, now. What an instance is matched by: its labels and the
 * dimensions of its key, of which the labels win, and {@code alertname} and {@code severity}, which
 * nothing replaces.
 */
public final class ActiveSilences {

    /** The label that the alert's name has. */
    public static final String ALERT_NAME = "alertname";

    /** The label that the severity has. */
    public static final String SEVERITY = "severity";

    private final SilenceRepository silences = new SilenceRepository();
    private final Database database;
    private final InstantSource clock;

    /** The silences of one moment. */
    public static final class Snapshot {

        private final List<Silence> active;

        private Snapshot(List<Silence> active) {
            this.active = active;
        }

        /** Ids of those that match labels; empty where nothing does. */
        public List<UUID> matching(Map<String, String> labels) {
            return active.stream().filter(it -> it.matches(labels)).map(Silence::id).toList();
        }
    }

    public ActiveSilences(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Those that a tenant has now. */
    public Snapshot of(TenantId tenant) {
        return new Snapshot(
                database.inTenant(
                        tenant, handle -> silences.active(handle, tenant, clock.instant())));
    }
}
