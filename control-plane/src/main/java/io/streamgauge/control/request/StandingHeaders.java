package io.streamgauge.control.request;

import io.helidon.http.Header;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Headers that an answer has however its request ends. A failure takes back what was set before it;
 * who answers the failure puts these in again. What a handler sets under the same name goes first.
 *
 * @param headers in the order of their setting
 */
public record StandingHeaders(List<Header> headers) {

    public StandingHeaders {
        headers = List.copyOf(headers);
    }

    /** Sets headers now and, should it come to that, in the answer to a failure. */
    public void set(ServerRequest request, ServerResponse response) {
        headers.forEach(response::header);
        RequestNotes notes = RequestNotes.of(request);
        Optional<StandingHeaders> before = notes.find(StandingHeaders.class);
        notes.put(StandingHeaders.class, before.map(it -> it.and(this)).orElse(this));
    }

    /** Sets once more what was set of this kind. */
    public static void restore(ServerRequest request, ServerResponse response) {
        RequestNotes.of(request)
                .find(StandingHeaders.class)
                .ifPresent(it -> it.headers.forEach(response::header));
    }

    private StandingHeaders and(StandingHeaders more) {
        return new StandingHeaders(Stream.concat(headers.stream(), more.headers.stream()).toList());
    }
}
