package io.streamgauge.control.responsecache;

import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.control.request.BodySender;
import java.time.Duration;

/**
 * Takes the body that a handler sends, hands it to the cache, and answers in the handler's place.
 */
final class Capture implements BodySender {

    private final RoutingRequest request;
    private final HttpPrologue prologue;
    private final Answer answer;
    private final Computation computation;
    private final Duration lifetime;

    /**
     * @param prologue of the request as the client sent it: the handler may see another
     */
    Capture(
            RoutingRequest request,
            HttpPrologue prologue,
            Answer answer,
            Computation computation,
            Duration lifetime) {
        this.request = request;
        this.prologue = prologue;
        this.answer = answer;
        this.computation = computation;
        this.lifetime = lifetime;
    }

    @Override
    public void send(ServerResponse response, byte[] body) {
        request.prologue(prologue); // before the access log looks
        if (response.status().code() != Status.OK_200.code()) {
            computation.abandon();
            response.headers().set(computation.reason().status(false));
            answer.sender().send(response, body);
            return;
        }
        Computation.Made made = computation.complete(response.headers(), body, lifetime);
        answer.send(response, made.response(), made.status());
    }
}
