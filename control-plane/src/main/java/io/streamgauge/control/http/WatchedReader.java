package io.streamgauge.control.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/**
 * Reads what a client sends, for as long as it has time. Bounds what the server would read in one
 * piece, whatever the client says: chunks, and the lines with their sizes.
 */
final class WatchedReader extends DataReader {

    /** Largest chunk of a body; clients send some KiB at a time. */
    static final int MAX_CHUNK_BYTES = 1 << 20;

    private static final int MAX_CHUNK_LINE_BYTES = 256;
    private static final Pattern SIZE = Pattern.compile("[0-9a-fA-F]{1,7}");
    private static final Pattern ZERO = Pattern.compile("0+");

    private final ClientWatch watch;
    private boolean lastChunk;
    private boolean broken;

    WatchedReader(HelidonSocket socket, ClientWatch watch) {
        super(
                () -> {
                    byte[] bytes;
                    try {
                        bytes = watch.read(() -> watch.ahead().next(socket));
                    } catch (UncheckedIOException e) {
                        throw new ServerConnectionException("the client cannot be read from", e);
                    }
                    if (bytes == null) {
                        // Within headers, the server would take its own exception for an error.
                        throw new CloseConnectionException("the client has gone");
                    }
                    return bytes;
                });
        this.watch = watch;
    }

    /** The server reads chunks, and messages of WebSocket, with this. */
    @Override
    public BufferData readBuffer(int length) {
        if (length > MAX_CHUNK_BYTES) {
            throw malformed(
                    "chunk: %d bytes (expected: at most %d)".formatted(length, MAX_CHUNK_BYTES));
        }
        return super.readBuffer(length);
    }

    /**
     * The server looks for the end of a line with this, and so for the next request: after the
     * last, there is none. (It would take what is left of a body for one.)
     */
    @Override
    public int findNewLine(int max) {
        if (broken || watch.isOver()) {
            throw new InsufficientDataAvailableException();
        }
        return super.findNewLine(max);
    }

    /**
     * The server reads the lines between chunks with this: their sizes, and behind that of 0 an
     * empty one. What else there could be is refused here, as it would take that for an error of
     * its own.
     */
    @Override
    public String readLine() {
        String line = nextLine();
        boolean good = lastChunk ? line.isEmpty() : SIZE.matcher(line).matches();
        if (!good) {
            throw malformed(
                    lastChunk
                            ? "chunk: something behind the last (expected: no trailers)"
                            : "chunk: malformed size (expected: hexadecimal digits alone)");
        }
        lastChunk = !lastChunk && ZERO.matcher(line).matches();
        return line;
    }

    private String nextLine() {
        int length;
        try {
            length = findNewLine(MAX_CHUNK_LINE_BYTES);
        } catch (IncorrectNewLineException e) {
            throw malformed("chunk: CR or LF alone (expected: both)");
        }
        if (length == MAX_CHUNK_LINE_BYTES) {
            throw malformed(
                    "chunk: a line of more than %d bytes (expected: its size)"
                            .formatted(MAX_CHUNK_LINE_BYTES));
        }
        String line = readAsciiString(length);
        skip(2);
        return line;
    }

    /** Behind it, nothing can be made sense of. */
    private RequestException malformed(String message) {
        broken = true;
        return RequestException.builder()
                .type(DirectHandler.EventType.BAD_REQUEST)
                .setKeepAlive(false)
                .message(message)
                .build();
    }
}
