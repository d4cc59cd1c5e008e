package io.streamgauge.control.responsecache;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** The entity tag of a body that its handler gave none. */
final class ContentTag {

    /** Enough that two bodies of one tenant never share a tag. */
    private static final int BYTES = 16;

    private ContentTag() {}

    /** A strong tag: other bytes have another one. */
    static String of(byte[] body) {
        byte[] hash;
        try {
            hash = MessageDigest.getInstance("SHA-256").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        return '"'
                + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES))
                + '"';
    }
}
