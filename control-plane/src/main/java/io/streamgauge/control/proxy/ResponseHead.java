package io.streamgauge.control.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Status and headers of a service's response, read strictly: what two readers could read
 * differently is an error, since the next response on the connection may be another client's.
 *
 * @param minorVersion of HTTP/1
 * @param fields headers as they came, in that order
 */
record ResponseHead(int minorVersion, int status, List<Field> fields) {

    /** A header. */
    record Field(String name, String value) {}

    /** How the response says where its body ends. */
    sealed interface Framing {

        record Bodiless() implements Framing {}

        record Length(long bytes) implements Framing {}

        record Chunked() implements Framing {}

        /** The body ends with the connection. */
        record UntilClose() implements Framing {}
    }

    /** What common servers allow. */
    private static final int MAX_HEAD_BYTES = 64 << 10;

    private static final int MAX_DIGITS = 18;
    private static final int VERSION_LENGTH = "HTTP/1.1 ".length();

    ResponseHead {
        fields = List.copyOf(fields);
    }

    /**
     * Reads a head.
     *
     * @throws EOFException where the connection ends in it
     * @throws InvalidResponseException where it is not one
     */
    static ResponseHead read(UpstreamConnection connection, Patience patience) throws IOException {
        LineReader lines = new LineReader(connection, patience, MAX_HEAD_BYTES);
        String first = lines.next();
        if (first.length() < VERSION_LENGTH + 3
                || !first.startsWith("HTTP/1.")
                || (first.charAt(7) != '0' && first.charAt(7) != '1')
                || first.charAt(8) != ' '
                || (first.length() > VERSION_LENGTH + 3 && first.charAt(12) != ' ')) {
            throw new InvalidResponseException("status line: not of HTTP/1.1");
        }
        int status = number(first.substring(VERSION_LENGTH, VERSION_LENGTH + 3), "status");
        if (status < 100 || status > 599) {
            throw new InvalidResponseException("status: " + status);
        }
        List<Field> fields = new ArrayList<>();
        for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
            fields.add(field(line));
        }
        return new ResponseHead(first.charAt(7) - '0', status, fields);
    }

    /** The values of a header, in their order. */
    List<String> all(String name) {
        return fields.stream()
                .filter(it -> it.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /** The first value of a header. */
    Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** What {@code Connection} names, in lower case. */
    Set<String> connectionOptions() {
        return HeaderRules.options(all("Connection"));
    }

    /** Whether the service may be asked again on the same connection. */
    boolean keepsConnection() {
        return minorVersion == 1 && !connectionOptions().contains("close");
    }

    /**
     * How the body ends (RFC 9112, 6.3).
     *
     * @throws InvalidResponseException where that is not certain
     */
    Framing framing(boolean ofHead) throws InvalidResponseException {
        List<String> codings = all("Transfer-Encoding");
        List<String> lengths = all("Content-Length");
        if (!codings.isEmpty() && (!lengths.isEmpty() || minorVersion == 0)) {
            throw new InvalidResponseException(
                    "Transfer-Encoding: beside a length, or in HTTP/1.0");
        }
        if (lengths.size() > 1) {
            throw new InvalidResponseException("Content-Length: more than once");
        }
        if (codings.size() > 1
                || (codings.size() == 1
                        && !codings.getFirst().toLowerCase(Locale.ROOT).equals("chunked"))) {
            throw new InvalidResponseException("Transfer-Encoding: not known");
        }
        if (ofHead || hasNoBody()) {
            return new Framing.Bodiless();
        }
        if (!codings.isEmpty()) {
            return new Framing.Chunked();
        }
        return lengths.isEmpty()
                ? new Framing.UntilClose()
                : new Framing.Length(contentLength(lengths.getFirst()));
    }

    /** What the length of the body is, or would be of a GET, where it is said. */
    Optional<String> statedLength() {
        return first("Content-Length");
    }

    private boolean hasNoBody() {
        return status < 200 || status == 204 || status == 304;
    }

    private static long contentLength(String text) throws InvalidResponseException {
        if (text.isEmpty()
                || text.length() > MAX_DIGITS
                || !text.chars().allMatch(it -> it >= '0' && it <= '9')) {
            throw new InvalidResponseException("Content-Length: not a length");
        }
        return Long.parseLong(text);
    }

    private static Field field(String line) throws InvalidResponseException {
        int colon = line.indexOf(':');
        if (colon <= 0
                || !line.substring(0, colon).chars().allMatch(HttpSyntax::isTokenCharacter)) {
            // A folded line comes here, too.
            throw new InvalidResponseException("a header's name: not a token");
        }
        String value = HttpSyntax.withoutBlanks(line.substring(colon + 1));
        if (value.chars().anyMatch(it -> (it < ' ' && it != '\t') || it == 0x7F)) {
            throw new InvalidResponseException("a header's value: a control character");
        }
        return new Field(line.substring(0, colon), value);
    }

    private static int number(String digits, String what) throws InvalidResponseException {
        if (!digits.chars().allMatch(it -> it >= '0' && it <= '9')) {
            throw new InvalidResponseException(what + ": not a number");
        }
        return Integer.parseInt(digits);
    }

    /** Lines that end as HTTP says, up to a bound for all of them. */
    static final class LineReader {

        private final UpstreamConnection connection;
        private final Patience patience;
        private int left;

        LineReader(UpstreamConnection connection, Patience patience, int maxBytes) {
            this.connection = connection;
            this.patience = patience;
            left = maxBytes;
        }

        /** The next line, without its end. */
        String next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(64);
            while (true) {
                int next = take();
                if (next == '\r') {
                    if (take() != '\n') {
                        throw new InvalidResponseException("a line ends in CR alone");
                    }
                    return line.toString(ISO_8859_1);
                }
                if (next == '\n') {
                    throw new InvalidResponseException("a line ends in LF alone");
                }
                line.write(next);
            }
        }

        private int take() throws IOException {
            if (left-- == 0) {
                throw new InvalidResponseException("too long");
            }
            int next = connection.read(patience);
            if (next < 0) {
                throw UpstreamConnection.ended("a head");
            }
            return next;
        }
    }
}
