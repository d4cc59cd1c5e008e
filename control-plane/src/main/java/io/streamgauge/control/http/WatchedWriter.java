package io.streamgauge.control.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;

/**
 * Writes what a client gets, in parts, for as long as it takes each in time. Writes at once, as the
 * server does by default: a writer that queued could not tell whom it waits for.
 */
final class WatchedWriter implements DataWriter {

    private final DataWriter writer;
    private final ClientWatch watch;

    WatchedWriter(DataWriter writer, ClientWatch watch) {
        this.writer = writer;
        this.watch = watch;
    }

    @Override
    public void write(BufferData... buffers) {
        writeNow(buffers);
    }

    @Override
    public void write(BufferData buffer) {
        writeNow(buffer);
    }

    @Override
    public void writeNow(BufferData... buffers) {
        writeNow(BufferData.create(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
        if (buffer.available() <= ClientWatch.PART_BYTES) {
            writePart(buffer);
            return;
        }
        // Not the buffer itself for the rest: not every kind can be written when it is half read.
        while (buffer.available() > 0) {
            byte[] part = new byte[Math.min(ClientWatch.PART_BYTES, buffer.available())];
            int length = buffer.read(part);
            writePart(BufferData.create(part, 0, length));
        }
    }

    /** That the client has gone is no failure of ours, and nobody can be told of it. */
    private void writePart(BufferData part) {
        try {
            watch.write(() -> writer.writeNow(part));
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("the client cannot be written to", e);
        }
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public void close() {
        writer.close();
    }
}
