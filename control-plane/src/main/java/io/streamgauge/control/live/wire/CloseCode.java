package io.streamgauge.control.live.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Why the server closes a connection. Codes below 3000 are those of RFC 6455, those from 4400 on as
 * in graphql-transport-ws, those between as in Centrifugo. {@code docs/live-protocol.md} says for
 * each whether to connect again.
 */
public enum CloseCode {
    /** The client has closed. */
    NORMAL(1000),
    /** What is no frame, or one out of place; the server's own reader says so. */
    PROTOCOL_ERROR(1002),
    /** A binary message. */
    UNSUPPORTED_DATA(1003),
    /** A text that is not UTF-8. */
    NOT_TEXT(1007),
    /** A message that is too long. */
    TOO_LONG(1009),
    /** An error of the server. */
    INTERNAL(1011),
    /** The server stops; it, or another, will be back. */
    RESTART(1012),
    /** Whether the client may connect cannot be seen now, or it connects too often. */
    TRY_LATER(1013),
    /** The client does not read what it asked for. */
    SLOW(3008),
    /** The client has not been heard for too long. */
    NO_PONG(3012),
    /** The tenant has as many connections as it may have. */
    CONNECTION_LIMIT(3504),
    /** A message that the protocol does not have. */
    BAD_MESSAGE(4400),
    /** No token, a token that is not trusted, or one that has expired. */
    UNAUTHORIZED(4401),
    /** The token's tenant may not connect. */
    FORBIDDEN(4403),
    /** No connection_init in time. */
    INIT_TIMEOUT(4408),
    /** A subscription's id that is in use. */
    ID_IN_USE(4409),
    /** A second connection_init. */
    TOO_MANY_INITS(4429);

    /** A close frame holds 125 bytes, two of them for the code. */
    private static final int MAX_REASON_BYTES = 123;

    private final int code;

    CloseCode(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** A reason, cut to what a close frame can hold. */
    public static String reason(String text) {
        String cut = text;
        while (cut.getBytes(UTF_8).length > MAX_REASON_BYTES) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut;
    }
}
