package io.streamgauge.control.live.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.common.buffers.BufferData;

/** Frames of RFC 6455 as a server sends them: final, not masked. */
final class SocketFrames {

    private static final int FINAL = 0x80;
    private static final int TEXT = 0x1;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    /** Of a control frame; the RFC allows no more. */
    private static final int MAX_CONTROL_BYTES = 125;

    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    private SocketFrames() {}

    static byte[] text(String text) {
        return frame(TEXT, text.getBytes(UTF_8));
    }

    static byte[] ping() {
        return frame(PING, new byte[0]);
    }

    /**
     * @param payload of the ping; read
     */
    static byte[] pong(BufferData payload) {
        return frame(PONG, payload.readBytes());
    }

    /** A close; a reason that is too long is cut between characters. */
    static byte[] close(int code, String reason) {
        byte[] text = reason.getBytes(UTF_8);
        int length = Math.min(text.length, MAX_CONTROL_BYTES - 2);
        while (length < text.length && (text[length] & 0xC0) == 0x80) {
            length--; // the next byte goes on with a character
        }
        byte[] payload = new byte[2 + length];
        payload[0] = (byte) (code >>> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, length);
        return frame(CLOSE, payload);
    }

    private static byte[] frame(int opcode, byte[] payload) {
        BufferData header = BufferData.create(10);
        header.write(FINAL | opcode);
        if (payload.length < LENGTH_16) {
            header.write(payload.length);
        } else if (payload.length < 1 << 16) {
            header.write(LENGTH_16);
            header.writeInt16(payload.length);
        } else {
            header.write(LENGTH_64);
            header.writeInt32(0);
            header.writeInt32(payload.length);
        }
        int headerLength = header.available();
        byte[] frame = new byte[headerLength + payload.length];
        header.read(frame, 0, headerLength);
        System.arraycopy(payload, 0, frame, headerLength, payload.length);
        return frame;
    }
}
