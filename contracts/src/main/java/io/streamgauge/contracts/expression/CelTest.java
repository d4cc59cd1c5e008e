package io.streamgauge.contracts.expression;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.streamgauge.contracts.event.EventRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Evaluates an expression with CEL's runtime. */
final class CelTest {

    private final CelRuntime.Program program;
    private final Schema schema;

    CelTest(CelRuntime.Program program, Schema schema) {
        this.program = program;
        this.schema = schema;
    }

    boolean test(EventRow event, Map<String, List<EventRow>> steps) throws EvaluationException {
        try {
            return (Boolean)
                    program.eval(
                            name ->
                                    switch (name) {
                                        case Schema.EVENT ->
                                                Optional.of(new RowValue(event, schema.event()));
                                        case Schema.STEPS ->
                                                Optional.of(
                                                        new StepsValue(
                                                                steps,
                                                                schema.steps(),
                                                                schema.event()));
                                        default -> Optional.empty();
                                    });
        } catch (CelEvaluationException e) {
            throw Failure.translated(e);
        } catch (RuntimeException | StackOverflowError e) {
            // A defect of the runtime must not become one of the job: the rule has failed.
            throw new EvaluationException("cannot be evaluated for this event");
        }
    }
}
