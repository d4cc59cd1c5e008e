package io.streamgauge.control.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.streamgauge.control.problem.PayloadTooLarge;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Carries the body of a request from the client to the service, on a thread of its own, so that the
 * service may answer before it has read all. Framed anew: the service sees lengths and chunks that
 * were written here, never those of the client.
 *
 * <p>Where the client breaks off or sends what cannot be read, the connection to the service is
 * closed before its body is complete, so that the service cannot take it for a whole one. Where the
 * service does not want more, the rest is read and thrown away.
 */
final class RequestPump implements Runnable {

    /** As much as the server reads at once. */
    private static final int BUFFER_BYTES = 8 << 10;

    /** Room for a chunk's size before what was read, and for the end of its line after it. */
    private static final int PREFIX_BYTES = 10;

    private static final Duration LAST_MOMENT = Duration.ofMillis(100);

    private static final byte[] LINE_END = "\r\n".getBytes(US_ASCII);
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);

    private final InputStream body;
    private final UpstreamConnection upstream;
    private final RequestFraming framing;
    private final long maxBytes;
    private final Thread thread;
    private volatile boolean discarding;
    private volatile boolean sending;
    private volatile boolean allRead;
    private volatile boolean allSent;
    private volatile @Nullable Throwable clientFailure;
    private volatile long progressNanos = System.nanoTime();

    private RequestPump(
            InputStream body, UpstreamConnection upstream, RequestFraming framing, long maxBytes) {
        this.body = body;
        this.upstream = upstream;
        this.framing = framing;
        this.maxBytes = maxBytes;
        thread = Thread.ofVirtual().name("request-pump").unstarted(this);
    }

    /** Begins. The client's body is this pump's alone until it has ended. */
    static RequestPump start(
            InputStream body, UpstreamConnection upstream, RequestFraming framing, long maxBytes) {
        RequestPump pump = new RequestPump(body, upstream, framing, maxBytes);
        pump.thread.start();
        return pump;
    }

    boolean isRunning() {
        return thread.isAlive();
    }

    /** Whether the client's body has been read to its end, by which its connection can go on. */
    boolean allRead() {
        return allRead;
    }

    /** Whether the service has been sent all, by which its connection can go on. */
    boolean allSent() {
        return allSent;
    }

    /** Why the client's body could not be read; null where it could. */
    @Nullable Throwable clientFailure() {
        return clientFailure;
    }

    /** When it has last moved; its end counts. */
    long progressNanos() {
        return progressNanos;
    }

    /**
     * Goes on only where it moves.
     *
     * @throws SocketTimeoutException where the service takes nothing any more
     */
    void requireProgress(Duration limit) throws IOException {
        if (System.nanoTime() - progressNanos <= limit.toNanos()) {
            return;
        }
        if (sending) {
            throw new SocketTimeoutException("the service does not read the request");
        }
        clientFailure = new SocketTimeoutException("the client does not send its request");
        thread.interrupt();
        throw new IOException("the client does not send its request");
    }

    /** Waits for its end where that is a matter of moments. */
    void awaitEnd() {
        if (allRead) {
            try {
                thread.join(LAST_MOMENT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Reads the rest, so that the client reads the response before it sees its connection end;
     * gives up, and ends the connection, where that takes longer than the limit.
     */
    void drain(Duration limit) {
        discarding = true;
        try {
            if (!thread.join(limit)) {
                thread.interrupt(); // ends the read, and the client's connection with it
                thread.join();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        try {
            pump();
        } catch (IOException | RuntimeException e) {
            if (clientFailure == null) {
                clientFailure = e;
            }
            upstream.close();
        } finally {
            progressNanos = System.nanoTime();
        }
    }

    private void pump() throws IOException {
        byte[] bytes = new byte[PREFIX_BYTES + BUFFER_BYTES + LINE_END.length];
        long total = 0;
        while (true) {
            int count = body.read(bytes, PREFIX_BYTES, BUFFER_BYTES);
            progressNanos = System.nanoTime();
            if (count < 0) {
                break;
            }
            total += count;
            if (total > maxBytes) {
                throw new PayloadTooLarge(
                        "body: longer than %d bytes (expected: at most that)".formatted(maxBytes));
            }
            if (framing instanceof RequestFraming.Length length && total == length.bytes()) {
                // The end is read before the last bytes are sent: an answer to them is not early.
                allRead = body.read() < 0;
            }
            send(bytes, count);
        }
        if (framing instanceof RequestFraming.Length length && length.bytes() != total) {
            throw UpstreamConnection.ended("the body of a request");
        }
        allRead = true;
        finish();
    }

    private void send(byte[] bytes, int count) {
        if (framing instanceof RequestFraming.Length) {
            write(bytes, PREFIX_BYTES, count);
            return;
        }
        byte[] size = (Integer.toHexString(count) + "\r\n").getBytes(US_ASCII);
        int from = PREFIX_BYTES - size.length;
        System.arraycopy(size, 0, bytes, from, size.length);
        System.arraycopy(LINE_END, 0, bytes, PREFIX_BYTES + count, LINE_END.length);
        write(bytes, from, size.length + count + LINE_END.length);
    }

    private void finish() {
        if (framing instanceof RequestFraming.Chunked) {
            write(LAST_CHUNK, 0, LAST_CHUNK.length);
        }
        allSent = !discarding;
    }

    private void write(byte[] bytes, int offset, int length) {
        if (discarding) {
            return;
        }
        sending = true;
        try {
            upstream.write(bytes, offset, length);
            progressNanos = System.nanoTime();
        } catch (IOException e) {
            // It may have answered before: whoever reads its response finds out.
            discarding = true;
        } finally {
            sending = false;
        }
    }
}
