package io.streamgauge.client;

import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a client connects.
 *
 * @param access where to, and as whom
 * @param backoff how long to wait between attempts
 * @param silence after how long without a frame the server is taken for gone; it sends one each 15
 *     s
 * @param onState told of each change of the connection's state, by the thread that tells listeners
 */
public record LiveClientOptions(
        Access access, Backoff backoff, Duration silence, Consumer<ConnectionState> onState) {

    private static final Duration SILENCE = Duration.ofSeconds(40);

    public LiveClientOptions {
        if (silence.isNegative() || silence.isZero()) {
            throw new IllegalArgumentException("silence: %s (expected: > PT0S)".formatted(silence));
        }
    }

    /** With what suits most, in the credential's own tenant. */
    public static LiveClientOptions of(URI api, TokenSource token) {
        return of(Access.of(api, token));
    }

    /** With what suits most. */
    public static LiveClientOptions of(Access access) {
        return new LiveClientOptions(access, Backoff.DEFAULT, SILENCE, state -> {});
    }

    /** The same with other waits. */
    public LiveClientOptions withBackoff(Backoff other) {
        return new LiveClientOptions(access, other, silence, onState);
    }

    /** The same with another patience. */
    public LiveClientOptions withSilence(Duration other) {
        return new LiveClientOptions(access, backoff, other, onState);
    }

    /** The same with somebody who is told how the connection stands. */
    public LiveClientOptions withStateListener(Consumer<ConnectionState> listener) {
        return new LiveClientOptions(access, backoff, silence, listener);
    }
}
