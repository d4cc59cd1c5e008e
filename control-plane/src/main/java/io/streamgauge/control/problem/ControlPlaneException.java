package io.streamgauge.control.problem;

import io.streamgauge.contracts.Violation;
import java.util.List;
import java.util.Map;

/**
 * A request that cannot be served, for a reason that the client should hear. The message is for the
 * client: it holds nothing of another tenant and nothing of the inside.
 */
public abstract sealed class ControlPlaneException extends RuntimeException
        permits BadGateway,
                Conflict,
                Forbidden,
                GatewayTimeout,
                InvalidRequest,
                MethodNotAllowed,
                NotFound,
                PayloadTooLarge,
                PreconditionFailed,
                PreconditionRequired,
                QuotaExceeded,
                RateLimited,
                Unauthenticated,
                Unavailable,
                UnsupportedMediaType {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient List<Violation> violations;
    private final transient Map<String, Long> numbers;

    ControlPlaneException(ErrorCode code, String message) {
        this(code, message, List.of(), Map.of());
    }

    ControlPlaneException(
            ErrorCode code, String message, List<Violation> violations, Map<String, Long> numbers) {
        super(message);
        this.code = code;
        this.violations = List.copyOf(violations);
        this.numbers = Map.copyOf(numbers);
    }

    /** What went wrong, for programs. */
    public ErrorCode code() {
        return code;
    }

    /** What exactly is wrong with the request, place by place; often empty. */
    public List<Violation> violations() {
        return violations;
    }

    /** Numbers that the response carries as members of their own, by name; often empty. */
    public Map<String, Long> numbers() {
        return numbers;
    }
}
