package io.streamgauge.control.proxy;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.InvalidRequest;
import java.util.List;

/**
 * How a request says where its body ends. Helidon is lenient here: it takes the first of several
 * lengths, lets {@code Transfer-Encoding} win over a length, and sees no body at all behind a
 * transfer coding that it does not know, so that the body would be read as the next request. What
 * two readers could read differently is therefore refused, and its connection is ended.
 */
sealed interface RequestFraming {

    /** No body. */
    record Bodiless() implements RequestFraming {}

    /** A body whose length is known. */
    record Length(long bytes) implements RequestFraming {}

    /** A body in chunks. */
    record Chunked() implements RequestFraming {}

    /** More would not fit into a long. */
    int MAX_DIGITS = 18;

    /**
     * Reads the framing.
     *
     * @throws InvalidRequest where it is not certain; nothing more must be read from the connection
     */
    static RequestFraming of(Headers headers) {
        List<String> codings = values(headers, HeaderNames.TRANSFER_ENCODING);
        List<String> lengths = values(headers, HeaderNames.CONTENT_LENGTH);
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty()) {
                throw ambiguous("Content-Length: beside Transfer-Encoding (expected: one of both)");
            }
            // The very word: the server compares it just so, and sees no body where it differs.
            if (codings.size() > 1 || !codings.getFirst().equals("chunked")) {
                throw ambiguous("Transfer-Encoding: not known (expected: chunked)");
            }
            return new Chunked();
        }
        if (lengths.isEmpty()) {
            return new Bodiless();
        }
        if (lengths.size() > 1) {
            throw ambiguous("Content-Length: more than once (expected: once)");
        }
        String length = lengths.getFirst();
        if (length.isEmpty()
                || length.length() > MAX_DIGITS
                || !length.chars().allMatch(it -> it >= '0' && it <= '9')) {
            throw ambiguous("Content-Length: not a length (expected: digits)");
        }
        long bytes = Long.parseLong(length);
        return bytes == 0 ? new Bodiless() : new Length(bytes);
    }

    private static List<String> values(Headers headers, HeaderName name) {
        return headers.all(name, List::of);
    }

    private static InvalidRequest ambiguous(String message) {
        return new InvalidRequest(ErrorCode.MALFORMED_REQUEST, message, List.of());
    }
}
