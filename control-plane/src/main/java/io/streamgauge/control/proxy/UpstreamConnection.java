package io.streamgauge.control.proxy;

import io.streamgauge.control.config.UpstreamConfig;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A connection to a service: blocking, with one buffer for what it says. One thread reads and one
 * writes; any may close, which ends the others' waiting.
 */
final class UpstreamConnection implements Closeable {

    private static final int BUFFER_BYTES = 16 << 10;

    /** Long enough to see what has arrived already; it is only waited where all is well. */
    private static final int GLANCE_MILLIS = 1;

    /** Of the connection itself; TLS waits for its own writers when it is closed. */
    private final Socket plain;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private boolean reused;
    private long idleSinceNanos;

    private UpstreamConnection(Socket plain, Socket socket) throws IOException {
        this.plain = plain;
        this.socket = socket;
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /**
     * Connects.
     *
     * @throws SocketTimeoutException where that takes too long
     */
    static UpstreamConnection open(UpstreamConfig config, SSLSocketFactory tls) throws IOException {
        Patience patience = Patience.of(config.timeouts().connect());
        IOException failure = new IOException("no address");
        for (InetAddress address : InetAddress.getAllByName(config.host())) {
            Socket plain = new Socket();
            try {
                plain.setTcpNoDelay(true);
                plain.connect(
                        new InetSocketAddress(address, config.port()), patience.nextWaitMillis(0));
                return new UpstreamConnection(
                        plain, config.secure() ? secured(plain, config, tls, patience) : plain);
            } catch (IOException e) {
                plain.close();
                failure = e;
            }
        }
        throw failure;
    }

    private static Socket secured(
            Socket plain, UpstreamConfig config, SSLSocketFactory tls, Patience patience)
            throws IOException {
        SSLSocket socket = (SSLSocket) tls.createSocket(plain, config.host(), config.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(patience.nextWaitMillis(0));
        socket.startHandshake();
        return socket;
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }

    /**
     * Waits for the next byte, and leaves it where it is.
     *
     * @return false at the end
     */
    boolean await(Patience patience) throws IOException {
        return position < limit || fill(patience);
    }

    /**
     * Reads one byte.
     *
     * @return -1 at the end
     */
    int read(Patience patience) throws IOException {
        if (!await(patience)) {
            return -1;
        }
        return buffer[position++] & 0xFF;
    }

    /**
     * Reads what there is, at least one byte.
     *
     * @return how many; -1 at the end
     */
    int read(byte[] bytes, int offset, int length, Patience patience) throws IOException {
        if (!await(patience)) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, bytes, offset, count);
        position += count;
        return count;
    }

    /** Whether a read would not wait. A guess: TLS does not know what its next record holds. */
    boolean hasMore() throws IOException {
        return position < limit || in.available() > 0;
    }

    /** Whether it has served a request before this one. */
    boolean reused() {
        return reused;
    }

    /** Notes that it now waits for its next request. */
    void rest() {
        reused = true;
        idleSinceNanos = System.nanoTime();
    }

    Duration idleTime() {
        return Duration.ofNanos(System.nanoTime() - idleSinceNanos);
    }

    /**
     * Whether it is as it was left. A service that has closed it, or has said something that nobody
     * asked for and that would be taken for the next response, is found out here.
     *
     * @param certain whether it is worth a millisecond to know of a close as well
     */
    boolean isQuiet(boolean certain) {
        try {
            if (hasMore()) {
                return false;
            }
            if (!certain) {
                return true;
            }
            socket.setSoTimeout(GLANCE_MILLIS);
            in.read();
            return false;
        } catch (SocketTimeoutException nothingCame) {
            return true;
        } catch (IOException broken) {
            return false;
        }
    }

    private boolean fill(Patience patience) throws IOException {
        long began = System.nanoTime();
        while (true) {
            socket.setSoTimeout(patience.nextWaitMillis(System.nanoTime() - began));
            try {
                int count = in.read(buffer);
                if (count < 0) {
                    return false;
                }
                position = 0;
                limit = count;
                return true;
            } catch (SocketTimeoutException again) {
                // Whether it was long enough is the patience's to say.
            }
        }
    }

    /** The end came where there should be more. */
    static EOFException ended(String where) {
        return new EOFException("the connection ended in " + where);
    }

    /** Nothing more will be written; what the service says can still be read. */
    void endWriting() {
        try {
            plain.shutdownOutput();
        } catch (IOException e) {
            close();
        }
    }

    /** Ends it at once; not an error where it has ended. */
    @Override
    public void close() {
        try {
            plain.close();
        } catch (IOException e) {
            // It is gone, which is what was wanted.
        }
    }
}
