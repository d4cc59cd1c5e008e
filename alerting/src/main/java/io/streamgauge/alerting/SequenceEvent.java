package io.streamgauge.alerting;

import io.streamgauge.alerting.sequence.EventCodec;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.alert.InstanceIds;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.EventRow;

/**
 * An event as sequences hold it.
 *
 * @param position where it is in the log
 */
record SequenceEvent(EventRow row, InstanceIds.Position position) {

    /** The stored form: the position and the JSON. */
    static EventCodec<SequenceEvent> codec(EventDecoder decoder) {
        return new EventCodec<>() {
            @Override
            public byte[] encode(SequenceEvent event) {
                return new StateWriter()
                        .number(event.position().partition())
                        .number(event.position().offset())
                        .bytes(event.row().json())
                        .toBytes();
            }

            @Override
            public SequenceEvent decode(byte[] bytes) {
                StateReader in = new StateReader(bytes);
                InstanceIds.Position position = new InstanceIds.Position(in.integer(), in.number());
                try {
                    return new SequenceEvent(decoder.decodeRow(in.bytes()), position);
                } catch (InvalidInputException e) {
                    // Schemas only grow, so what was valid once is.
                    throw new IllegalStateException("stored event: " + e.getMessage(), e);
                }
            }
        };
    }
}
