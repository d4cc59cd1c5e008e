package io.streamgauge.contracts;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An input that cannot be taken; carries everything that is wrong with it, not just the first
 * thing.
 */
public final class InvalidInputException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;

    /**
     * @throws IllegalArgumentException where there is no violation
     */
    public InvalidInputException(List<Violation> violations) {
        super(violations.stream().map(Violation::toString).collect(Collectors.joining("; ")));
        if (violations.isEmpty()) {
            throw new IllegalArgumentException("violations: none (expected: at least one)");
        }
        this.violations = List.copyOf(violations);
    }

    /** What is wrong; never empty. */
    public List<Violation> violations() {
        return violations;
    }
}
