package io.streamgauge.control.live.feed;

import io.streamgauge.control.live.result.LiveResult;
import io.streamgauge.control.live.resume.Offsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads the state that a subscription begins with. */
public interface StateReader {

    /**
     * A state.
     *
     * @param behind a place such that what has come before it has gone into the state
     */
    record State(List<LiveResult> results, Offsets behind) {}

    /** The same for other windows. */
    StateReader of(List<Duration> windows);

    /**
     * Reads what a subscription wants of the state.
     *
     * @param end stands for the place in logs of which nothing has ever been stored
     * @return empty where it cannot be read now
     */
    Optional<State> read(Subscription subscription, Offsets end);
}
