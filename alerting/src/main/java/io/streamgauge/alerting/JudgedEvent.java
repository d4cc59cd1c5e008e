package io.streamgauge.alerting;

import io.streamgauge.contracts.event.Event;
import io.streamgauge.contracts.event.EventRow;
import java.util.List;

/**
 * An event of the present key, with the rules that are to judge it.
 *
 * @param arrival on the platform's clock, milliseconds since the epoch
 * @param partition and {@code offset}: where the event is in the log
 * @param rules those in force at the arrival whose {@link CompiledRule#interest} it is of
 */
public record JudgedEvent(
        EventRow row, long arrival, int partition, long offset, List<RuleInForce> rules) {

    public JudgedEvent {
        rules = List.copyOf(rules);
    }

    /** When it happened: what the event says, or its arrival where it says nothing. */
    public long timestamp() {
        return row.timestamp() == Event.NO_TIMESTAMP ? arrival : row.timestamp();
    }
}
