package io.streamgauge.control.request;

import io.helidon.http.Method;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/**
 * Sends the body of a response that is whole in memory. Handlers send through {@link
 * #send(ServerRequest, ServerResponse, byte[])} and not by themselves: a filter that has to see the
 * body before it goes, to keep it or to say that the client has it already, registers a sender of
 * its own in the {@link RequestNotes}.
 */
@FunctionalInterface
public interface BodySender {

    /**
     * Sends a body, or what stands for it. Called once, on the request's thread.
     *
     * @param response with the status and the headers that go with the body
     * @param body not changed any more
     */
    void send(ServerResponse response, byte[] body);

    /** Sends a body as the request's filters want it; of HEAD only its length. */
    static void send(ServerRequest request, ServerResponse response, byte[] body) {
        StandingHeaders.completeVary(request, response);
        RequestNotes.of(request)
                .find(BodySender.class)
                .orElse(request.prologue().method().equals(Method.HEAD) ? HEAD : WHOLE)
                .send(response, body);
    }

    /** Sends the body. */
    BodySender WHOLE = ServerResponse::send;

    /** Sends what HEAD asks for: everything but the body. The server itself would send it. */
    BodySender HEAD =
            (response, body) -> {
                response.contentLength(body.length);
                response.send();
            };
}
