package io.streamgauge.control.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.control.rest.JsonResponse;

/** Sends alerts. */
final class AlertResponses {

    private AlertResponses() {}

    /** Sends an alert as a change has left it, with the preview that the change has. */
    static void send(ServerResponse response, Outcome outcome, boolean dryRun) {
        ObjectNode json = outcome.alert().toJson();
        outcome.preview().ifPresent(it -> json.set("preview", it));
        if (dryRun) {
            json.put("dryRun", true);
            response.header(HeaderNames.CACHE_CONTROL, "no-store"); // and no tag: it is not there
        } else {
            headers(response, outcome.alert());
        }
        JsonResponse.send(response, json);
    }

    /** Sets what an alert's representation has in its headers. */
    static void headers(ServerResponse response, Alert alert) {
        response.header(HeaderNames.ETAG, alert.tag().toString());
        response.header(HeaderNames.CACHE_CONTROL, "private, no-cache");
    }
}
