package io.streamgauge.contracts.stream;

import java.time.Duration;
import java.util.List;

/**
 * What a tenant says of a stream; the part of a {@link StreamDefinition} that a request carries.
 * Instances come from {@link StreamSpecReader}, which checks them.
 *
 * @param name unique in its tenant; cannot be changed
 * @param description for people; may be empty
 * @param fields the schema, in the tenant's order
 * @param windows sizes of the tumbling windows, ascending, aligned to the epoch
 * @param outOfOrderness how long after its end a window waits for events before its first result
 * @param allowedLateness how long after that late events still correct the result
 * @param earlyResults whether open windows are reported live before they close
 * @param unknownFields what happens to events with undeclared fields
 */
public record StreamSpec(
        String name,
        String description,
        List<Field> fields,
        List<Duration> windows,
        Duration outOfOrderness,
        Duration allowedLateness,
        boolean earlyResults,
        UnknownFields unknownFields) {

    public StreamSpec {
        fields = List.copyOf(fields);
        windows = List.copyOf(windows);
    }

    /** The fields of one role, in order. */
    public List<Field> fields(FieldRole role) {
        return fields.stream().filter(field -> field.role() == role).toList();
    }
}
