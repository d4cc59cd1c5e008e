package io.streamgauge.control.http;

import io.helidon.webserver.CloseConnectionException;

/** The client was too slow, or made room for another; the server closes its connection quietly. */
final class CutOffException extends CloseConnectionException {

    private static final long serialVersionUID = 1L;

    CutOffException() {
        super("cut off");
    }
}
