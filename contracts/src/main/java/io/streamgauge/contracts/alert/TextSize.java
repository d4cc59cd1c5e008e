package io.streamgauge.contracts.alert;

/**
 * How many bytes texts take in a JSON message, known before it is written: so that what may be left
 * out is left out in time.
 */
public final class TextSize {

    private static final int QUOTES = 2;

    private TextSize() {}

    /** Of a text as a JSON string in UTF-8, quotes and escapes included. */
    public static int ofJson(String text) {
        int bytes = QUOTES;
        for (int i = 0; i < text.length(); i++) {
            bytes += ofJson(text.charAt(i));
        }
        return bytes;
    }

    private static int ofJson(char character) {
        if (character < ' ') {
            return switch (character) {
                case '\b', '\t', '\n', '\f', '\r' -> 2;
                default -> 6;
            };
        }
        if (character == '"' || character == '\\') {
            return 2;
        }
        if (character < 0x80) {
            return 1;
        }
        // The two halves of a surrogate pair are four bytes.
        return character < 0x800 || Character.isSurrogate(character) ? 2 : 3;
    }
}
