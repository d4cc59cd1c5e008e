package io.streamgauge.control.problem;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Violation;
import java.util.List;
import java.util.Map;

/**
 * A request that cannot be right, whatever the state of things.
 *
 * <p>Pointers of violations are into the body ({@code #/fields/0}) or name a query parameter
 * ({@code ?from}) or a header ({@code If-Match}).
 */
public final class InvalidRequest extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    public InvalidRequest(ErrorCode code, String message, List<Violation> violations) {
        super(code, message, violations, Map.of());
    }

    /**
     * @param violations at least one; all there are
     */
    public InvalidRequest(List<Violation> violations) {
        this(ErrorCode.INVALID_REQUEST, summary(violations), violations);
    }

    public InvalidRequest(Violation violation) {
        this(List.of(violation));
    }

    public InvalidRequest(InvalidInputException cause) {
        this(cause.violations());
        initCause(cause);
    }

    private static String summary(List<Violation> violations) {
        String first = violations.getFirst().toString();
        return violations.size() == 1
                ? first
                : "%s (and %d more)".formatted(first, violations.size() - 1);
    }
}
