package io.streamgauge.control.responsecache;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.EntityTags;
import java.util.List;

/** The entity tags that a client has a response of already ({@code If-None-Match}). */
final class Conditions {

    private final List<String> values;

    private Conditions(List<String> values) {
        this.values = values;
    }

    static Conditions of(ServerRequestHeaders headers) {
        return new Conditions(headers.all(HeaderNames.IF_NONE_MATCH, List::of));
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /**
     * Whether the client has what it asks for.
     *
     * @throws InvalidRequest where the header is malformed
     */
    boolean isKnown(String etag) {
        if (values.isEmpty()) {
            return false;
        }
        if (values.size() == 1 && values.getFirst().equals(etag)) {
            return true; // what nearly all clients send, and worth no parsing
        }
        String strong = etag.startsWith("W/") ? etag.substring(2) : etag;
        return EntityTags.parse(HeaderNames.IF_NONE_MATCH.defaultCase(), values)
                .matchWeakly(strong);
    }
}
