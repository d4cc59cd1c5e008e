package io.streamgauge.control.http;

import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/**
 * Notes when an answer begins, and whether it is a connection's last: the server calls it right
 * before it writes one.
 */
final class AnswerListener implements Http1ConnectionListener {

    @Override
    public void status(ConnectionContext context, Status status) {
        WatchedContext.of(context).answering();
    }

    @Override
    public void headers(ConnectionContext context, Headers headers) {
        if (headers.contains(HeaderValues.CONNECTION_CLOSE)) {
            WatchedContext.of(context).requestIsLast();
        }
    }
}
