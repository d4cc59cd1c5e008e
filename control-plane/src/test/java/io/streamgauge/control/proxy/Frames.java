package io.streamgauge.control.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Frames of WebSocket on a bare stream, at either end. */
final class Frames {

    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final byte[] MASK = {1, 2, 3, 4};

    private final DataInputStream in;
    private final OutputStream out;
    private final boolean client;

    /**
     * A frame.
     *
     * @param first its first byte
     * @param text its payload, unmasked, each byte as one character
     */
    record Frame(int first, String text) {

        int opcode() {
            return first & 0x0F;
        }

        int closeCode() {
            return text.charAt(0) << 8 | text.charAt(1);
        }

        String closeReason() {
            return new String(text.substring(2).getBytes(ISO_8859_1), UTF_8);
        }
    }

    Frames(InputStream in, OutputStream out, boolean client) {
        this.in = new DataInputStream(in);
        this.out = out;
        this.client = client;
    }

    /** Upgrades as a client, with a key that has been given. */
    static String upgrade(String path, String... headers) {
        StringBuilder head =
                new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: gateway.example\r\n")
                        .append("Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n")
                        .append("Sec-WebSocket-Version: 13\r\n")
                        .append("Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    /** Answers an upgrade as a server. */
    static Frames accept(TestingUpstream.Conversation conversation, String... headers)
            throws IOException {
        TestingUpstream.Received request = conversation.next().orElseThrow();
        StringBuilder head =
                new StringBuilder("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n")
                        .append("Upgrade: WebSocket\r\nSec-WebSocket-Accept: ")
                        .append(acceptOf(request.all("Sec-WebSocket-Key").getFirst()))
                        .append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        conversation.send(head.append("\r\n").toString());
        return new Frames(conversation.in, conversation.out, false);
    }

    private static String acceptOf(String key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-1")
                                    .digest(
                                            (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                                    .getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    void send(int opcode, String text) throws IOException {
        send(FIN | opcode, text.getBytes(ISO_8859_1));
    }

    void close(int code, String reason) throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.write(code >>> 8);
        payload.write(code);
        payload.writeBytes(reason.getBytes(UTF_8));
        send(FIN | CLOSE, payload.toByteArray());
    }

    /** Sends a frame, the first byte of which is given. */
    void send(int first, byte[] payload) throws IOException {
        out.write(frame(first, payload));
        out.flush();
    }

    byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        int masked = client ? MASKED : 0;
        frame.write(first);
        if (payload.length < 126) {
            frame.write(masked | payload.length);
        } else if (payload.length < 1 << 16) {
            frame.write(masked | 126);
            frame.write(payload.length >>> 8);
            frame.write(payload.length);
        } else {
            frame.write(masked | 127);
            frame.writeBytes(new byte[4]);
            frame.write(payload.length >>> 24);
            frame.write(payload.length >>> 16);
            frame.write(payload.length >>> 8);
            frame.write(payload.length);
        }
        if (client) {
            frame.writeBytes(MASK);
        }
        for (int i = 0; i < payload.length; i++) {
            frame.write(client ? payload[i] ^ MASK[i % 4] : payload[i]);
        }
        return frame.toByteArray();
    }

    Frame read() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        int length = second & 0x7F;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] mask = new byte[4];
        if ((second & MASKED) != 0) {
            in.readFully(mask);
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return new Frame(first, new String(payload, ISO_8859_1));
    }

    /** Waits until the other end has ended the connection. */
    void awaitEnd() throws IOException {
        try {
            while (in.read() >= 0) {
                // it may say what it likes
            }
        } catch (SocketException reset) {
            // which is an end as well
        }
    }
}
