package io.streamgauge.control.health;

import java.util.Optional;

/**
 * One thing that this process needs to serve.
 *
 * @param name in the answer of {@code /ready}
 * @param probe what is wrong; empty where nothing is. May block, and may throw: that is wrong, too
 */
public record ReadinessCheck(String name, Probe probe) {

    /** Looks. */
    @FunctionalInterface
    public interface Probe {

        Optional<String> problem() throws Exception;
    }
}
