package io.streamgauge.control.request;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Headers that an answer has however its request ends. A failure takes back what was set before it;
 * who answers the failure puts these in again. What a handler sets under the same name goes first;
 * to {@code Vary} it adds.
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

    /** Adds to the answer's {@code Vary} what a handler has replaced by its own. */
    static void completeVary(ServerRequest request, ServerResponse response) {
        if (!response.headers().contains(HeaderNames.VARY)) {
            return;
        }
        List<String> values = response.headers().get(HeaderNames.VARY).allValues(true);
        List<String> missing =
                RequestNotes.of(request).find(StandingHeaders.class).stream()
                        .flatMap(it -> it.headers.stream())
                        .filter(it -> it.headerName().equals(HeaderNames.VARY))
                        .map(Header::get)
                        .filter(it -> !values.contains(it))
                        .toList();
        if (!missing.isEmpty()) {
            response.header(
                    HeaderNames.VARY,
                    Stream.concat(values.stream(), missing.stream())
                            .collect(Collectors.joining(", ")));
        }
    }

    private StandingHeaders and(StandingHeaders more) {
        return new StandingHeaders(Stream.concat(headers.stream(), more.headers.stream()).toList());
    }
}
