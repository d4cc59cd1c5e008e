package io.streamgauge.control.live.connection;

/**
 * The way to one client. Written to by one thread; a client that does not read makes it wait.
 * Throws what it likes where the client has gone.
 */
public interface Transport {

    /**
     * Writes one thing.
     *
     * @return false where it was the last, as a {@link Outbound.Close} is
     */
    boolean write(Outbound outbound);

    /** Whether the client answers pings and closes; where not, a failing write tells of its end. */
    boolean clientAnswers();

    /** Cuts the client off, from any thread. */
    void abort();
}
