package io.streamgauge.control.live.resume;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A place in the logs as a client keeps it: a short text that says nothing to it.
 *
 * <p>A version, then a digest of what the place is for, then when it was come by and the offsets,
 * as numbers of variable length behind a checksum. Nothing in it is secret and none of it is
 * trusted: whoever makes one up reads from another place what the subscription may read anyway.
 *
 * @param at when the record before it was written
 */
public record Position(Offsets offsets, Instant at) {

    private static final String VERSION = "1";
    private static final int BINDING_BYTES = 6;
    private static final int BINDING_CHARACTERS = 8;
    private static final int CHECKSUM_BYTES = 4;
    private static final int MAX_CHARACTERS = 16 << 10;
    private static final int MAX_PARTITIONS = 1_000;

    /** A text that is no position, or not one for this. The message says which. */
    public static final class InvalidException extends Exception {

        private static final long serialVersionUID = 1L;

        private final String reason;

        InvalidException(String reason) {
            super(reason);
            this.reason = reason;
        }

        /** For the client. */
        public String reason() {
            return reason;
        }
    }

    /** What positions are for, as the first characters of all of them. */
    public static String binding(List<String> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(UTF_8);
                digest.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
                digest.update(bytes);
            }
            return VERSION
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(Arrays.copyOf(digest.digest(), BINDING_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The characters behind the binding, the same for all that are at this place. */
    public String tail() {
        int size = CHECKSUM_BYTES + 10;
        for (int log : offsets.logs()) {
            size += 10 + 10 * offsets.partitions(log);
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).position(CHECKSUM_BYTES);
        put(bytes, Math.max(0, at.toEpochMilli()));
        for (int log : offsets.logs()) {
            put(bytes, log);
            put(bytes, offsets.partitions(log));
            for (int partition = 0; partition < offsets.partitions(log); partition++) {
                put(bytes, offsets.next(log, partition));
            }
        }
        int length = bytes.position();
        bytes.putInt(0, checksum(bytes.array(), length));
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOf(bytes.array(), length));
    }

    /**
     * Reads what a client sends back.
     *
     * @param binding what it has to be for
     * @throws InvalidException where it is something else
     */
    public static Position read(String text, String binding) throws InvalidException {
        int head = VERSION.length() + BINDING_CHARACTERS;
        if (text.length() <= head || text.length() > MAX_CHARACTERS || !text.startsWith(VERSION)) {
            throw malformed();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(head));
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (bytes.length <= CHECKSUM_BYTES || buffer.getInt() != checksum(bytes, bytes.length)) {
            throw malformed();
        }
        if (!text.startsWith(binding)) {
            throw new InvalidException(
                    "of another subscription (expected: one of the same tenant, stream and kinds)");
        }
        try {
            return read(buffer);
        } catch (BufferUnderflowException e) {
            throw malformed();
        }
    }

    private static Position read(ByteBuffer buffer) throws InvalidException {
        Instant at = Instant.ofEpochMilli(take(buffer));
        Offsets offsets = Offsets.NONE;
        while (buffer.hasRemaining()) {
            long log = take(buffer);
            long partitions = take(buffer);
            if (log >= Offsets.MAX_LOGS || partitions > MAX_PARTITIONS) {
                throw malformed();
            }
            for (int partition = 0; partition < partitions; partition++) {
                offsets = offsets.with((int) log, partition, take(buffer));
            }
        }
        return new Position(offsets, at);
    }

    private static InvalidException malformed() {
        return new InvalidException("not a position (expected: one of a frame, as it came)");
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, CHECKSUM_BYTES, length - CHECKSUM_BYTES);
        return (int) sum.getValue();
    }

    private static void put(ByteBuffer bytes, long number) {
        long rest = number;
        while (rest > 0x7F) {
            bytes.put((byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.put((byte) rest);
    }

    private static long take(ByteBuffer bytes) throws InvalidException {
        long number = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            byte next = bytes.get();
            number |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw malformed();
    }
}
