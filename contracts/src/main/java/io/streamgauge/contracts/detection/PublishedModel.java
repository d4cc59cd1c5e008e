package io.streamgauge.contracts.detection;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;

/**
 * The model that is active for a stream. It comes whole: no model is larger than {@link
 * #MAX_BYTES}, which as base64 is a sixth of what a record of the control topic may have, so there
 * is no need to send one by reference and nothing that a job would have to fetch.
 *
 * @param id of the model in the registry
 * @param version 1 for the stream's first model; a roll back makes an older one active again
 * @param bytes as the module {@code detection} writes a model; not looked into here
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content; copied on the way in and out
public record PublishedModel(
        TenantId tenant, StreamId stream, UUID id, long version, byte[] bytes) {

    /** No model is larger. */
    public static final int MAX_BYTES = 128 * 1024;

    /**
     * @throws IllegalArgumentException where the version is below 1 or the bytes are too many
     */
    public PublishedModel {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(stream, "stream");
        Objects.requireNonNull(id, "id");
        if (version < 1) {
            throw new IllegalArgumentException("version: " + version + " (expected: >= 1)");
        }
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "bytes: " + bytes.length + " (expected: at most " + MAX_BYTES + ")");
        }
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublishedModel it
                && tenant.equals(it.tenant)
                && stream.equals(it.stream)
                && id.equals(it.id)
                && version == it.version
                && Arrays.equals(bytes, it.bytes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tenant, stream, id, version, Arrays.hashCode(bytes));
    }

    @Override
    public String toString() {
        return "PublishedModel[tenant=%s, stream=%s, id=%s, version=%d, bytes=%d]"
                .formatted(tenant, stream, id, version, bytes.length);
    }
}
