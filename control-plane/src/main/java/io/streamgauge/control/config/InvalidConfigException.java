package io.streamgauge.control.config;

import java.util.List;

/** A configuration that cannot be used; carries every problem, not just the first. */
public final class InvalidConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /**
     * @param problems at least one; each in one line: key, value and what was expected
     */
    public InvalidConfigException(List<String> problems) {
        super("configuration: " + String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong; never empty. */
    public List<String> problems() {
        return problems;
    }
}
