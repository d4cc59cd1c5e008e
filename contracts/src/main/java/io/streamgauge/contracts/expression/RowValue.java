package io.streamgauge.contracts.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.values.StructValue;
import io.streamgauge.contracts.event.EventRow;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An event as CEL sees it: a view, nothing is copied. */
@SuppressWarnings("Immutable") // a row is; it does not say so in CEL's way
final class RowValue extends StructValue<String, RowValue> {

    private final EventRow row;
    private final CelType type;

    RowValue(EventRow row, CelType type) {
        this.row = row;
        this.type = type;
    }

    /** What an evaluation fails with where an event has no value. */
    static String absent(String field) {
        return field + ": the event has no value (has() tests that)";
    }

    /** Itself: the runtime passes on what this returns, and looks for fields in that. */
    @Override
    public RowValue value() {
        return this;
    }

    @Override
    public Object select(String field) {
        Object value = row.get(field);
        if (value == null) {
            throw Failure.of(absent(field));
        }
        return value;
    }

    @Override
    public Optional<Object> find(String field) {
        return Optional.ofNullable(row.get(field));
    }

    @Override
    public boolean isZeroValue() {
        return false;
    }

    @Override
    public CelType celType() {
        return type;
    }

    /** An event equals itself alone. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowValue value && value.row == row;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(row);
    }
}
