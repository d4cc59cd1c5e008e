package io.streamgauge.control.event;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpMediaType;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.streamgauge.contracts.Violation;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.problem.PayloadTooLarge;
import io.streamgauge.control.problem.UnsupportedMediaType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** Opens the body of an ingest request as its headers say it is written. */
final class RequestBody {

    private static final String JSON = "application/json";
    private static final Set<String> LINES = Set.of("application/x-ndjson", "application/jsonl");

    private static final int GZIP_BUFFER_BYTES = 8 << 10;

    private RequestBody() {}

    /**
     * The reader of a request's events.
     *
     * @param maxBytes longest body that is taken, decompressed
     * @throws UnsupportedMediaType where type or encoding are not taken here
     * @throws PayloadTooLarge where the request itself says that it is longer
     * @throws InvalidRequest where it is said to be gzip and does not begin like it
     */
    static EventReader open(ServerRequest request, long maxBytes) {
        boolean lines = isLines(request);
        boolean gzip = isGzip(request);
        OptionalLong length = request.headers().contentLength();
        if (!gzip && length.isPresent() && length.getAsLong() > maxBytes) {
            throw new PayloadTooLarge(
                    "body: %d bytes (expected: at most %d)".formatted(length.getAsLong(), maxBytes),
                    new IngestReport().numbers());
        }
        InputStream in = new Body(request.content().inputStream(), maxBytes);
        BodySource source = new BodySource(gzip ? unzipped(in) : in, maxBytes);
        return lines ? new LineEventReader(source) : new JsonEventReader(source);
    }

    private static boolean isLines(ServerRequest request) {
        String text = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        HttpMediaType type;
        try {
            type = HttpMediaType.create(text);
        } catch (IllegalArgumentException malformed) {
            throw unsupportedType(text);
        }
        String name = type.mediaType().text().toLowerCase(Locale.ROOT);
        boolean utf8 = type.charset().map(it -> it.equalsIgnoreCase("utf-8")).orElse(true);
        if (!utf8 || !(name.equals(JSON) || LINES.contains(name))) {
            throw unsupportedType(text);
        }
        return LINES.contains(name);
    }

    private static boolean isGzip(ServerRequest request) {
        String encoding = String.join(", ", request.headers().values(HeaderNames.CONTENT_ENCODING));
        return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default ->
                    throw new UnsupportedMediaType(
                            "Content-Encoding: %s (expected: gzip, or none)".formatted(encoding));
        };
    }

    private static InputStream unzipped(InputStream in) {
        try {
            return new GZIPInputStream(in, GZIP_BUFFER_BYTES);
        } catch (IOException e) {
            throw new InvalidRequest(
                    ErrorCode.MALFORMED_REQUEST,
                    "body: not gzip (expected: what Content-Encoding says)",
                    List.of(new Violation("Content-Encoding", "encoding", "not gzip")));
        }
    }

    private static UnsupportedMediaType unsupportedType(String text) {
        return new UnsupportedMediaType(
                "Content-Type: %s (expected: application/json, application/x-ndjson or application/jsonl, in UTF-8)"
                        .formatted(text.isEmpty() ? "missing" : text));
    }

    /** The server's stream, with the habits corrected that matter here. */
    private static final class Body extends FilterInputStream {

        private final long maxBytes;
        private boolean ended;

        Body(InputStream in, long maxBytes) {
            super(in);
            this.maxBytes = maxBytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        /**
         * Fails as a longer body does where the server's own bound was reached first.
         *
         * @throws CloseConnectionException where the client has gone away
         */
        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                int read = super.read(target, offset, length);
                ended = read < 0;
                return read;
            } catch (RequestException e) {
                if (e.status().code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code()) {
                    throw new BodySource.TooLongException(maxBytes);
                }
                throw e;
            } catch (DataReader.InsufficientDataAvailableException e) {
                // Else this would count as an error of ours.
                throw new CloseConnectionException("the client went away within a body", e);
            }
        }

        /** Not 0 before the end: gzip takes that to mean that no further member follows. */
        @Override
        public int available() {
            return ended ? 0 : 1;
        }
    }
}
