package io.streamgauge.control.responsecache;

import io.helidon.http.Header;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.control.request.BodySender;

/**
 * Sends stored responses to one client: the body, or that the client has it, or for HEAD its
 * length.
 *
 * @param sender what to do with a body
 */
record Answer(Conditions conditions, BodySender sender) {

    /** Sends a response from the cache. */
    void hit(ServerResponse response, StoredResponse stored, long now) {
        StoredResponse.Freshness freshness = stored.freshness(now);
        response.headers().set(freshness.ageHeader());
        send(response, stored, freshness.cacheStatus());
    }

    /** Sends a response that has just been made. */
    void send(ServerResponse response, StoredResponse stored, Header cacheStatus) {
        ServerResponseHeaders headers = response.headers();
        headers.set(cacheStatus);
        for (Header header : stored.validators()) {
            headers.set(header);
        }
        if (conditions.isKnown(stored.etag())) {
            for (Header header : stored.ofTheBody()) {
                headers.remove(header.headerName()); // which the handler may have set
            }
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        for (Header header : stored.ofTheBody()) {
            headers.set(header);
        }
        sender.send(response, stored.body());
    }
}
