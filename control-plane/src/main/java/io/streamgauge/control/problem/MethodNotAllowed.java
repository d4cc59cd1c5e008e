package io.streamgauge.control.problem;

import java.util.List;

/** The path exists, and not for this method. */
public final class MethodNotAllowed extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> allowed;

    /**
     * @param allowed the methods that the path has
     */
    public MethodNotAllowed(String method, List<String> allowed) {
        super(
                ErrorCode.METHOD_NOT_ALLOWED,
                "method: %s (expected: %s)".formatted(method, String.join(", ", allowed)));
        this.allowed = List.copyOf(allowed);
    }

    /** The methods that the path has. */
    public List<String> allowed() {
        return allowed;
    }
}
