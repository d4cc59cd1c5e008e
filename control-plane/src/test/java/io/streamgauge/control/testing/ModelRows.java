package io.streamgauge.control.testing;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.training.ModelTrainer;
import io.streamgauge.training.SeriesHistory;
import io.streamgauge.training.TooLittleHistoryException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** Rows of a stream with the measure {@code v}, as though trainings and the job had made them. */
public final class ModelRows {

    private static final byte[] BYTES = trained();

    private final Backends backends;
    private final TenantId tenant;
    private final UUID stream;

    public ModelRows(Backends backends, TenantId tenant, String stream) {
        this.backends = backends;
        this.tenant = tenant;
        this.stream = UUID.fromString(stream);
    }

    /** A model that can be used. */
    public UUID insert(long version, String state, String createdBy) {
        UUID id = UUID.randomUUID();
        backends.owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        """
                                        INSERT INTO models (tenant_id, id, stream_id, version,
                                            state, created_at, created_by, activated_at,
                                            feature_version, measures, data_from, data_to, points,
                                            metrics, objection, provenance, bytes)
                                        VALUES (?, ?, ?, ?, ?, now(), ?,
                                            CASE ? WHEN 'candidate' THEN NULL ELSE now() END, 1,
                                            '{v}', now(), now(), 200, '{}', NULL, 'made', ?)\
                                        """,
                                        tenant.value(),
                                        id,
                                        stream,
                                        version,
                                        state,
                                        createdBy,
                                        state,
                                        BYTES));
        return id;
    }

    /** A training that is done. */
    public UUID insertTraining(String requestedBy) {
        UUID id = UUID.randomUUID();
        backends.owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        """
                                        INSERT INTO trainings (tenant_id, id, stream_id, state,
                                            scheduled, requested_at, requested_by, forced,
                                            ended_at, progress)
                                        VALUES (?, ?, ?, 'done', false, now(), ?, false, now(), 1)\
                                        """,
                                        tenant.value(),
                                        id,
                                        stream,
                                        requestedBy));
        return id;
    }

    /** An anomaly of the present. */
    public UUID insertAnomaly() {
        return insertAnomaly(UUID.randomUUID(), Instant.now(), Duration.ofSeconds(1));
    }

    /** An anomaly of a window that ends at a time. */
    public UUID insertAnomaly(UUID series, Instant end, Duration window) {
        UUID id = UUID.randomUUID();
        backends.owner()
                .useHandle(
                        handle -> {
                            handle.execute(
                                    "SELECT ensure_day_partition('anomalies', ?::date)",
                                    end.atOffset(ZoneOffset.UTC).toLocalDate().toString());
                            handle.execute(
                                    """
                                    INSERT INTO anomalies VALUES (?, ?, ?, ?, ?, ?, '{}', 'v', 0.5,
                                        'spike', true, 1, 1, 1, 1, '[]')\
                                    """,
                                    tenant.value(),
                                    stream,
                                    end.atOffset(ZoneOffset.UTC),
                                    id,
                                    window.toSeconds(),
                                    series);
                        });
        return id;
    }

    private static byte[] trained() {
        Random random = new Random(1);
        SeriesHistory history = new SeriesHistory(List.of("v"));
        for (int i = 0; i < 250; i++) {
            history.add(i * 1_000L, Map.of("v", random.nextGaussian()));
        }
        try {
            return new ModelTrainer(1).train(List.of(history)).model().toBytes();
        } catch (TooLittleHistoryException e) {
            throw new IllegalStateException(e);
        }
    }
}
