package io.streamgauge.control.live.request;

import io.streamgauge.control.live.resume.Position;
import java.time.Duration;
import java.util.List;

/** Where a subscription begins. */
public sealed interface Beginning {

    /** With what comes next. */
    record Now() implements Beginning {}

    /**
     * With the state that there is.
     *
     * @param windows of which the last aggregates are wanted, as far as the filter lets them
     *     through
     */
    record PresentState(List<Duration> windows) implements Beginning {}

    /** Where it was left. */
    record After(Position position) implements Beginning {}
}
