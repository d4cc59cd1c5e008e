package io.streamgauge.control.proxy;

import java.io.IOException;

/** What a service answers is not HTTP, or can be read in more than one way. */
final class InvalidResponseException extends IOException {

    private static final long serialVersionUID = 1L;

    InvalidResponseException(String message) {
        super(message);
    }
}
