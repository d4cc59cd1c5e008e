package io.streamgauge.control.auth;

import java.io.IOException;
import java.net.URI;

/** The text of a document at an address. Blocks, for a bounded time. */
@FunctionalInterface
interface Documents {

    /**
     * The document as it is now.
     *
     * @throws IOException where it is not to be had; the message names the address
     */
    String get(URI address) throws IOException;
}
