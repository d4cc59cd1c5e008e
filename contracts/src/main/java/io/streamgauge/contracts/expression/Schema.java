package io.streamgauge.contracts.expression;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldType;
import io.streamgauge.contracts.stream.StreamSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The types that an expression sees: the event's, and that of the earlier steps. */
final class Schema implements CelTypeProvider {

    /** What the types are called in messages. */
    static final String EVENT = "event";

    static final String STEPS = "steps";

    private final StructType event;
    private final StructType steps;

    Schema(StreamSpec stream, List<String> earlierSteps) {
        Map<String, CelType> fields = new LinkedHashMap<>();
        for (Field field : stream.fields()) {
            fields.put(field.name(), type(field.type()));
        }
        event = struct(EVENT, fields);
        Map<String, CelType> lists = new LinkedHashMap<>();
        for (String step : earlierSteps) {
            lists.put(step, ListType.create(event));
        }
        steps = struct(STEPS, lists);
    }

    private static StructType struct(String name, Map<String, CelType> types) {
        ImmutableMap<String, CelType> fields = ImmutableMap.copyOf(types);
        return StructType.create(
                name, fields.keySet(), field -> Optional.ofNullable(fields.get(field)));
    }

    private static CelType type(FieldType type) {
        return switch (type) {
            case NUMBER -> SimpleType.DOUBLE;
            case STRING -> SimpleType.STRING;
            case BOOLEAN -> SimpleType.BOOL;
            case TIMESTAMP -> SimpleType.TIMESTAMP;
        };
    }

    StructType event() {
        return event;
    }

    StructType steps() {
        return steps;
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.of(event, steps);
    }

    @Override
    public Optional<CelType> findType(String name) {
        return switch (name) {
            case EVENT -> Optional.of(event);
            case STEPS -> steps.fieldNames().isEmpty() ? Optional.empty() : Optional.of(steps);
            default -> Optional.empty();
        };
    }
}
