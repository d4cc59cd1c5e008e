package io.streamgauge.control.problem;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The client has asked for more in a time than it may; the same request may be made later. */
public final class RateLimited extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> violatedPolicies;
    private final Duration retryAfter;

    /**
     * @param violatedPolicies names of the limits that are exhausted
     * @param retryAfter when it is worth trying again, in whole seconds
     * @param numbers members of the response, such as how many events had been accepted
     */
    public RateLimited(
            String message,
            List<String> violatedPolicies,
            Duration retryAfter,
            Map<String, Long> numbers) {
        super(ErrorCode.RATE_LIMITED, message, List.of(), numbers);
        this.violatedPolicies = List.copyOf(violatedPolicies);
        this.retryAfter = retryAfter;
    }

    /** Which limits are exhausted. */
    public List<String> violatedPolicies() {
        return violatedPolicies;
    }

    /** When to try again at the earliest. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
