package io.streamgauge.control.live.result;

import io.streamgauge.contracts.TenantId;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of a topic of results, as it lies in memory: whose it is, and the result, which is taken
 * out of it when somebody wants it, and once for all who do. Two threads that want it first may
 * both do so, to the same effect.
 */
public final class LiveEntry {

    private final LiveKind kind;
    private final ConsumerRecord<byte[], byte[]> record;
    private final Optional<TenantId> tenant;
    private final Optional<StreamKey> stream;
    private volatile @Nullable Parsed parsed;

    /** What came of the reading. */
    private record Parsed(Optional<LiveResult> result, Optional<RuntimeException> failure) {}

    private LiveEntry(
            LiveKind kind,
            ConsumerRecord<byte[], byte[]> record,
            Optional<TenantId> tenant,
            Optional<StreamKey> stream,
            @Nullable Parsed parsed) {
        this.kind = kind;
        this.record = record;
        this.tenant = tenant;
        this.stream = stream;
        this.parsed = parsed;
    }

    public static LiveEntry of(LiveKind kind, ConsumerRecord<byte[], byte[]> record) {
        return switch (kind) {
            case AGGREGATES, ALERTS, ANOMALIES, BANDS, EVENTS ->
                    new LiveEntry(
                            kind,
                            record,
                            LiveRecord.tenantOf(record),
                            LiveRecord.streamOf(record),
                            null);
            case DEFINITIONS -> { // seldom, and its key says whose it is
                Optional<LiveDefinition> definition = LiveDefinition.of(record);
                yield new LiveEntry(
                        kind,
                        record,
                        definition.map(LiveDefinition::tenant),
                        definition.flatMap(LiveDefinition::stream),
                        new Parsed(definition.map(LiveResult.class::cast), Optional.empty()));
            }
        };
    }

    public LiveKind kind() {
        return kind;
    }

    public ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    /** As its header says; empty where it does not. */
    public Optional<TenantId> tenant() {
        return tenant;
    }

    /** As its headers say; empty where it is of none, as a composite alert is. */
    public Optional<StreamKey> stream() {
        return stream;
    }

    /** How much memory it takes, roughly. */
    public int bytes() {
        return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }

    /** The result; empty where there is none for anybody, or the record is malformed. */
    public Optional<LiveResult> result() {
        return parsed().result();
    }

    /** Why there is no result though there should be one. */
    public Optional<RuntimeException> failure() {
        return parsed().failure();
    }

    private Parsed parsed() {
        Parsed present = parsed;
        if (present == null) {
            present = parse();
            parsed = present;
        }
        return present;
    }

    private Parsed parse() {
        try {
            return new Parsed(
                    switch (kind) {
                        case AGGREGATES -> stream.map(it -> LiveAggregate.of(record, it));
                        case ANOMALIES -> stream.map(it -> LiveScore.of(record, it, false));
                        case BANDS -> stream.map(it -> LiveScore.of(record, it, true));
                        case ALERTS ->
                                tenant.map(it -> LiveAlert.of(record, it))
                                        .filter(it -> !it.shadow())
                                        .map(LiveResult.class::cast);
                        case DEFINITIONS, EVENTS -> Optional.empty(); // read at once; no log
                    },
                    Optional.empty());
        } catch (IllegalArgumentException e) {
            return new Parsed(Optional.empty(), Optional.of(e));
        }
    }
}
