package io.streamgauge.control.problem;

import io.streamgauge.contracts.Violation;
import java.util.List;
import java.util.Map;

/** The request is well formed, and the present state of things does not allow it. */
public final class Conflict extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    public Conflict(ErrorCode code, String message) {
        this(code, message, List.of());
    }

    public Conflict(ErrorCode code, String message, List<Violation> violations) {
        super(code, message, violations, Map.of());
    }
}
