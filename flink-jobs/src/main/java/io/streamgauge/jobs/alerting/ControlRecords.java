package io.streamgauge.jobs.alerting;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads records of the control topic. One that is invalid, or about something other than its key
 * says, is logged and left out: it must not stop the job, and what was known before stays in force.
 */
final class ControlRecords {

    private static final Logger LOG = LoggerFactory.getLogger(ControlRecords.class);

    private ControlRecords() {}

    /** Reads bytes. */
    private interface Codec<T> {
        T read(byte[] bytes) throws InvalidInputException;
    }

    /** The key that a record ought to be under. */
    private interface Inside<T> {
        Record key(T value);
    }

    static Optional<AlertDefinition> alert(String key, byte[] value) {
        return read(
                key,
                value,
                AlertDefinitionCodec::fromBytes,
                alert -> new AlertDefinitionCodec.Key(alert.tenant(), alert.id()));
    }

    static Optional<StreamDefinition> stream(String key, byte[] value) {
        return read(
                key,
                value,
                StreamDefinitionCodec::fromBytes,
                stream -> new StreamDefinitionCodec.Key(stream.tenant(), stream.id()));
    }

    static Optional<TenantPolicy> policy(String key, byte[] value) {
        return read(
                key,
                value,
                TenantPolicyCodec::fromBytes,
                policy -> new TenantPolicyCodec.Key(policy.tenant()));
    }

    private static <T> Optional<T> read(
            String key, byte[] value, Codec<T> codec, Inside<T> inside) {
        try {
            T read = codec.read(value);
            Record about = inside.key(read);
            if (about.toString().equals(key)) {
                return Optional.of(read);
            }
            LOG.error("the record under key {} is about {}; ignored", key, about);
        } catch (InvalidInputException e) {
            LOG.error("the record under key {} is invalid; ignored: {}", key, e.getMessage());
        }
        return Optional.empty();
    }
}
