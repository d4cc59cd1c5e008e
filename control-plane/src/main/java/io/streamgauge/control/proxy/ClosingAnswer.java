package io.streamgauge.control.proxy;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.control.problem.ControlPlaneException;
import io.streamgauge.control.problem.ProblemWriter;

/**
 * Refuses a request and ends its connection. The header alone does not: the server goes on to read
 * the next request where this one has not been read to its end, which is how a body becomes one.
 */
final class ClosingAnswer {

    private ClosingAnswer() {}

    /**
     * Sends a problem.
     *
     * @return what must be thrown next
     */
    static CloseConnectionException send(
            ServerRequest request, ServerResponse response, ControlPlaneException problem) {
        if (response instanceof RoutingResponse routed && !routed.reset()) {
            return new CloseConnectionException("the response has begun", problem);
        }
        response.header(HeaderValues.CONNECTION_CLOSE);
        ProblemWriter.send(request, response, problem);
        return new CloseConnectionException(problem.code().wireName(), problem);
    }
}
