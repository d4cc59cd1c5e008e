package io.streamgauge.client;

import java.io.IOException;

/** Gives the credential of a connection, a token or an API key; asked again for each. */
@FunctionalInterface
public interface TokenSource {

    /**
     * The credential now. May take a while, but the connection waits for it.
     *
     * @throws IOException where there is none now; it is asked again after a while
     */
    String token() throws IOException;
}
