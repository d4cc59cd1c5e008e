package io.streamgauge.control.apikey;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * An API key as its holder has it: {@code sgk_}, 12 letters and digits that find it, {@code _}, and
 * 43 that prove it. The beginning is public; the end is the secret, which nothing here shows but
 * {@link #reveal}.
 *
 * <p>The secret is 43 characters of 62, 256 bits of randomness. That many need no slow hash with a
 * salt, as passwords do: there is nothing to guess, so that one SHA-256 keeps a stolen table
 * useless and a request fast.
 */
public final class KeyText {

    /** What every key begins with, so that people and scanners of repositories know it for one. */
    private static final String MARK = "sgk_";

    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static final int SECRET_CHARACTERS = 43;

    /** Of the mark and the characters that find the key. */
    private static final int PREFIX_CHARACTERS = MARK.length() + 12;

    private static final int CHARACTERS = PREFIX_CHARACTERS + 1 + SECRET_CHARACTERS;

    private final String text;

    private KeyText(String text) {
        this.text = text;
    }

    /** A new key. */
    static KeyText random(SecureRandom random) {
        StringBuilder text = new StringBuilder(CHARACTERS).append(MARK);
        append(text, random, PREFIX_CHARACTERS - MARK.length());
        text.append('_');
        append(text, random, SECRET_CHARACTERS);
        return new KeyText(text.toString());
    }

    /** Whether a credential is meant to be an API key, well-formed or not. */
    public static boolean isMeant(String credential) {
        return credential.startsWith(MARK);
    }

    /** Reads a credential; empty where it has not the form of a key. */
    static Optional<KeyText> parse(String credential) {
        if (credential.length() != CHARACTERS || !isMeant(credential)) {
            return Optional.empty();
        }
        for (int i = MARK.length(); i < CHARACTERS; i++) {
            boolean fits =
                    i == PREFIX_CHARACTERS
                            ? credential.charAt(i) == '_'
                            : isInAlphabet(credential.charAt(i));
            if (!fits) {
                return Optional.empty();
            }
        }
        return Optional.of(new KeyText(credential));
    }

    /** The public beginning, which finds the key. */
    String prefix() {
        return text.substring(0, PREFIX_CHARACTERS);
    }

    /** The SHA-256 of the secret. */
    byte[] hash() {
        byte[] secret = text.substring(PREFIX_CHARACTERS + 1).getBytes(US_ASCII);
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The whole text, to be shown once to whoever made the key. */
    String reveal() {
        return text;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return prefix() + "_...";
    }

    private static boolean isInAlphabet(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static void append(StringBuilder text, SecureRandom random, int characters) {
        for (int i = 0; i < characters; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
    }
}
