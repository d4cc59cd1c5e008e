package io.streamgauge.control.problem;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that the request needs is away for now; the same request may work later. */
public final class Unavailable extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /**
     * @param retryAfter when to try again at the earliest, in whole seconds
     * @param cause for the log
     */
    public Unavailable(String message, Duration retryAfter, @Nullable Throwable cause) {
        this(message, retryAfter, Map.of(), cause);
    }

    /**
     * @param numbers members of the response, such as how many events had been accepted
     */
    public Unavailable(
            String message,
            Duration retryAfter,
            Map<String, Long> numbers,
            @Nullable Throwable cause) {
        super(ErrorCode.UNAVAILABLE, message, List.of(), numbers);
        this.retryAfter = retryAfter;
        if (cause != null) {
            initCause(cause);
        }
    }

    /** When to try again at the earliest. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
