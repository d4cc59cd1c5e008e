package io.streamgauge.control.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.util.Set;

/**
 * Refuses requests whose end could be read in two ways, before anyone reads on: what one server
 * takes for a body, another takes for the next request, and in front of this one there may be
 * others. Stricter than RFC 9112 has to be; no honest client notices.
 *
 * <p>Called by the server between the headers and everything else; what is thrown here becomes the
 * answer, and ends the connection.
 */
final class RequestChecks implements Http1ConnectionListener {

    private static final int MAX_HEADERS = 100;

    /** Such that no body of a {@code Content-Length} overflows a {@code long}. */
    private static final int MAX_LENGTH_DIGITS = 18;

    private static final Status HEADERS_TOO_LARGE_431 =
            Status.create(431, "Request Header Fields Too Large");

    private static final Set<Method> BODILESS = Set.of(Method.GET, Method.HEAD, Method.DELETE);

    @Override
    public void prologue(ConnectionContext context, HttpPrologue prologue) {
        String path = prologue.uriPath().path();
        if (path == null || !path.startsWith("/")) {
            throw refusal("path: missing (expected: one that begins with /)");
        }
        WatchedContext.of(context).requestBegun(prologue.method());
    }

    @Override
    public void headers(ConnectionContext context, Headers headers) {
        ClientWatch watch = WatchedContext.of(context);
        checkCount(headers);
        checkLength(watch.method(), headers);
        watch.headersRead(headers.contains(HeaderValues.EXPECT_100));
        if (saysClose(headers)) {
            watch.requestIsLast();
        }
    }

    private static boolean saysClose(Headers headers) {
        return headers.contains(HeaderNames.CONNECTION)
                && headers.get(HeaderNames.CONNECTION).allValues(true).stream()
                        .anyMatch("close"::equalsIgnoreCase);
    }

    private static void checkCount(Headers headers) {
        int count = headers.size();
        if (count > MAX_HEADERS) {
            throw refusal(
                    HEADERS_TOO_LARGE_431,
                    "headers: %d (expected: at most %d)".formatted(count, MAX_HEADERS));
        }
    }

    private static void checkLength(Method method, Headers headers) {
        boolean chunked = headers.contains(HeaderNames.TRANSFER_ENCODING);
        boolean measured = headers.contains(HeaderNames.CONTENT_LENGTH);
        if (!chunked && !measured) {
            return;
        }
        if (chunked && measured) {
            throw refusal("Content-Length: given with Transfer-Encoding (expected: one of them)");
        }
        if (chunked && !isOne(headers.get(HeaderNames.TRANSFER_ENCODING), "chunked")) {
            throw refusal("Transfer-Encoding: unknown (expected: chunked, alone and once)");
        }
        if (measured && !isLength(headers.get(HeaderNames.CONTENT_LENGTH))) {
            throw refusal("Content-Length: malformed (expected: one number)");
        }
        boolean empty = measured && isOne(headers.get(HeaderNames.CONTENT_LENGTH), "0");
        if (!empty && BODILESS.contains(method)) {
            throw refusal("body: given with %s (expected: none)".formatted(method.text()));
        }
    }

    private static boolean isOne(Header header, String value) {
        return header.valueCount() == 1 && header.get().equals(value);
    }

    private static boolean isLength(Header header) {
        String text = header.get();
        return header.valueCount() == 1
                && !text.isEmpty()
                && text.length() <= MAX_LENGTH_DIGITS
                && text.chars().allMatch(it -> it >= '0' && it <= '9');
    }

    private static RequestException refusal(String message) {
        return refusal(Status.BAD_REQUEST_400, message);
    }

    private static RequestException refusal(Status status, String message) {
        return RequestException.builder()
                .type(DirectHandler.EventType.BAD_REQUEST)
                .status(status)
                .setKeepAlive(false)
                .message(message)
                .build();
    }
}
