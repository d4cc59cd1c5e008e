package io.streamgauge.control.proxy;

import java.io.EOFException;
import java.io.IOException;

/**
 * The body of a service's response, read as it comes. Ends only where the response says that it
 * ends: a connection that breaks off before is an {@link EOFException}, never an end.
 */
final class ResponseBody {

    /** Of a line with a chunk's size and its extensions, and of all trailers. */
    private static final int MAX_LINE_BYTES = 8 << 10;

    /** Sixteen would not fit into a long. */
    private static final int MAX_SIZE_DIGITS = 15;

    private final UpstreamConnection connection;
    private final Patience patience;
    private final ResponseHead.Framing framing;

    /** Of the body, or of the chunk, where that is known. */
    private long left;

    private boolean withinChunk;
    private boolean complete;

    ResponseBody(UpstreamConnection connection, ResponseHead.Framing framing, Patience patience) {
        this.connection = connection;
        this.framing = framing;
        this.patience = patience;
        if (framing instanceof ResponseHead.Framing.Length length) {
            left = length.bytes();
        }
        complete =
                framing instanceof ResponseHead.Framing.Bodiless
                        || (framing instanceof ResponseHead.Framing.Length && left == 0);
    }

    /** Whether all of it has been read. */
    boolean isComplete() {
        return complete;
    }

    /**
     * Reads what there is.
     *
     * @return how many bytes, at least one; -1 at the end
     */
    int read(byte[] bytes) throws IOException {
        if (complete) {
            return -1;
        }
        return switch (framing) {
            case ResponseHead.Framing.Bodiless bodiless -> -1;
            case ResponseHead.Framing.Length length -> {
                int count = readKnown(bytes);
                complete = left == 0;
                yield count;
            }
            case ResponseHead.Framing.Chunked chunked -> readChunked(bytes);
            case ResponseHead.Framing.UntilClose untilClose -> {
                int count = connection.read(bytes, 0, bytes.length, patience);
                complete = count < 0;
                yield count;
            }
        };
    }

    private int readChunked(byte[] bytes) throws IOException {
        if (!withinChunk) {
            left = readSize();
            if (left == 0) {
                skipTrailers();
                complete = true;
                return -1;
            }
            withinChunk = true;
        }
        int count = readKnown(bytes);
        if (left == 0) {
            if (!line(2).isEmpty()) {
                throw new InvalidResponseException("a chunk: longer than its size");
            }
            withinChunk = false;
        }
        return count;
    }

    private int readKnown(byte[] bytes) throws IOException {
        int count = connection.read(bytes, 0, (int) Math.min(bytes.length, left), patience);
        if (count < 0) {
            throw UpstreamConnection.ended("a body");
        }
        left -= count;
        return count;
    }

    private long readSize() throws IOException {
        String line = line(MAX_LINE_BYTES);
        int extension = line.indexOf(';');
        String size = (extension < 0 ? line : line.substring(0, extension)).stripTrailing();
        if (size.isEmpty()
                || size.length() > MAX_SIZE_DIGITS
                || !size.chars().allMatch(it -> Character.digit(it, 16) >= 0 && it < 0x7F)) {
            throw new InvalidResponseException("a chunk's size: not a hexadecimal number");
        }
        return Long.parseLong(size, 16);
    }

    private void skipTrailers() throws IOException {
        ResponseHead.LineReader lines =
                new ResponseHead.LineReader(connection, patience, MAX_LINE_BYTES);
        while (!lines.next().isEmpty()) {
            // Nobody has asked for them: TE is not passed on.
        }
    }

    private String line(int maxBytes) throws IOException {
        return new ResponseHead.LineReader(connection, patience, maxBytes).next();
    }
}
