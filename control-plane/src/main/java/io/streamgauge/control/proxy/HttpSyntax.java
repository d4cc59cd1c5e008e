package io.streamgauge.control.proxy;

/** Characters of HTTP (RFC 9110, 5.6.2). */
final class HttpSyntax {

    private static final String SIGNS = "!#$%&'*+-.^_`|~";

    private HttpSyntax() {}

    /** A header's value without the blanks and tabs around it. */
    static String withoutBlanks(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && isBlank(value.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(value.charAt(to - 1))) {
            to--;
        }
        return value.substring(from, to);
    }

    private static boolean isBlank(char character) {
        return character == ' ' || character == '\t';
    }

    /** Whether a character may stand in a method or in a header's name. */
    static boolean isTokenCharacter(int character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || SIGNS.indexOf(character) >= 0;
    }
}
