package io.streamgauge.contracts.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.values.StructValue;
import io.streamgauge.contracts.event.EventRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The events of earlier steps as CEL sees them; of a step without events, the empty list. */
@SuppressWarnings("Immutable") // a view, gone when the evaluation is over
final class StepsValue extends StructValue<String, StepsValue> {

    private final Map<String, List<EventRow>> steps;
    private final CelType type;
    private final CelType rowType;

    StepsValue(Map<String, List<EventRow>> steps, CelType type, CelType rowType) {
        this.steps = steps;
        this.type = type;
        this.rowType = rowType;
    }

    /** Itself, as of {@link RowValue#value()}. */
    @Override
    public StepsValue value() {
        return this;
    }

    @Override
    public Object select(String step) {
        List<EventRow> rows = steps.getOrDefault(step, List.of());
        List<Object> values = new ArrayList<>(rows.size());
        for (EventRow row : rows) {
            values.add(new RowValue(row, rowType));
        }
        return values;
    }

    @Override
    public Optional<Object> find(String step) {
        return steps.getOrDefault(step, List.of()).isEmpty()
                ? Optional.empty()
                : Optional.of(select(step));
    }

    @Override
    public boolean isZeroValue() {
        return steps.isEmpty();
    }

    @Override
    public CelType celType() {
        return type;
    }
}
