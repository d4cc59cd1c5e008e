package io.streamgauge.alerting;

import io.streamgauge.contracts.expression.Expression;
import java.util.List;
import java.util.Map;

/**
 * Compiled expressions of a sequence's steps, by the step's name.
 *
 * @param where of single steps; a step that takes every event has none
 * @param until of repeated steps that an event ends
 * @param steps names of all steps that have events
 */
record SequenceConditions(
        Map<String, Expression> where, Map<String, Expression> until, List<String> steps) {

    SequenceConditions {
        where = Map.copyOf(where);
        until = Map.copyOf(until);
        steps = List.copyOf(steps);
    }
}
