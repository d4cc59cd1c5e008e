package io.streamgauge.control.request;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Identifies one request in its response and in the log. */
public record RequestId(String value) {

    /** Carries the id, in requests and responses. */
    public static final HeaderName HEADER = HeaderNames.create("X-Request-Id");

    /** Key of the id in the diagnostic context of log lines. */
    public static final String MDC_KEY = "requestId";

    /** What can stand in a header and a log line without harm. */
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

    /** The id of a request; a new one where it did not come through {@link RequestIdFilter}. */
    public static RequestId of(ServerRequest request) {
        return RequestNotes.of(request).find(RequestId.class).orElseGet(RequestId::random);
    }

    /** The client's own id where it is sane, else a new one. */
    public static RequestId takenFrom(Optional<String> header) {
        return header.filter(text -> SANE.matcher(text).matches())
                .map(RequestId::new)
                .orElseGet(RequestId::random);
    }

    /**
     * Unique, and no secret: a secure source of randomness is one that all requests would queue at.
     */
    private static RequestId random() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new RequestId(new UUID(random.nextLong(), random.nextLong()).toString());
    }
}
