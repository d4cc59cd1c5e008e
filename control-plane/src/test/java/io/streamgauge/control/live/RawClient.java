package io.streamgauge.control.live;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * A client that does just what it is told: that reads nothing, answers no ping, breaks rules, or
 * goes away without a word.
 */
final class RawClient implements AutoCloseable {

    static final int TEXT = 0x1;
    static final int CONTINUATION = 0x0;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;

    /**
     * A frame of the server.
     *
     * @param closeCode of a close, else 0
     */
    record Frame(int opcode, String text, int closeCode) {}

    /** Connects and upgrades. */
    RawClient(int port) throws IOException {
        socket.setReceiveBufferSize(8 << 10); // so that not reading is felt soon
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write(
                """
                GET /api/v1/live HTTP/1.1\r
                Host: localhost:%d\r
                Connection: Upgrade\r
                Upgrade: websocket\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
                \r
                """
                        .formatted(port)
                        .getBytes(US_ASCII));
        int newLines = 0;
        while (newLines < 2) {
            int next = in.readUnsignedByte();
            newLines = next == '\n' ? newLines + 1 : next == '\r' ? newLines : 0;
        }
    }

    void send(String text) throws IOException {
        send(TEXT, true, text.getBytes(UTF_8));
    }

    /** Sends a frame whose mask is zero, which leaves the payload as it is. */
    void send(int opcode, boolean last, byte[] payload) throws IOException {
        out.write((last ? FIN : 0) | opcode);
        if (payload.length < 126) {
            out.write(MASKED | payload.length);
        } else {
            out.write(MASKED | 126);
            out.write(payload.length >>> 8);
            out.write(payload.length & 0xFF);
        }
        out.write(new byte[4]);
        out.write(payload);
        out.flush();
    }

    /** Sends bytes that need not be a frame. */
    void sendBytes(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    Frame read() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(
                opcode,
                new String(payload, UTF_8),
                opcode == CLOSE ? ByteBuffer.wrap(payload).getChar() : 0);
    }

    /** Reads until the server closes, and gives the code. */
    int readClose() throws IOException {
        Frame frame;
        do {
            frame = read();
        } while (frame.opcode() != CLOSE);
        return frame.closeCode();
    }

    /** Whether the server has ended the connection itself; waits for it. */
    boolean isCutOff() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
