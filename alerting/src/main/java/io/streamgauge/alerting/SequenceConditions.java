package io.streamgauge.alerting;

import io.streamgauge.contracts.expression.Expression;
import java.util.Map;

/**
 * Compiled expressions of a sequence's steps, by the step's name.
 *
 * @param where of single steps; a step that takes every event has none
 * @param until of repeated steps that an event ends
 */
record SequenceConditions(Map<String, Expression> where, Map<String, Expression> until) {

    SequenceConditions {
        where = Map.copyOf(where);
        until = Map.copyOf(until);
    }
}
