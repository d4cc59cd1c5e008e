package io.streamgauge.control.stream;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.detection.DetectionSettingsCodec;
import io.streamgauge.contracts.detection.PublishedModelCodec;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What of the control topic ends with a stream: its definition, its model and its settings. */
public final class StreamTombstones {

    private StreamTombstones() {}

    /**
     * The keys that are told to be gone, the stream's own last; asked before the rows are, in the
     * transaction that holds the stream.
     */
    public static List<String> of(Handle handle, TenantId tenant, StreamId stream) {
        List<String> keys = new ArrayList<>();
        if (has(handle, "models", tenant, stream)) {
            keys.add(new PublishedModelCodec.Key(tenant, stream).toString());
        }
        if (has(handle, "detection_settings", tenant, stream)) {
            keys.add(new DetectionSettingsCodec.Key(tenant, stream).toString());
        }
        keys.add(new StreamDefinitionCodec.Key(tenant, stream).toString());
        return keys;
    }

    private static boolean has(Handle handle, String table, TenantId tenant, StreamId stream) {
        return handle.createQuery(
                        "SELECT EXISTS (SELECT FROM %s WHERE tenant_id = :tenant AND stream_id = :stream)"
                                .formatted(table))
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .mapTo(Boolean.class)
                .one();
    }
}
