package io.streamgauge.control.event;

import io.streamgauge.contracts.Violation;
import java.util.List;

/** An event that was not taken, or the rest of a body that could not be read. */
record Rejection(EventPlace place, List<Violation> violations) {

    Rejection {
        violations = List.copyOf(violations);
    }
}
